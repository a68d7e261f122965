import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

let tradewire: Tradewire;
let sandbox: Sandbox;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
});
afterAll(() => tradewire.stop());

const ORDERS_PER_BATCH = 50;

/** Batches have numbers of their own, so that no order is taken for one that exists. */
let nextBatch = 0;

function placeBatch(client: StreamClient, batch: number): Promise<unknown> {
  const orders = Array.from({ length: ORDERS_PER_BATCH }, (_, index) => ({
    symbol: 'BTC',
    orderType: 'LIMIT',
    side: 'BUY',
    quantity: 0.001,
    limitPrice: 45_000,
    clientOrderId: `${'long '.repeat(23)}${batch}-${index}`,
  }));
  return client.call('order.placeBatch', { orders });
}

/** Places and cancels orders until there are so many more events, and answers with the portfolio's last position. */
async function makeEvents(client: StreamClient, count: number): Promise<number> {
  for (let made = 0; made < count; made += 2 * ORDERS_PER_BATCH) {
    await placeBatch(client, nextBatch++);
    await client.call('order.cancelAll');
  }
  const probe = await StreamClient.connect(tradewire);
  await probe.close();
  return probe.hello.seq;
}

test('a long replay waits for a slow reader, and loses nothing of what happens meanwhile', async () => {
  const writer = await StreamClient.connect(tradewire);
  const { epoch, seq: first } = writer.hello;
  const seq = await makeEvents(writer, 16_000);

  const slow = await StreamClient.connect(tradewire);
  const subscribed = slow.subscribe(['private'], { epoch, seq: first });
  slow.socket.pause();
  const last = await makeEvents(writer, 1_000);
  expect(slow.socket.readyState).toBe(slow.socket.OPEN);
  slow.socket.resume();
  await subscribed;
  const resumed = await slow.seen('resumed', ({ type }) => type === 'resumed');
  await slow.caughtUpTo(last);
  expect(resumed.data).toMatchObject({ from: first });
  expect((resumed.data as { to: number }).to).toBeGreaterThanOrEqual(seq);
  expect(slow.events.map((event) => event.seq)).toEqual(
    Array.from({ length: last - first }, (_, index) => first + index + 1),
  );
  await Promise.all([slow.close(), writer.close()]);
});

test('channels asked for during a replay begin when it is done, in one unbroken chain', async () => {
  const writer = await StreamClient.connect(tradewire);
  const { epoch, seq: first } = writer.hello;
  await makeEvents(writer, 16_000);

  const slow = await StreamClient.connect(tradewire);
  const answers = [slow.subscribe(['fills', 'positions', 'orders'], { epoch, seq: first })];
  slow.socket.pause();
  answers.push(slow.subscribe(['orders', 'account', 'fills']));
  answers.push(slow.call('session.unsubscribe', { channels: ['fills'] }));
  await writer.call('ping');
  slow.socket.resume();
  await Promise.all(answers);
  const account = await slow.seen('the snapshot', ({ channel }) => channel === 'account');
  const order = await writer.place({
    symbol: 'BTC',
    orderType: 'LIMIT',
    side: 'BUY',
    quantity: 0.001,
    limitPrice: 45_000,
  });
  await slow.seen('the order', ({ data }) => (data as { orderId?: string }).orderId === order.orderId);
  const types = slow.frames.filter(({ type }) => type !== undefined).map(({ type }) => type);
  expect(types).toEqual(['hello', 'resumed', 'snapshot', 'snapshot']);
  const resumed = slow.frames.find(({ type }) => type === 'resumed')!;
  expect(account.seq).toBe((resumed.data as { to: number }).to);
  expect(slow.events.filter(({ replay }) => replay === true)).toHaveLength(account.seq! - first);
  await writer.call('order.cancelAll');
  await Promise.all([slow.close(), writer.close()]);
});

test('whoever has many orders may pause while the snapshot of them comes', async () => {
  const strict = await Tradewire.start({ WAITING_BYTES_MAX: String(64 * 1024) });
  onTestFinished(() => strict.stop());
  await new Sandbox(strict).market('BTC', { oracle: 50_000 });
  const writer = await StreamClient.connect(strict);
  for (let batch = 0; batch < 190; batch++) await placeBatch(writer, batch);
  const slow = await StreamClient.connect(strict);
  const subscribed = slow.subscribe(['orders']);
  slow.socket.pause();
  const last = await placeBatch(writer, 190);
  slow.socket.resume();
  await subscribed;
  expect(last).toHaveProperty('results');
  await slow.caughtUpTo((await StreamClient.connect(strict)).hello.seq);
  expect(slow.of<unknown[]>('orders')[0]!.data.length).toBeGreaterThanOrEqual(9_500);
  await slow.close();
});

