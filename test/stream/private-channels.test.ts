import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { type Frame, StreamClient } from '../support/stream-client.js';
import type { OrderData, PrivateData } from '../support/stream-data.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
  client = await StreamClient.connect(tradewire);
});
afterEach(async () => {
  await client.call('order.cancelAll');
  await client.close();
});

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
const TAKE = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.1 };

function seqsOf(frames: readonly Frame[]): readonly (number | undefined)[] {
  return frames.map(({ seq }) => seq);
}

function withoutPrev(frames: readonly Frame<PrivateData>[]) {
  return frames.map(({ prev: _, ...frame }) => frame);
}

test('a subscription begins with the state, and goes on from exactly there', async () => {
  const order = await client.place(BID);
  await client.subscribe(['private']);
  await client.place(TAKE);
  const snapshots = client.frames.filter(({ type }) => type === 'snapshot');
  expect(snapshots.map(({ channel }) => channel)).toEqual(['orders', 'positions', 'account']);
  const [orders, positions, account] = snapshots;
  expect(new Set(seqsOf(snapshots)).size).toBe(1);
  expect(orders!.data).toEqual([order]);
  expect(positions!.data).toEqual(expect.any(Array));
  expect(account!.data).toMatchObject({ portfolioId: client.hello.portfolioId });
  expect(client.events[0]).toMatchObject({ seq: orders!.seq! + 1, prev: orders!.seq });
});

test('an order that fills tells of itself, the fill, itself, the position and the account, in this order', async () => {
  await client.subscribe(['private']);
  const { orderId } = await client.place({ ...TAKE, clientOrderId: 'taker' });
  const told = client.events;
  expect(told.map(({ channel }) => channel)).toEqual(['orders', 'fills', 'orders', 'positions', 'account']);
  expect(told.map(({ data }) => data)).toMatchObject([
    { orderId, status: 'ACTIVE', filledQuantity: 0 },
    { orderId, clientOrderId: 'taker', liquidity: 'TAKER', price: 50_010, quantity: 0.1, realizedPnl: 0 },
    { orderId, status: 'FILLED', filledQuantity: 0.1, avgFillPrice: 50_010 },
    { symbol: 'BTC', entryPrice: expect.any(Number) },
    { portfolioId: client.hello.portfolioId },
  ]);
  expect(new Set(told.map(({ time }) => time)).size).toBe(1);
});

test('a closed position is one event with quantity 0, and its profit is paid', async () => {
  await client.place({ ...TAKE, side: 'BUY', quantity: 0.2 });
  const { positions } = await client.call<{ positions: { quantity: number }[] }>('position.list');
  await client.subscribe(['positions', 'fills']);
  await client.place({ ...TAKE, side: 'SELL', quantity: positions[0]!.quantity, reduceOnly: true });
  expect(client.events).toMatchObject([
    { channel: 'fills', data: { positionAfter: 0, realizedPnl: expect.any(Number) } },
    { channel: 'positions', data: { symbol: 'BTC', quantity: 0, entryPrice: null } },
  ]);
});

test('a maker hears of its fills while others trade', async () => {
  const { orderId } = await client.place({ ...BID, limitPrice: 49_995 });
  await client.subscribe(['orders', 'fills']);
  await sandbox.flow('BTC', 'SELL', 0.2);
  await client.call('ping');
  expect(client.events.map(({ data }) => data)).toMatchObject([
    { orderId, liquidity: 'MAKER', side: 'BUY', price: 49_995, quantity: 0.2 },
    { orderId, status: 'ACTIVE', filledQuantity: 0.2 },
  ]);
});

test('the chain of a part of the channels has no gaps, though the positions do', async () => {
  await client.subscribe(['fills', 'account']);
  for (let count = 0; count < 3; count++) await client.place(TAKE);
  const { events } = client;
  expect(new Set(events.map(({ channel }) => channel))).toEqual(new Set(['fills', 'account']));
  const [snapshot] = client.of('account');
  expect(events.map(({ prev }) => prev)).toEqual([snapshot!.seq, ...seqsOf(events.slice(0, -1))]);
  expect(events.at(-1)!.seq! - snapshot!.seq!).toBeGreaterThan(events.length);
});

