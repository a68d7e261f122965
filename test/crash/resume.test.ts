import { expect, onTestFinished, test } from 'vitest';
import { RedisArchiveReader } from '../../src/archive/archive-reader-redis.js';
import type { Mark } from '../../src/archive/mark.js';
import { openRedisStores, SILENT, testRedisUrl } from '../journal/stores.js';
import { writeSnapshot } from '../journal/write-snapshot.js';
import { Load } from '../support/load.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

/** Thousands of orders, several starts, and the time that a lease takes to be over. */
const TIMEOUT_MS = 180_000;
const BATCH = 50;
const ROUNDS_AT_ONCE = 5;
const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.001, limitPrice: 45_000 };
/** So little memory that most of what a test does is in the archive alone. */
const FORGETFUL = { EVENT_BYTES_MAX: String(1_024 * 1_024), ARCHIVE_WAIT_MS: '60000' };

/** Places and cancels orders, two events of each; again where Redis was too slow for some. */
async function makeEvents(client: StreamClient, count: number): Promise<void> {
  const orders = Array.from({ length: BATCH }, () => BID);
  for (let made = 0; made < count; ) {
    const rounds = Array.from({ length: ROUNDS_AT_ONCE }, async () => {
      const [, { canceled }] = await Promise.all([
        client.call('order.placeBatch', { orders }),
        client.call<{ canceled: number }>('order.cancelAll'),
      ]);
      return 2 * canceled;
    });
    for (const round of await Promise.allSettled(rounds))
      made += round.status === 'fulfilled' ? round.value : 0;
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** The private events of a client as they happened, however they came. */
function told(client: StreamClient) {
  return client.events.map(({ channel, seq, data }) => ({ channel, seq, data }));
}

/** Resumes from the first event, and resolves once the client is live. */
async function resumed(tradewire: Tradewire): Promise<StreamClient> {
  const client = await StreamClient.connect(tradewire);
  await client.subscribe(['private'], { epoch: client.hello.epoch, seq: 0 });
  await client.seen('resumed', ({ type }) => type === 'resumed');
  return client;
}

/** All events by polling, from the first on. */
async function polled(tradewire: Tradewire) {
  const found: { channel: string; seq: number; data: unknown }[] = [];
  for (;;) {
    const path = `/v1/events?since=${found.length}&limit=1000`;
    const { status, body } = await tradewire.ask('GET', path);
    expect(status).toBe(200);
    const { events, newest } = body as { events: typeof found; newest: number };
    found.push(...events.map(({ channel, seq, data }) => ({ channel, seq, data })));
    if (found.length === newest) return found;
  }
}

/** Keeps a snapshot of what is archived by now, as the archive's worker does from time to time. */
async function keepSnapshot({ venue }: Tradewire): Promise<void> {
  const reader = new RedisArchiveReader(testRedisUrl(), venue, SILENT);
  const stores = await openRedisStores(venue);
  let mark: Mark | null = null;
  await until('something is archived', async () => {
    mark = await reader.mark().catch(() => null);
    return mark !== null;
  });
  const { entryId } = mark!;
  expect(await writeSnapshot(stores.journal, stores.snapshots, entryId, SILENT)).not.toBeNull();
  stores.close();
  reader.close();
}

test('every event since the first is had again: after kill -9 beyond a snapshot, elsewhere, under load', {
  timeout: TIMEOUT_MS,
}, async () => {
  const one = await Tradewire.start(FORGETFUL);
  onTestFinished(() => one.stop());
  await new Sandbox(one).market('BTC', { oracle: 50_000 });
  const witness = await resumed(one);
  const writer = await StreamClient.connect(one);
  await makeEvents(writer, 10_000);
  await keepSnapshot(one);
  await makeEvents(writer, 500);
  await witness.caughtUpTo((await StreamClient.connect(one)).hello.seq);
  const before = told(witness);
  expect(before.map(({ seq }) => seq)).toEqual(numbers(before.length));
  expect(before.length).toBeGreaterThan(10_000);
  await one.kill();

  await one.launch();
  const back = await resumed(one);
  expect(told(back)).toEqual(before);
  expect(back.events.every(({ replay }) => replay === true)).toBe(true);
  const frames = back.frames.map(({ type }) => type).filter((type) => type !== undefined);
  expect(frames).toEqual(['hello', 'resumed']);
  expect(await polled(one)).toEqual(before);

  const two = await Tradewire.start({ ...FORGETFUL, VENUE: one.venue });
  onTestFinished(() => two.stop());
  const load = await Load.start(one, 1);
  const slow = await StreamClient.connect(two);
  const subscribed = slow.subscribe(['private'], { epoch: slow.hello.epoch, seq: 0 });
  slow.socket.pause();
  await load.acknowledges(1_000);
  const elsewhere = await resumed(two);
  slow.socket.resume();
  await subscribed;
  await load.acknowledges(200);
  await load.stop();
  const { seq } = (await StreamClient.connect(one)).hello;
  for (const reader of [back, elsewhere, slow]) {
    await reader.caughtUpTo(seq);
    expect(reader.events.map((event) => event.seq)).toEqual(numbers(seq));
  }
  expect(told(elsewhere)).toEqual(told(back));
  expect(told(slow)).toEqual(told(back));
});

test('what is asked for while a resume waits for Redis is done in its turn', {
  timeout: TIMEOUT_MS,
}, async () => {
  const tradewire = await Tradewire.start(FORGETFUL);
  onTestFinished(() => tradewire.stop());
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000, asks: [[50_010, 5]] });
  const writer = await StreamClient.connect(tradewire);
  const { epoch, seq: first } = writer.hello;
  const { order } = await writer.call<{ order: { orderId: string } }>('order.place', {
    ...BID,
    orderType: 'MARKET',
    limitPrice: undefined,
    clientOrderId: 'long ago',
  });
  await makeEvents(writer, 8_000);
  const client = await StreamClient.connect(tradewire);
  const answers = [
    client.subscribe(['fills', 'positions', 'orders'], { epoch, seq: first }),
    client.subscribe(['orders', 'account', 'fills']),
    client.call('session.unsubscribe', { channels: ['positions'] }),
    client.subscribe(['ticker:BTC']),
  ];
  await Promise.all(answers);
  const account = await client.seen('the snapshot', ({ channel }) => channel === 'account');
  const ends = client.frames.filter(({ channel, type }) => type !== undefined && channel !== 'ticker:BTC');
  expect(ends.map(({ type }) => type)).toEqual(['hello', 'resumed', 'snapshot', 'snapshot']);
  expect((ends[1]!.data as { to: number }).to).toBe(account.seq);
  expect(client.events.map(({ channel }) => channel)).not.toContain('positions');
  expect(client.events.filter(({ channel }) => channel === 'fills')).toHaveLength(1);

  const { fills } = await writer.call<{ fills: { orderId: string }[] }>('fill.list');
  expect(fills).toMatchObject([{ orderId: order.orderId }]);
  const early = await StreamClient.connect(tradewire);
  early.subscribe(['private'], { epoch, seq: first }).catch(() => undefined);
  early.socket.terminate();
  expect((await tradewire.ask('GET', '/health')).status).toBe(200);
});

