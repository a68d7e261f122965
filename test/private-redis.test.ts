import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type PrivateRedis, type PrivateRedisOptions, startPrivateRedis } from '../src/private-redis.js';
import { prepareServer } from '../src/private-redis-command.js';

const logger = pino({ level: 'silent' });
const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

async function newOptions(): Promise<PrivateRedisOptions> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tradewire-test-'));
  undo.push(() => rm(dataDirectory, { recursive: true, force: true }));
  return { dataDirectory, fsync: 'always', logger };
}

async function start(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const result = await startPrivateRedis(options);
  if (!result.ok) {
    throw new Error(result.problem);
  }
  undo.push(() => result.redis.stop());
  return result.redis;
}

/** A client as the rest of the program would have one: it waits while the server is away. */
function client(redis: PrivateRedis): Redis {
  const connection = new Redis({ path: redis.url.slice('unix://'.length), maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  undo.push(async () => connection.disconnect());
  return connection;
}

async function processIdOf(connection: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await connection.info('server'))?.[1]);
}

describe('the private Redis', () => {
  test('keeps what was written over a stop and a start', async () => {
    const options = await newOptions();
    const first = await start(options);
    await client(first).set('kept', 'yes');
    await first.stop();
    expect(await client(await start(options)).get('kept')).toBe('yes');
  });

  test('is durable, and nobody else can reach it', async () => {
    const options = await newOptions();
    const connection = client(await start(options));
    const settings = await connection.config('GET', 'append*', 'port', 'maxmemory-policy', 'save');
    expect(Object.fromEntries(pairs(settings as string[]))).toMatchObject({
      appendonly: 'yes',
      appendfsync: 'always',
      port: '0',
      'maxmemory-policy': 'noeviction',
      save: '',
    });
    expect((await stat(options.dataDirectory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(options.dataDirectory, 'redis.sock'))).mode & 0o777).toBe(0o700);
  });

  test('is refused to a second process on the same data, however close the starts are', async () => {
    const options = await newOptions();
    const results = await Promise.all([1, 2, 3].map(() => startPrivateRedis(options)));
    const owners = results.filter((result) => result.ok);
    undo.push(...owners.map((owner) => () => owner.redis.stop()));
    expect(owners).toHaveLength(1);
    const refused = await startPrivateRedis(options);
    expect(refused).toMatchObject({ ok: false, problem: expect.stringContaining('another Tradewire') });
  });

  test('is adopted when its owner was killed and left it running', async () => {
    const options = await newOptions();
    const processId = await startWithoutOwner(options);
    expect(await processIdOf(client(await start(options)))).toBe(processId);
  });

  test('is started again when it dies, with everything that was acknowledged', async () => {
    const connection = client(await start(await newOptions()));
    const processId = await processIdOf(connection);
    await connection.set('kept', 'yes');
    process.kill(processId, 'SIGKILL');
    expect(await connection.get('kept')).toBe('yes');
    expect(await processIdOf(connection)).not.toBe(processId);
  });

  test('is gone when stop returns, and a second stop changes nothing', async () => {
    const redis = await start(await newOptions());
    const processId = await processIdOf(client(redis));
    await Promise.all([redis.stop(), redis.stop()]);
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });

  test('works in a directory whose path is too long for a socket', async () => {
    const options = await newOptions();
    const deep = join(options.dataDirectory, 'x'.repeat(120));
    await mkdir(deep);
    const before = process.cwd();
    process.chdir(deep);
    undo.push(async () => process.chdir(before));
    const redis = await start({ ...options, dataDirectory: 'data' });
    expect(await client(redis).ping()).toBe('PONG');
  });

  test('says in one line why it cannot be', async () => {
    const { dataDirectory } = await newOptions();
    const tooLong = join(dataDirectory, 'x'.repeat(120));
    expect(await startPrivateRedis({ dataDirectory: tooLong, fsync: 'always', logger })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('too long for a socket'),
    });
    const notADirectory = join(dataDirectory, 'file');
    await writeFile(notADirectory, '');
    expect(await startPrivateRedis({ dataDirectory: notADirectory, fsync: 'always', logger })).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`cannot use the directory ${notADirectory}`),
    });
  });
});

/** Leaves a server behind as a killed process does, and returns its process id. */
async function startWithoutOwner(options: PrivateRedisOptions): Promise<number> {
  const prepared = await prepareServer(options.dataDirectory, options.fsync);
  if (!prepared.ok) {
    throw new Error(prepared.problem);
  }
  const { program, parameters, socketPath } = prepared.command;
  spawn(program, parameters, { detached: true, stdio: 'ignore' }).unref();
  const connection = new Redis({ path: socketPath, maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  const processId = await processIdOf(connection);
  connection.disconnect();
  return processId;
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []));
}
