import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Level, LocalBook } from '../support/local-book.js';
import { Random } from '../support/random.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import type { BookData, OrderData } from '../support/stream-data.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface TradeData {
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly side: 'BUY' | 'SELL';
  readonly time: string;
}

interface CandleData {
  readonly start: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  readonly closed: boolean;
}

describe.each(['0', '10'])('with BOOK_INTERVAL_MS=%s', (bookIntervalMs) => {
  let tradewire: Tradewire;
  let sandbox: Sandbox;

  beforeAll(async () => {
    tradewire = await Tradewire.start({ BOOK_INTERVAL_MS: bookIntervalMs });
    sandbox = new Sandbox(tradewire);
  });
  afterAll(() => tradewire.stop());

  test('a book rebuilt from its frames is the book, at every position', async () => {
    const seed = Date.now() % 100_000;
    const random = new Random(seed);
    const reader = await StreamClient.connect(tradewire);
    const trader = await StreamClient.connect(tradewire);
    await reader.subscribe(['book:ETH']);
    const books = new Map<number, BookData>();
    for (let step = 0; step < 150; step++) {
      await randomStep(random, sandbox, trader);
      const book = await reader.call<BookData>('book.get', { symbol: 'ETH', depth: 100 });
      books.set(book.seq, book);
    }
    const last = await reader.call<BookData>('book.get', { symbol: 'ETH', depth: 100 });
    const rebuilt = reader.books.get('book:ETH')!;
    await until('the last delta is here', () => {
      const { bids, asks } = rebuilt.levels();
      return JSON.stringify([bids, asks]) === JSON.stringify([last.bids, last.asks]);
    });
    expect(compared(reader, books), `seed ${seed}`).toBeGreaterThan(20);
    await Promise.all([reader.close(), trader.close()]);
  });

  test('a book shows a hundred levels a side, and those that move up when others go', async () => {
    const reader = await StreamClient.connect(tradewire);
    const bids = Array.from({ length: 150 }, (_, index): Level => [148 - index * 0.5, 2]);
    await sandbox.market('SOL', { oracle: 150, bids, asks: [[149, 1]] });
    // A name that is repeated means what it means once.
    await reader.subscribe(['book:SOL', 'book:SOL']);
    await until('the book is here', () => reader.books.has('book:SOL'));
    const book = reader.books.get('book:SOL')!;
    expect(book.levels().bids).toEqual(bids.slice(0, 100));
    await sandbox.market('SOL', { bids: bids.slice(10) });
    await until('the levels have moved up', () => book.levels().bids[0]![0] === 143);
    expect(reader.of('book:SOL').filter(({ type }) => type === 'snapshot')).toHaveLength(1);
    expect(book.levels().bids).toEqual(bids.slice(10, 110));
    await sandbox.market('SOL', { bids: [], asks: [] });
    await until('the book is empty', () => book.levels().bids.length + book.levels().asks.length === 0);
    await reader.close();
  });

  test('trades are told once, by all who read, as the taker made them', async () => {
    const readers = [await StreamClient.connect(tradewire), await StreamClient.connect(tradewire)];
    await sandbox.market('BTC', {
      oracle: 50_000,
      bids: [[49_990, 5]],
      asks: [
        [50_010, 1],
        [50_020, 5],
      ],
    });
    for (const reader of readers) await reader.subscribe(['trades:BTC']);
    await sandbox.flow('BTC', 'BUY', 2);
    await sandbox.flow('BTC', 'SELL', 0.5);
    for (const reader of readers) {
      const told = () => reader.of<TradeData[]>('trades:BTC').flatMap(({ data }) => data);
      await until('the trades are told', () => told().length === 3);
      expect(told()).toMatchObject([
        { price: 50_010, quantity: 1, side: 'BUY' },
        { price: 50_020, quantity: 1, side: 'BUY' },
        { price: 49_990, quantity: 0.5, side: 'SELL' },
      ]);
      expect(new Set(told().map(({ tradeId }) => tradeId)).size).toBe(3);
      await reader.close();
    }
  });

  test('a ticker says how its market stands', async () => {
    const reader = await StreamClient.connect(tradewire);
    await sandbox.market('XRP', { oracle: 2.5, bids: [[2.4, 1_000]], asks: [[2.6, 1_000]] });
    await reader.subscribe(['ticker:XRP']);
    const first = await reader.seen('the first', ({ channel }) => channel === 'ticker:XRP');
    expect(first.data).toEqual({
      symbol: 'XRP',
      bid: 2.4,
      ask: 2.6,
      last: null,
      mark: expect.any(Number),
      oracle: 2.5,
      fundingRate: 0.0000125,
      nextFundingTime: expect.stringMatching(/:00:00\.000Z$/),
      openInterest: 0,
      volume24h: 0,
      change24h: null,
    });
    await reader.place({ symbol: 'XRP', orderType: 'MARKET', side: 'BUY', quantity: 100 });
    const next = await reader.seen<{ last: number | null }>(
      'the trade',
      ({ channel, data }) => channel === 'ticker:XRP' && data.last !== null,
    );
    expect(next.data).toMatchObject({ last: 2.6, openInterest: 100, volume24h: 100 });
    expect(next.data).toHaveProperty('change24h', expect.any(Number));
    await reader.close();
  });

  test('a candle grows with the trades and closes with the minute', async () => {
    const reader = await StreamClient.connect(tradewire);
    // Five minutes past the hour, so that the hour does not end on the way.
    const now = Date.parse(reader.hello.serverTime);
    await sandbox.advanceClock(HOUR_MS - (now % HOUR_MS) + 5 * MINUTE_MS);
    await sandbox.market('DOGE', { oracle: 0.2, bids: [[0.19, 100_000]], asks: [[0.21, 100_000]] });
    await reader.subscribe(['candles:DOGE:1m', 'candles:DOGE:1h']);
    await sandbox.advanceClock(MINUTE_MS);
    await sandbox.flow('DOGE', 'BUY', 1_000);
    await sandbox.flow('DOGE', 'SELL', 500);
    await sandbox.advanceClock(MINUTE_MS);
    const closed = await reader.seen<CandleData | null>(
      'the minute has closed',
      ({ channel, data }) => channel === 'candles:DOGE:1m' && data?.closed === true,
    );
    const { start, ...candle } = closed.data!;
    expect(candle).toEqual({
      open: 0.21,
      high: 0.21,
      low: 0.19,
      close: 0.19,
      volume: 1_500,
      trades: 2,
      closed: true,
    });
    expect(Date.parse(start) % MINUTE_MS).toBe(0);
    expect(reader.of<CandleData | null>('candles:DOGE:1h').some(({ data }) => data?.closed)).toBe(false);
    await reader.close();
  });
});

