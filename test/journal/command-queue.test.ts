import { afterEach, expect, test } from 'vitest';
import type { Outcome } from '../../src/exchange/outcome.js';
import type { CommandQueueSettings } from '../../src/journal/command-queue-settings.js';
import { LossyProxy } from '../support/lossy-proxy.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { TestGateway } from './gateway.js';
import { ACCOUNT, cancel, OPENING, place } from './orders.js';
import { Refusing } from './refusing-journal.js';
import { newVenueName, openMemoryStores, openRedisStores, testRedisUrl } from './stores.js';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function openVenue(url: string, settings: Partial<CommandQueueSettings> = {}): Promise<TestGateway> {
  const gateway = new TestGateway(await openRedisStores(newVenueName(), url), settings);
  cleanUps.push(() => gateway.stop());
  await gateway.ready();
  await gateway.submitAll(OPENING);
  return gateway;
}

async function startRedis(): Promise<RedisServer> {
  const server = await RedisServer.start();
  cleanUps.push(() => server.stop());
  return server;
}

test('a lost reply places one order, and its outcome comes once', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().replace('unix://', ''));
  cleanUps.push(() => proxy.stop());
  const gateway = await openVenue(proxy.url);
  for (const name of ['a', 'b', 'c']) {
    proxy.loseReplyTo('NOMKSTREAM');
    const outcomes: Outcome[] = [];
    gateway.queue.submit(place(name), (outcome) => outcomes.push(outcome));
    await until('the outcome is there', () => outcomes.length > 0);
    const later = await gateway.submit(place(`${name} later`));
    expect(outcomes.map((outcome) => outcome.error)).toEqual([null]);
    expect(later.error).toBeNull();
  }
  expect(proxy.lost).toBe(3);
  expect(gateway.openOrders()).toEqual(['a', 'a later', 'b', 'b later', 'c', 'c later']);
});

test('connections that are cut again and again lose no order and double none', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().replace('unix://', ''));
  cleanUps.push(() => proxy.stop());
  const gateway = await openVenue(proxy.url);
  const placed: string[] = [];
  let answered = 0;
  for (let cut = 0; cut < 10; cut++) {
    await gateway.ready();
    for (let number = 0; number < 20; number++) {
      const name = `${cut}/${number}`;
      const refusal = gateway.queue.submit(place(name), (outcome) => {
        answered++;
        if (outcome.error === null) placed.push(name);
      });
      expect(refusal).toBeNull();
      if (number === 10) await new Promise(setImmediate);
    }
    proxy.cut();
    await until('all have an outcome', () => answered === (cut + 1) * 20);
  }
  const proof = await gateway.submit(place('proof'));
  expect(proof.error).toBeNull();
  expect(gateway.openOrders()).toEqual([...placed, 'proof']);
});

test('a flood is refused as OVERLOADED while cancels still pass, within their own bound', async () => {
  const gateway = await openVenue(testRedisUrl(), { commandsMax: 50, cancelReserve: 5 });
  let answered = 0;
  const flood = Array.from({ length: 60 }, (_, number) =>
    gateway.queue.submit(place(`flood ${number}`), () => answered++),
  );
  expect(flood.filter((refusal) => refusal === null)).toHaveLength(50);
  expect(flood.slice(50)).toEqual(Array.from({ length: 10 }, () => 'OVERLOADED'));
  const cancels = Array.from({ length: 6 }, (_, number) =>
    gateway.queue.submit(cancel(`flood ${number}`), () => answered++),
  );
  expect(cancels).toEqual([null, null, null, null, null, 'OVERLOADED']);
  await until('all have an outcome', () => answered === 55);
  expect(gateway.openOrders()).toHaveLength(45);
  expect((await gateway.submit(place('afterwards'))).error).toBeNull();
});

test('a batch stays within its bounds, and the order of commands is kept', async () => {
  const gateway = await openVenue(testRedisUrl(), { batchCommandsMax: 64, batchBytesMax: 1_000 });
  const names = Array.from({ length: 500 }, (_, number) => `order ${number}`);
  await gateway.submitAll(names.map((name) => place(name)));
  expect(gateway.openOrders()).toEqual(names);
  const entries = await gateway.stores.journal.read('0-0' as never, 0);
  expect(Math.max(...entries.slice(2).map((entry) => entry.bytes.length))).toBeLessThanOrEqual(1_000);
});

test('a silent Redis: UNAVAILABLE at once, then the true outcome of what was sent', async () => {
  const server = await startRedis();
  const gateway = await openVenue(server.url);
  server.freeze();
  const frozenAtMs = performance.now();
  const sent = gateway.submit(place('sent'));
  await until('the gateway notices', () => gateway.replica.status.state === 'UNAVAILABLE');
  expect(performance.now() - frozenAtMs).toBeLessThan(10_000);
  expect(gateway.queue.submit(place('refused'), () => {})).toBe('UNAVAILABLE');
  server.thaw();
  expect((await sent).error).toBeNull();
  await gateway.ready();
  await gateway.submit(place('later'));
  expect(gateway.openOrders()).toEqual(['sent', 'later']);
});