test('a resume that Redis cannot serve is refused before it begins, and closed in the middle', {
  timeout: TIMEOUT_MS,
}, async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await Tradewire.start({ ...FORGETFUL, REDIS_URL: redis.url });
  onTestFinished(() => tradewire.stop());
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000 });
  const writer = await StreamClient.connect(tradewire);
  const since = { epoch: writer.hello.epoch, seq: 0 };
  await makeEvents(writer, 25_000);
  const slow = await StreamClient.connect(tradewire);
  await slow.subscribe(['private'], since);
  slow.socket.pause();
  const late = await StreamClient.connect(tradewire);
  await redis.kill();
  await until('it is refused', async () => {
    const refusal = await late.refusal('session.subscribe', { channels: ['private'], since });
    return refusal.code === 'UNAVAILABLE';
  });
  slow.socket.resume();
  expect(await slow.closed).toMatchObject({ code: 1012 });
  const { seq } = slow;
  await redis.launch();
  await until('it is ready', async () => (await tradewire.ask('GET', '/ready')).status === 200);
  const back = await StreamClient.connect(tradewire);
  // The connection that reads the archive may come back a little after the one that reads the journal.
  await until('it is resumed', () =>
    back.subscribe(['private'], { ...since, seq: seq! }).then(
      () => true,
      () => false,
    ),
  );
  await back.caughtUpTo(back.hello.seq);
  const all = [...slow.events, ...back.events].map((event) => event.seq);
  expect(all).toEqual(numbers(back.hello.seq));
});
