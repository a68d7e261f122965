import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { assertNothingLost, Load } from '../support/load.js';
import { RedisServer } from '../support/redis-server.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };

/** A process with a Redis of its own, as `npm start` has it. */
async function startAlone(): Promise<Tradewire> {
  const tradewire = await Tradewire.start({ REDIS_URL: undefined });
  onTestFinished(async () => {
    // A kill would leave its Redis behind.
    await tradewire.terminate();
    await tradewire.stop();
  });
  return tradewire;
}

async function privateRedisPid(tradewire: Tradewire): Promise<number> {
  const redis = new Redis(join(tradewire.folder, 'data/redis.sock'), { lazyConnect: true });
  await redis.connect();
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/^process_id:(\d+)/m.exec(info)![1]);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a stop under load tells the clients, answers what it took, ends by itself and loses nothing', async () => {
  const tradewire = await startAlone();
  const redisPid = await privateRedisPid(tradewire);
  const load = await Load.start(tradewire);
  await load.acknowledges(300);
  expect(await tradewire.terminate()).toEqual({ code: 0, signal: null });
  expect(isRunning(redisPid)).toBe(false);
  await load.cutOff();
  for (const client of load.clients) {
    expect(await client.closed).toMatchObject({ code: 1012 });
    const shutdown = client.frames.find(({ type }) => type === 'shutdown');
    expect(shutdown).toEqual({
      channel: 'session',
      type: 'shutdown',
      data: { deadline: expect.stringMatching(/^\d{4}-.*Z$/), reconnectAfterMs: 0 },
    });
  }
  await tradewire.launch();
  await assertNothingLost(tradewire, load);
});

test('who sends orders during a stop is refused, and still gets the answers to those before it', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await Tradewire.start({ REDIS_URL: redis.url, DRAIN_TIMEOUT_MS: '20000' });
  onTestFinished(() => tradewire.stop());
  const client = await StreamClient.connect(tradewire);
  redis.freeze();
  const inFlight = client.place(BID);
  const exit = tradewire.terminate();
  await client.seen('the notice', ({ type }) => type === 'shutdown');
  const refused = Array.from({ length: 150 }, () => client.refusal('order.place', BID));
  for (const { code } of await Promise.all(refused)) expect(code).toBe('UNAVAILABLE');
  redis.thaw();
  expect(await inFlight).toMatchObject({ status: 'ACTIVE' });
  expect(await client.closed).toMatchObject({ code: 1012 });
  expect(await exit).toEqual({ code: 0, signal: null });
});

test('a stop that Redis does not let finish still answers everything it took before it closes', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await Tradewire.start({ REDIS_URL: redis.url, DRAIN_TIMEOUT_MS: '500' });
  onTestFinished(() => tradewire.stop());
  const client = await StreamClient.connect(tradewire);
  redis.freeze();
  const answers = [client.refusal('order.place', BID), client.refusal('order.cancelAll')];
  const exit = tradewire.terminate();
  const codes = (await Promise.all(answers)).map(({ code }) => code);
  for (const code of codes) expect(['UNAVAILABLE', 'UNKNOWN_OUTCOME']).toContain(code);
  expect(codes).toContain('UNKNOWN_OUTCOME');
  expect(await client.closed).toMatchObject({ code: 1012 });
  redis.thaw();
  expect(await exit).toEqual({ code: 0, signal: null });
});
