import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

/** A checkout of the scripts alone, on a machine with exactly the programs that a test puts on the PATH. */
let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'tradewire-checkout-'));
  cpSync('scripts', join(checkout, 'scripts'), { recursive: true });
  mkdirSync(join(checkout, 'bin'));
});

afterEach(() => rmSync(checkout, { recursive: true }));

function program(name: string, script: string): void {
  const path = join(checkout, 'bin', name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> '${checkout}/calls'\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Lines of the programs that were called with something else than a question for their version. */
function calls(): readonly string[] {
  const lines = readFileSync(join(checkout, 'calls'), 'utf8').trim().split('\n');
  return lines.filter((line) => !line.endsWith('--version'));
}

function runScript(module: string, call: string, nodeOptions: readonly string[] = []) {
  const code = `import * as script from '${join(checkout, 'scripts', module)}'; console.log(script.${call});`;
  const parameters = [...nodeOptions, '--input-type=module', '--eval', code];
  const { status, stderr, stdout } = spawnSync(process.execPath, parameters, {
    encoding: 'utf8',
    env: { PATH: join(checkout, 'bin') },
  });
  return { status, stderr, stdout };
}

describe('a Redis server', () => {
  test.each([
    ['redis-server', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc'],
    ['valkey-server', 'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc'],
  ])('on the PATH is taken: %s', (name, version) => {
    program(name, `echo '${version}'`);
    expect(runScript('redis.mjs', 'provideRedis()')).toMatchObject({ status: 0, stderr: '' });
    expect(calls()).toEqual([]);
  });

  test('that cannot be installed is asked for in one line', () => {
    const { status, stderr } = runScript('redis.mjs', 'provideRedis()');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^tradewire: Redis 7.0 or newer, or Valkey, is needed: install redis-server.*\n$/);
  });

  test.runIf(process.getuid?.() === 0)('is installed with apt, and its service is left off', () => {
    program('apt-get', `case "$*" in *install*) cp '${checkout}/new' '${checkout}/bin/redis-server';; esac`);
    program('systemctl', '');
    writeFileSync(join(checkout, 'new'), "#!/bin/sh\necho 'Redis server v=7.0.15'\n", { mode: 0o755 });
    symlinkSync('/bin/cp', join(checkout, 'bin', 'cp'));
    expect(runScript('redis.mjs', 'provideRedis()')).toMatchObject({ status: 0 });
    expect(calls()).toEqual([
      'apt-get -y update -qq',
      'apt-get -y install -qq --no-install-recommends redis-server',
      'systemctl disable --now redis-server',
    ]);
  });

  test.runIf(process.getuid?.() === 0)('that is too old, and apt has no newer one, is refused', () => {
    program('redis-server', "echo 'Redis server v=6.0.16'");
    program('apt-get', '');
    const { status, stderr } = runScript('redis.mjs', 'provideRedis()');
    expect(status).toBe(1);
    expect(stderr).toContain('the one of this distribution is older');
  });
});

describe('packages', () => {
  test('are installed once for one package-lock.json', () => {
    program('npm', `/bin/mkdir -p '${checkout}/node_modules'`);
    for (const lock of ['{}', '{}', '{"changed":true}']) {
      writeFileSync(join(checkout, 'package-lock.json'), lock);
      expect(runScript('install.mjs', 'install()').status).toBe(0);
    }
    const call = 'npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error';
    expect(calls()).toEqual([call, call]);
  });

  test('that npm cannot install are no success', () => {
    program('npm', 'exit 1');
    writeFileSync(join(checkout, 'package-lock.json'), '{}');
    expect(runScript('install.mjs', 'install()')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm could not install'),
    });
  });
});

describe('the build', () => {
  test('runs only when a source changed, and leaves nothing of a source that is gone', () => {
    symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
    // What is built here needs no types of Node, which take longer to read than all the rest.
    const settings = readFileSync('tsconfig.json', 'utf8').replace('"types": ["node"]', '"types": []');
    writeFileSync(join(checkout, 'tsconfig.json'), settings);
    cpSync('tsconfig.build.json', join(checkout, 'tsconfig.build.json'));
    writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
    const client = join(checkout, 'packages', 'tradewire-client');
    mkdirSync(join(client, 'src'), { recursive: true });
    cpSync('packages/tradewire-client/tsconfig.json', join(client, 'tsconfig.json'));
    writeFileSync(join(client, 'src', 'node.ts'), 'export const client = 1;\n');
    mkdirSync(join(checkout, 'src'));
    writeFileSync(join(checkout, 'src', 'old.ts'), 'export const price: number = 1;\n');
    const buildingClient = 'building packages/tradewire-client/dist …\n';
    expect(runScript('build.mjs', 'build()').stdout).toBe(`${buildingClient}building dist …\ntrue\n`);
    expect(runScript('build.mjs', 'build()').stdout).toBe('true\n');
    rmSync(join(checkout, 'src', 'old.ts'));
    writeFileSync(join(checkout, 'src', 'new.ts'), 'export const price: number = 2;\n');
    expect(runScript('build.mjs', 'build()').stdout).toBe('building dist …\ntrue\n');
    expect(() => readFileSync(join(checkout, 'dist', 'src', 'old.js'))).toThrow('ENOENT');
    writeFileSync(join(checkout, 'src', 'new.ts'), 'export const price: number = ;\n');
    expect(runScript('build.mjs', 'build()').stdout).toMatch(/TS1109[\s\S]*false\n$/);
  }, 120_000);
});

test('another version of Node is refused in one line', () => {
  const version = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.0'})";
  const { status, stderr } = runScript('process.mjs', 'requireNodeVersion()', ['--import', version]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^tradewire: Node 20 to 22 is needed, this is v.*\n$/);
});

test('a signal to `npm start` reaches the server, not only the shell that npm starts it by', async () => {
  cpSync('package.json', join(checkout, 'package.json'));
  writeFileSync(
    join(checkout, 'scripts', 'start.mjs'),
    `process.on('SIGTERM', () => { console.log('stopped'); process.exit(); });
     process.stdin.resume().on('end', () => process.exit());
     console.log('started');`,
  );
  const npm = spawn('npm', ['start', '--silent'], { cwd: checkout, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void npm.stdin.end());
  const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('started');
  npm.kill('SIGTERM');
  expect((await lines.next()).value).toBe('stopped');
});