test('who waited too long is told UNKNOWN_OUTCOME once, and the order is placed all the same', async () => {
  const server = await startRedis();
  const gateway = await openVenue(server.url, { outcomeTimeoutMs: 300 });
  server.freeze();
  const outcomes: Outcome[] = [];
  gateway.queue.submit(place('sent'), (outcome) => outcomes.push(outcome));
  await until('the wait is over', () => outcomes.length > 0);
  expect(gateway.queue.waiting).toBe(0);
  server.thaw();
  await until('the order is placed', () => gateway.openOrders().length > 0);
  await gateway.ready();
  await gateway.submit(place('later'));
  expect(gateway.openOrders()).toEqual(['sent', 'later']);
  expect(outcomes.map((outcome) => outcome.error)).toEqual(['UNKNOWN_OUTCOME']);
});

test('a Redis that is killed and restarted keeps every order, and the epoch', async () => {
  const server = await startRedis();
  const gateway = await openVenue(server.url);
  await gateway.submit(place('before'));
  const { epoch, serverRunId } = gateway.exchange;
  await server.restart();
  await until('the new server is known', () => gateway.exchange.serverRunId !== serverRunId);
  await gateway.ready();
  await gateway.submit(place('after'));
  expect(gateway.openOrders()).toEqual(['before', 'after']);
  expect(gateway.exchange.epoch).toBe(epoch);
  expect(gateway.resets).toHaveLength(1);
});

test('who need not wait any longer is told what is known: sent, or never to be sent', async () => {
  const server = await startRedis();
  const gateway = await openVenue(server.url);
  server.freeze();
  const sent = gateway.submit(place('sent'));
  await new Promise(setImmediate);
  const gathered = gateway.submit(place('gathered'));
  gateway.queue.giveUp();
  expect([(await sent).error, (await gathered).error]).toEqual(['UNKNOWN_OUTCOME', 'UNAVAILABLE']);
  server.thaw();
  await until('what was sent is placed', () => gateway.openOrders().length > 0);
  expect(gateway.openOrders()).toEqual(['sent']);
});

test('drains: what was accepted gets its outcome, what comes later is refused', async () => {
  const gateway = new TestGateway(await openMemoryStores());
  cleanUps.push(() => gateway.stop());
  await gateway.ready();
  await gateway.submitAll(OPENING);
  const accepted = gateway.submit(place('accepted'));
  const drained = gateway.queue.drain();
  expect(gateway.queue.submit(place('late'), () => {})).toBe('UNAVAILABLE');
  await drained;
  expect((await accepted).error).toBeNull();
});

test('what was certainly not written is never said to be unknown, however it ends', async () => {
  const stores = await openMemoryStores();
  const journal = new Refusing(stores.journal);
  const gateway = new TestGateway({ ...stores, journal });
  cleanUps.push(() => gateway.stop());
  await gateway.ready();
  await gateway.submitAll(OPENING);
  for (const end of ['giveUp', 'historyLost'] as const) {
    journal.isRefusing = true;
    const refused = gateway.submit(place(`refused before ${end}`));
    const attempts = journal.refusals;
    await until('it was refused', () => journal.refusals > attempts);
    gateway.queue[end]();
    expect((await refused).error).toBe('UNAVAILABLE');
    journal.isRefusing = false;
    gateway.queue.open();
    expect((await gateway.submit(place(`after ${end}`))).error).toBeNull();
  }
  expect(gateway.openOrders()).toEqual(['after giveUp', 'after historyLost']);
});

test('a gateway that was given up begins anew: nothing of before is carried out, and nobody waits in vain', async () => {
  const server = await startRedis();
  const venue = newVenueName();
  const gateway = new TestGateway(await openRedisStores(venue, server.url));
  const other = new TestGateway(await openRedisStores(venue, server.url));
  cleanUps.push(async () => void (await Promise.all([gateway.stop(), other.stop()])));
  await Promise.all([gateway.ready(), other.ready()]);
  await gateway.submitAll(OPENING);
  await gateway.submit({ kind: 'GUARD_SESSION', account: ACCOUNT, sessionId: 'a', graceMs: 0 });
  await gateway.submit(place('guarded'));
  const { incarnation } = gateway.queue;
  const lastNumber = gateway.exchange.state.incarnations.get(incarnation)!;
  await until(
    'the other one knows it',
    () => other.exchange.state.incarnations.get(incarnation) === lastNumber,
  );
  await other.submit({ kind: 'GATEWAY_LOST', incarnation, lastNumber });
  expect((await gateway.submit(place('too late'))).error).toBe('UNAVAILABLE');
  server.freeze();
  const waiting = gateway.submit(place('later still'));
  await new Promise(setImmediate);
  const gathered = gateway.submitAll([
    place('gathered'),
    { kind: 'GUARD_SESSION', account: ACCOUNT, sessionId: 'b', graceMs: 0 },
  ]);
  gateway.queue.renew();
  const outcomes = [await waiting, ...(await gathered)];
  expect(outcomes.map(({ error }) => error)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE']);
  server.thaw();
  await gateway.ready();
  expect((await gateway.submit(place('anew'))).error).toBeNull();
  expect(gateway.openOrders()).toEqual(['anew']);
  expect(gateway.exchange.state.guardedGateways.size).toBe(0);
});

test('what was told to be unknown is in doubt until it is settled', async () => {
  const server = await startRedis();
  const gateway = await openVenue(server.url, { outcomeTimeoutMs: 300 });
  expect(gateway.queue.isInDoubt).toBe(false);
  server.freeze();
  const sent = gateway.submit(place('sent'));
  expect((await sent).error).toBe('UNKNOWN_OUTCOME');
  expect(gateway.queue.isInDoubt).toBe(true);
  server.thaw();
  await until('it is settled', () => !gateway.queue.isInDoubt);
  expect(gateway.openOrders()).toEqual(['sent']);
});
