import { spawnSync } from 'node:child_process';
import { refuse, run } from './process.mjs';

const SERVER_PROGRAMS = ['redis-server', 'valkey-server'];
const OLDEST_MAJOR_VERSION = 7;
const WANTED = 'Redis 7.0 or newer, or Valkey, is needed';

/** Makes sure that a Redis server can be started: one on the PATH, else the one that apt can install. */
export function provideRedis() {
  if (hasServer()) {
    return;
  }
  if (process.getuid?.() !== 0 || !isProgram('apt-get')) {
    refuse(
      `${WANTED}: install redis-server (for example "sudo apt-get install redis-server"), or set REDIS_URL`,
    );
  }
  console.log('installing redis-server with apt …');
  const installed = apt('update', '-qq') && apt('install', '-qq', '--no-install-recommends', 'redis-server');
  leaveServiceOff();
  if (!installed) {
    refuse(`${WANTED}, and apt could not install redis-server: install it, or set REDIS_URL`);
  }
  if (!hasServer()) {
    refuse(`${WANTED}, and the one of this distribution is older: install a newer one, or set REDIS_URL`);
  }
}

function hasServer() {
  return SERVER_PROGRAMS.some((program) => {
    const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    return Number(/\bv=(\d+)/.exec(version)?.[1]) >= OLDEST_MAJOR_VERSION;
  });
}

function isProgram(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

function apt(...parameters) {
  return run('apt-get', ['-y', ...parameters], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
}

/** The package starts and enables a server of its own, which nobody asked for. */
function leaveServiceOff() {
  const attempts = [
    ['systemctl', 'disable', '--now', 'redis-server'],
    ['service', 'redis-server', 'stop'],
    ['update-rc.d', 'redis-server', 'disable'],
  ];
  for (const [program, ...parameters] of attempts) {
    spawnSync(program, parameters, { stdio: 'ignore' });
  }
}
