import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

let tradewire: Tradewire;
let sandbox: Sandbox;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    EVENTS_PER_PORTFOLIO_MAX: '100000',
    WAITING_BYTES_MAX: '4194304',
    BOOK_INTERVAL_MS: '0',
  });
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
});
afterAll(() => tradewire.stop());

const ORDERS_PER_BATCH = 50;

/** Places and cancels orders until the portfolio has so many more events, and answers with its last position. */
async function makeEvents(client: StreamClient, count: number): Promise<number> {
  const order = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.001, limitPrice: 45_000 };
  const clientOrderId = (index: number) => `${'long '.repeat(24)}${index}`;
  for (let made = 0; made < count; made += 2 * ORDERS_PER_BATCH) {
    const orders = Array.from({ length: ORDERS_PER_BATCH }, (_, index) => ({
      ...order,
      clientOrderId: clientOrderId(made + index),
    }));
    await client.call('order.placeBatch', { orders });
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

test('a reader of a book that does not read gets one snapshot later, and nobody else is disturbed', async () => {
  const [slow, other] = [await StreamClient.connect(tradewire), await StreamClient.connect(tradewire)];
  await Promise.all([slow.subscribe(['book:BTC']), other.subscribe(['book:BTC'])]);
  const book = other.of('book:BTC');
  await until('both have the book', () => slow.books.size === 1 && other.books.size === 1);
  expect(book).toBeDefined();
  slow.socket.pause();
  const levels = (shift: number) =>
    Array.from({ length: 100 }, (_, index) => [49_900 - index, 1 + ((index + shift) % 7)] as const);
  for (let round = 0; round < 2_500; round++) {
    const bids = levels(round);
    await sandbox.market('BTC', { bids });
    if (round % 100 === 0 && (await isLagging(other))) break;
  }
  slow.socket.resume();
  const { seq } = await other.call<{ seq: number }>('book.get', { symbol: 'BTC' });
  expect(seq).toBeGreaterThan(0);
  await until('the slow one has caught up', () => {
    const [one, another] = [slow.books.get('book:BTC')!, other.books.get('book:BTC')!];
    return one.seq === another.seq;
  });
  expect(slow.books.get('book:BTC')!.levels()).toEqual(other.books.get('book:BTC')!.levels());
  const snapshots = (client: StreamClient) => client.of('book:BTC').filter(({ type }) => type === 'snapshot');
  expect(snapshots(other)).toHaveLength(1);
  expect(snapshots(slow)).toHaveLength(2);
  await Promise.all([slow.close(), other.close()]);
});