/** Something happens in ETH: quotes, flow, or a client's order that is placed, amended or cancelled. */
async function randomStep(random: Random, sandbox: Sandbox, trader: StreamClient): Promise<void> {
  const side = random.pick(['BUY', 'SELL'] as const);
  const order = { symbol: 'ETH', orderType: 'LIMIT', side, quantity: random.between(1, 50) / 10 };
  await random.weighted<() => Promise<unknown>>([
    [2, () => sandbox.market('ETH', randomQuotes(random))],
    [1, () => sandbox.flow('ETH', side, random.between(1, 30) / 10).catch(() => undefined)],
    [4, () => trader.place({ ...order, limitPrice: random.between(2_950, 3_050) })],
    [1, () => cancelOne(random, trader)],
  ])();
}

function randomQuotes(random: Random) {
  const levels = (best: number, step: number) =>
    Array.from(
      { length: random.between(0, 120) },
      (_, index): Level => [best + index * step, random.between(1, 99) / 10],
    );
  return { oracle: 3_000, bids: levels(2_999, -1), asks: levels(3_001, 1) };
}

async function cancelOne(random: Random, trader: StreamClient): Promise<void> {
  const { orders } = await trader.call<{ orders: OrderData[] }>('order.list', { symbol: 'ETH' });
  if (orders.length === 0) return;
  await trader.call('order.cancel', { orderId: random.pick(orders).orderId });
}

/** Applies the frames once more and compares wherever both a frame and an answer are of one position. */
function compared(reader: StreamClient, books: ReadonlyMap<number, BookData>): number {
  const book = new LocalBook();
  let count = 0;
  for (const frame of reader.bookFrames) {
    book.apply(frame);
    const asked = books.get(frame.seq);
    if (asked === undefined) continue;
    expect(book.levels()).toEqual({ bids: asked.bids, asks: asked.asks });
    count++;
  }
  return count;
}
