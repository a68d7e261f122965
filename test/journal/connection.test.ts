import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectRedis, isOutage, whenConnected } from '../../src/journal/connection-redis.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const WARN = 40;

interface LogLine {
  readonly level: number;
  readonly connection: string;
  readonly reason: string;
}

let logged: LogLine[];
let connections: Redis[];

beforeEach(() => {
  logged = [];
  connections = [];
});

afterEach(() => {
  for (const connection of connections) connection.disconnect();
});

function connect(url: string): Redis {
  const write = (line: string) => logged.push(JSON.parse(line) as LogLine);
  const redis = connectRedis(url, 'test', pino({ level: 'debug' }, { write }));
  connections.push(redis);
  return redis;
}

function warnings(): readonly string[] {
  return logged.filter(({ level }) => level === WARN).map(({ reason }) => reason);
}

test('an outage is warned of once, and so is the next one', async () => {
  const server = await RedisServer.start();
  const redis = connect(server.url);
  await whenConnected(redis);
  for (const outage of [1, 2]) {
    const attempts = logged.length + 3;
    await server.kill();
    await until('it was tried again and again', () => logged.length >= attempts);
    expect(warnings()).toHaveLength(outage);
    await server.launch();
    await whenConnected(redis);
  }
  await server.stop();
});

test('who waits for a server that is not there is told why, once', async () => {
  const told: string[] = [];
  void whenConnected(connect('unix:///nowhere/redis.sock'), (reason) => told.push(reason));
  await until('it was told', () => told.length > 0);
  expect(told).toEqual([expect.stringContaining('ENOENT')]);
});

test('a wrong password is said at once, and not what it was', async () => {
  const server = await RedisServer.start();
  const admin = new Redis(server.socketPath);
  await admin.config('SET', 'requirepass', 'the right one');
  admin.disconnect();
  connect(`${server.socketPath}?password=hunter2`);
  await until('it was warned of', () => warnings().length > 0);
  expect(warnings()[0]).toMatch(/WRONGPASS/);
  expect(JSON.stringify(logged)).not.toContain('hunter2');
  await server.stop();
});

/** How a server comes to refuse writes, by what it then answers. */
const REFUSALS: Readonly<Record<string, (redis: Redis, server: RedisServer) => Promise<void>>> = {
  OOM: async (redis) => {
    await redis.config('SET', 'maxmemory', '1');
  },
  NOREPLICAS: async (redis) => {
    await redis.config('SET', 'min-replicas-to-write', '1');
  },
  MISCONF: async (redis, { socketPath }) => {
    await redis.config('SET', 'save', '3600 1');
    await rm(dirname(socketPath), { recursive: true });
    await redis.bgsave();
    await until('the snapshot fails', async () => /bgsave_status:err/.test(await redis.info('persistence')));
  },
};

test.each(Object.entries(REFUSALS))('%s is an outage, wherever a write is refused', async (code, refuse) => {
  const server = await RedisServer.start();
  const redis = connect(server.url);
  await whenConnected(redis);
  await redis.set('counter', '1');
  const late = redis.duplicate();
  connections.push(late);
  await whenConnected(late);
  await late.call('MULTI');
  await late.call('INCR', 'counter');
  await refuse(redis, server);
  const failures = await Promise.allSettled([
    redis.incr('counter'),
    redis.eval("return redis.call('INCR', 'counter')", 0),
    redis.multi().incr('counter').exec(),
    late.call('EXEC'),
  ]);
  for (const failure of failures) {
    const { message } = (failure as PromiseRejectedResult).reason as Error;
    expect(message).toMatch(new RegExp(`^(${code}|EXECABORT)`));
    expect(isOutage((failure as PromiseRejectedResult).reason), message).toBe(true);
  }
  await server.stop();
});

test('a transaction with a command that is wrong is no outage', async () => {
  const server = await RedisServer.start();
  const redis = connect(server.url);
  await whenConnected(redis);
  const wrong = redis.multi().call('SET', 'alone').exec();
  const error = await wrong.catch((failure: unknown) => failure);
  expect((error as Error).message).toContain('EXECABORT');
  expect(isOutage(error)).toBe(false);
  await server.stop();
});