test('a quiet stream is told regularly where its portfolio’s events stand', async () => {
  const lively = await Tradewire.start({ HEARTBEAT_MS: '1000' });
  onTestFinished(() => lively.stop());
  const quiet = await StreamClient.connect(lively);
  await quiet.subscribe(['fills', 'book:BTC', 'ticker:BTC', 'trades:BTC', 'candles:BTC:1m']);
  await quiet.place({ symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 1, limitPrice: 100 });
  const { seq: prev } = quiet.hello;
  const seqOf = (channel: string) => quiet.of(channel).at(-1)!.seq;
  const beat = await quiet.seen<{ seq: number }>(
    'the heartbeat behind the order',
    ({ type, data }) => type === 'heartbeat' && data.seq > prev,
  );
  expect(beat.data).toEqual({
    seq: prev + 1,
    prev,
    serverTime: expect.stringMatching(/Z$/),
    channels: {
      'book:BTC': seqOf('book:BTC'),
      'ticker:BTC': seqOf('ticker:BTC'),
      'trades:BTC': 0,
      'candles:BTC:1m': seqOf('candles:BTC:1m'),
    },
  });
  await quiet.close();
});

test('channels added later begin with their own snapshot', async () => {
  await client.subscribe(['fills']);
  await client.place(TAKE);
  await client.subscribe(['account']);
  await client.place(TAKE);
  await client.call('session.unsubscribe', { channels: ['fills'] });
  await client.place(TAKE);
  expect(client.events.map(({ channel }) => channel)).toEqual(['fills', 'fills', 'account', 'account']);
});

test('what clients write comes back to the letter', async () => {
  await client.subscribe(['orders', 'fills']);
  const ids = ['"quoted" \\ and/slashed', 'täglich ✓ 🚀', '\u0000\u001f\u2028\ud800', '{"json":[1]}', ' '];
  for (const clientOrderId of ids) await client.place({ ...TAKE, clientOrderId });
  const told = client.of<PrivateData>('fills').map(({ data }) => data.clientOrderId);
  expect(told).toEqual(ids);
  const { order } = await client.call<{ order: OrderData }>('order.get', { clientOrderId: ids[0] });
  expect(order.clientOrderId).toBe(ids[0]);
});

test('all sessions of a portfolio are told the same', async () => {
  const other = await StreamClient.connect(tradewire);
  await Promise.all([client.subscribe(['private']), other.subscribe(['private'])]);
  for (let count = 0; count < 5; count++) {
    await client.place(TAKE);
    await other.place({ ...TAKE, side: 'SELL' });
  }
  await client.call('order.cancelAll');
  await other.caughtUpTo(client.seq!);
  await client.caughtUpTo(other.seq!);
  expect(other.events).toEqual(client.events);
  expect(client.events.length).toBeGreaterThanOrEqual(50);
  await other.close();
});

test('nobody hears of another’s doings', async () => {
  const stranger = await StreamClient.connect(tradewire, (await addTrader(tradewire)).key);
  await Promise.all([client.subscribe(['private']), stranger.subscribe(['private'])]);
  await client.place({ ...BID, limitPrice: 49_995 });
  await stranger.place({ ...TAKE, side: 'SELL' });
  await client.call('ping');
  const [mine, theirs] = [client.events, stranger.events];
  expect(mine.map(({ channel }) => channel)).toContain('fills');
  expect(theirs.map(({ channel }) => channel)).toContain('fills');
  const own = new Set(mine.filter(({ channel }) => channel === 'orders').map(({ data }) => data.orderId));
  for (const { data } of theirs) if (data.orderId !== undefined) expect(own).not.toContain(data.orderId);
  for (const { data } of stranger.of<PrivateData>('account')) {
    expect(data.portfolioId).toBe(stranger.hello.portfolioId);
  }
  await stranger.close();
});