test('no heartbeat is added to what a slow reader has waiting', async () => {
  const lively = await Tradewire.start({
    HEARTBEAT_MS: '1000',
    WAITING_BYTES_MAX: String(256 * 1024 * 1024),
  });
  onTestFinished(() => lively.stop());
  await new Sandbox(lively).market('BTC', { oracle: 50_000 });
  const [slow, other] = [await StreamClient.connect(lively), await StreamClient.connect(lively)];
  for (let batch = 0; batch < 10; batch++) await placeBatch(slow, batch);
  slow.socket.pause();
  const answers = Array.from({ length: 80 }, () => slow.call('order.list', { limit: 1_000 }));
  await until('all are on their way', async () => {
    const { body } = await lively.ask('GET', '/metrics');
    return Number(/^tradewire_frames_in\w* (\d+)$/m.exec(body as string)?.[1]) >= 90;
  });
  const beats = (client: StreamClient) => client.frames.filter(({ type }) => type === 'heartbeat').length;
  const [slowBefore, before] = [beats(slow), beats(other)];
  await until('three more heartbeats', () => beats(other) === before + 3);
  slow.socket.resume();
  await Promise.all(answers);
  await until('heartbeats come again', () => beats(slow) > slowBefore);
  expect(beats(slow) - slowBefore).toBeLessThan(beats(other) - before);
  await Promise.all([slow.close(), other.close()]);
});

test('a live reader that does not read is closed with 4008, and nobody else', async () => {
  const writer = await StreamClient.connect(tradewire);
  const [slow, other] = [await StreamClient.connect(tradewire), await StreamClient.connect(tradewire)];
  await Promise.all([slow.subscribe(['private']), other.subscribe(['private'])]);
  slow.socket.pause();
  const last = await makeEvents(writer, 24_000);
  await other.caughtUpTo(last);
  slow.socket.resume();
  expect(await slow.closed).toMatchObject({ code: 4008 });
  expect(slow.seq!).toBeLessThan(last);

  const back = await StreamClient.connect(tradewire);
  await back.subscribe(['private'], { epoch: slow.hello.epoch, seq: slow.seq! });
  await back.caughtUpTo(last);
  expect(back.events[0]!.prev).toBe(slow.seq);
  await Promise.all([back.close(), other.close(), writer.close()]);
});

test('a reader of public channels that does not read gets their state later, and nobody else is disturbed', async () => {
  const roomy = await Tradewire.start({
    WAITING_BYTES_MAX: String(256 * 1024 * 1024),
    BOOK_INTERVAL_MS: '0',
  });
  onTestFinished(() => roomy.stop());
  const market = new Sandbox(roomy);
  await market.market('BTC', { oracle: 50_000 });
  const channels = ['book:BTC', 'ticker:BTC', 'candles:BTC:1m'];
  const [slow, other] = [await StreamClient.connect(roomy), await StreamClient.connect(roomy)];
  for (let batch = 0; batch < 10; batch++) await placeBatch(slow, batch);
  await Promise.all([slow.subscribe(channels), other.subscribe(channels)]);
  await until('both have the book', () => slow.books.size === 1 && other.books.size === 1);

  slow.socket.pause();
  const answers = Array.from({ length: 80 }, () => slow.call('order.list', { limit: 1_000 }));
  for (let round = 1; round <= 50; round++) await market.market('BTC', { bids: [[49_000, round]] });
  await market.flow('BTC', 'SELL', 1);
  const newest = (client: StreamClient, channel: string) => client.of(channel).at(-1)!.data;
  await until('the other one has seen it all', () => {
    const candle = newest(other, 'candles:BTC:1m') as { close: number } | null;
    const ticker = newest(other, 'ticker:BTC') as { last: number | null };
    return candle?.close === 49_000 && ticker.last === 49_000;
  });
  slow.socket.resume();
  await Promise.all(answers);
  const books = () => [slow.books.get('book:BTC')!, other.books.get('book:BTC')!] as const;
  await until('the slow one has caught up', () => books()[0].seq === books()[1].seq);
  expect(books()[0].levels()).toEqual(books()[1].levels());
  const count = (client: StreamClient, wanted: string, channel = 'book:BTC') =>
    client.of(channel).filter(({ type }) => type === wanted).length;
  expect([count(other, 'snapshot'), count(other, 'delta')]).toEqual([1, 51]);
  expect(count(slow, 'snapshot')).toBe(2);
  expect(count(slow, 'delta')).toBeLessThan(51);
  for (const channel of ['ticker:BTC', 'candles:BTC:1m']) {
    await until('it knows the state', () => count(slow, 'snapshot', channel) === 2);
    expect(newest(slow, channel)).toEqual(newest(other, channel));
    expect(count(other, 'snapshot', channel)).toBe(1);
  }
  await Promise.all([slow.close(), other.close()]);
});