test('a resumed session gets exactly what it missed, then the present', async () => {
  const witness = await StreamClient.connect(tradewire);
  await Promise.all([client.subscribe(['private']), witness.subscribe(['private'])]);
  await client.place(TAKE);
  const since = { epoch: client.hello.epoch, seq: client.seq! };
  const before = client.events.length;
  await client.close();
  for (let count = 0; count < 3; count++) await witness.place({ ...TAKE, side: 'SELL' });

  client = await StreamClient.connect(tradewire);
  expect(client.hello).toMatchObject({ epoch: since.epoch, seq: witness.seq });
  await client.subscribe(['private'], since);
  const resumed = await client.seen('resumed', ({ type }) => type === 'resumed');
  expect(resumed).toEqual({
    channel: 'session',
    type: 'resumed',
    data: { from: since.seq, to: witness.seq },
  });
  const missed = witness.events.slice(before);
  expect(client.events).toEqual(missed.map((event) => ({ ...event, replay: true })));
  expect(client.frames.at(-1)).toBe(resumed);
  await client.place(TAKE);
  await witness.caughtUpTo(client.seq!);
  expect(client.events.at(-1)).toEqual(witness.events.at(-1));
  await witness.close();
});

test('a part of the channels can be resumed, and nothing missed is nothing replayed', async () => {
  const { epoch, seq } = client.hello;
  await client.place(TAKE);
  await client.subscribe(['fills'], { epoch, seq });
  await client.seen('resumed', ({ type }) => type === 'resumed');
  expect(client.events).toMatchObject([{ channel: 'fills', prev: seq, replay: true }]);
  const second = await StreamClient.connect(tradewire);
  await second.subscribe(['private'], { epoch, seq: second.hello.seq });
  await second.seen('resumed', ({ type }) => type === 'resumed');
  expect(second.frames.slice(1)).toMatchObject([
    { type: 'resumed', data: { from: second.hello.seq, to: second.hello.seq } },
  ]);
  await second.close();
});

test('a position that is not meant for all private channels of a session is refused, and moves none', async () => {
  const { epoch, seq } = client.hello;
  await client.subscribe(['account']);
  await client.place(TAKE);
  const since = { epoch, seq };
  const refusal = await client.refusal('session.subscribe', { channels: ['fills'], since });
  const errors = { since: [expect.stringContaining('account too')] };
  expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', details: { errors } });
  await client.place(TAKE);
  expect(client.events.map(({ channel, replay }) => [channel, replay])).toEqual([
    ['account', undefined],
    ['account', undefined],
  ]);
  await client.subscribe(['fills', 'account'], since);
  await client.seen('resumed', ({ type }) => type === 'resumed');
  expect(client.events.slice(2).map(({ channel, replay }) => [channel, replay])).toEqual([
    ['fills', true],
    ['account', true],
    ['fills', true],
    ['account', true],
  ]);
});

test('a position of another epoch or of the future is refused, with what there is', async () => {
  const { epoch, seq } = client.hello;
  const details = { epoch, oldest: expect.any(Number), newest: seq };
  for (const since of [
    { epoch: 'of another history', seq },
    { epoch, seq: seq + 1 },
  ]) {
    const refusal = await client.refusal('session.subscribe', { channels: ['private'], since });
    expect(refusal).toMatchObject({ code: 'RESUME_UNAVAILABLE', details });
  }
  await client.place(TAKE);
  await client.call('ping');
  expect(client.events).toEqual([]);
});

test('every event from the very first can be replayed, twice alike', async () => {
  const { epoch, seq } = client.hello;
  const again = await StreamClient.connect(tradewire);
  for (const reader of [client, again]) {
    await reader.subscribe(['private'], { epoch, seq: 0 });
    await reader.caughtUpTo(seq);
  }
  expect(seqsOf(client.events)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
  expect(withoutPrev(again.events)).toEqual(withoutPrev(client.events));
  await again.close();
});
