import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import { type AccountId, BUY, type Millis, SELL } from '../../../src/exchange/units.js';
import { EventRecorder, type OrderEvent } from '../../support/event-recorder.js';
import { APPLE, BITCOIN, dollars, result, TestVenue } from '../../support/exchange-fixture.js';

const NYSE_APPLE = { ...APPLE, hours: 'NYSE' } as const;

/** Friday, 9 January 2026, 15:00 in New York; the closes and opens around that weekend. */
const FRIDAY_AFTERNOON = Date.UTC(2026, 0, 9, 20) as Millis;
const FRIDAY_CLOSE = Date.UTC(2026, 0, 9, 21) as Millis;
const SATURDAY = Date.UTC(2026, 0, 10, 12) as Millis;
const MONDAY_OPEN = Date.UTC(2026, 0, 12, 14, 30) as Millis;
const MONDAY_CLOSE = Date.UTC(2026, 0, 12, 21) as Millis;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([]);
  venue.now = FRIDAY_AFTERNOON;
  venue.send({ kind: 'LIST', instrument: BITCOIN });
  venue.send({ kind: 'LIST', instrument: NYSE_APPLE });
  trader = venue.open(100_000);
  quoteAround(200);
});

function quoteAround(price: number): void {
  venue.quote('AAPL', { oracle: price, bids: [[price - 1, 1_000]], asks: [[price + 1, 1_000]] });
}

function bookSize(): number {
  const { book } = venue.market('AAPL');
  return book.levels(BUY).length + book.levels(SELL).length;
}

function orderEvents(): [status: string, reason: string | null, at: number][] {
  const events = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
  return events.map(({ status, reason, updatedAt }) => [status, reason, updatedAt]);
}

describe('the session', () => {
  test('closes and opens at its own moments, however far the clock jumps', () => {
    expect(venue.market('AAPL').isClosed).toBe(false);
    expect(venue.exchange.nextDueAt).toBe(FRIDAY_CLOSE);
    venue.passTimeTo(FRIDAY_CLOSE - 1);
    expect([venue.market('AAPL').isClosed, bookSize()]).toEqual([false, 2]);
    venue.passTimeTo(FRIDAY_CLOSE);
    expect([venue.market('AAPL').isClosed, bookSize()]).toEqual([true, 0]);
    expect(venue.exchange.nextDueAt).toBe(MONDAY_OPEN);
    venue.passTimeTo(MONDAY_OPEN - 1);
    expect(venue.market('AAPL').isClosed).toBe(true);
    venue.passTimeTo(MONDAY_OPEN);
    expect([venue.market('AAPL').isClosed, bookSize()]).toEqual([false, 2]);
    venue.passTimeTo(MONDAY_OPEN + 365 * 86_400_000);
    expect(venue.exchange.state.session).toMatchObject({ isOpen: true });
  });

  test('is not that of perpetuals', () => {
    venue.passTimeTo(SATURDAY);
    venue.quote('BTC', { oracle: 60_000, bids: [[59_999, 1]], asks: [[60_001, 1]] });
    expect(result(venue.marketBuy(trader, 'BTC', 0.1))).toBe('FILLED');
  });

  test('does not exist where no instrument keeps hours', () => {
    const open = new TestVenue();
    expect(open.exchange.nextDueAt).toBeNull();
    open.passTimeTo(SATURDAY);
    expect(open.market('AAPL').isClosed).toBe(false);
  });
});

describe('while the market is closed', () => {
  beforeEach(() => venue.passTimeTo(SATURDAY));

  test('quotes move the oracle and the mark, but are not in the book until the open', () => {
    quoteAround(210);
    expect([bookSize(), venue.market('AAPL').mark]).toEqual([0, dollars(210)]);
    venue.passTimeTo(MONDAY_OPEN);
    expect(venue.queues('AAPL', BUY)).toEqual([[209, [1_000]]]);
    expect(venue.queues('AAPL', SELL)).toEqual([[211, [1_000]]]);
  });

  test('a quote that crosses the other side, as it is kept, is refused', () => {
    expect(result(venue.quote('AAPL', { bids: [[201, 1]] }))).toBe('INVALID_REQUEST');
    expect(result(venue.quote('AAPL', { bids: [[200.99, 1]] }))).toBeNull();
  });

  test('flow finds nobody', () => {
    expect(result(venue.flow('AAPL', SELL, 1))).toBe('MARKET_CLOSED');
    const instrument = venue.market('AAPL').id;
    const { lots } = venue.holding(trader, 'AAPL');
    expect(result(venue.send({ kind: 'FLOW', instrument, side: SELL, lots, step: 1 }))).toBeNull();
  });

  test.each(['IOC', 'FOK'] as const)('%s is rejected', (timeInForce) => {
    expect(result(venue.buy(trader, 'AAPL', 1, 205, { timeInForce }))).toBe('MARKET_CLOSED');
    expect(result(venue.marketBuy(trader, 'AAPL', 1, { timeInForce }))).toBe('MARKET_CLOSED');
  });

  test('orders wait, tie up margin, and can be amended and cancelled', () => {
    const used = () => valueAccount(venue.account(trader), venue.exchange.markets).marginUsed;
    const limit = venue.buy(trader, 'AAPL', 10, 205).order!;
    const market = venue.marketBuy(trader, 'AAPL', 10, { timeInForce: 'GTC' }).order!;
    expect([limit.status, market.status]).toEqual(['PENDING_MARKET_OPEN', 'PENDING_MARKET_OPEN']);
    expect(used()).toBe(dollars(2_050 + 2_000));
    expect(result(venue.buy(trader, 'AAPL', 500, 200))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'AAPL', 480, { timeInForce: 'DAY' }))).toBe('INSUFFICIENT_MARGIN');
    quoteAround(150);
    expect(result(venue.amend(trader, limit.id, { price: 150, quantity: 20 }))).toBe('PENDING_MARKET_OPEN');
    expect(used()).toBe(dollars(3_000 + 2_000));
    venue.amend(trader, market.id, { quantity: 4 });
    expect(used()).toBe(dollars(3_000 + 800));
    venue.amend(trader, market.id, { quantity: 5 });
    expect(used()).toBe(dollars(3_000 + 750));
    expect(result(venue.cancel(trader, market.id))).toBe('CANCELED');
    expect(venue.send({ kind: 'CANCEL_ALL', account: trader, instrument: null }).count).toBe(1);
    expect(used()).toBe(0);
    venue.recorder.take();
    venue.passTimeTo(MONDAY_OPEN);
    expect(orderEvents()).toEqual([]);
  });

  test('sales wait within the position, and shrink with it', () => {
    expect(result(venue.sell(trader, 'AAPL', 1, 199))).toBe('INSUFFICIENT_MARGIN');
  });
});

describe('at the open', () => {
  test('orders enter in the order of their numbers, each told when it does', () => {
    venue.passTimeTo(SATURDAY);
    venue.quote('AAPL', { oracle: 200, bids: [[199, 5]], asks: [[201, 5]] });
    const rival = venue.open(100_000);
    const first = venue.marketBuy(trader, 'AAPL', 3, { timeInForce: 'DAY' }).order!;
    const second = venue.buy(rival, 'AAPL', 4, 201, { timeInForce: 'DAY' }).order!;
    const third = venue.buy(trader, 'AAPL', 1, 198).order!;
    venue.recorder.take();
    venue.passTimeTo(MONDAY_OPEN);
    expect(orderEvents()).toEqual([
      ['ACTIVE', null, MONDAY_OPEN],
      ['FILLED', null, MONDAY_OPEN],
      ['ACTIVE', null, MONDAY_OPEN],
      ['ACTIVE', null, MONDAY_OPEN],
      ['ACTIVE', null, MONDAY_OPEN],
    ]);
    expect([first.filledLots, second.filledLots, third.filledLots]).toEqual([30_000, 20_000, 0]);
    expect(venue.queues('AAPL', BUY)).toEqual([
      [201, [2]],
      [199, [5]],
      [198, [1]],
    ]);
  });

  test('an order that breaks a rule by then is rejected with it', () => {
    venue.passTimeTo(SATURDAY);
    const market = venue.marketBuy(trader, 'AAPL', 450, { timeInForce: 'DAY' }).order!;
    const maker = venue.buy(trader, 'AAPL', 1, 201, { postOnly: true }).order!;
    quoteAround(230);
    const unfillable = venue.sell(trader, 'AAPL', 1, 300);
    expect(result(unfillable)).toBe('INSUFFICIENT_MARGIN');
    venue.passTimeTo(MONDAY_OPEN);
    expect([market.status, market.reason]).toEqual(['REJECTED', 'INSUFFICIENT_MARGIN']);
    expect(maker.status).toBe('ACTIVE');
    expect(valueAccount(venue.account(trader), venue.exchange.markets).marginUsed).toBe(dollars(201));
  });

  test('one that has filled before is cancelled then, and its exits follow', () => {
    const takeProfit = { triggerPrice: 210 };
    const { order } = venue.buy(trader, 'AAPL', 3, 200, { postOnly: true, takeProfit });
    venue.flow('AAPL', SELL, 1);
    venue.passTimeTo(SATURDAY);
    expect(result(venue.amend(trader, order!.id, { price: 200.5 }))).toBe('PENDING_MARKET_OPEN');
    quoteAround(199);
    venue.passTimeTo(MONDAY_OPEN);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'POST_ONLY_WOULD_CROSS']);
    expect(venue.openOrders(trader).map(({ type, lots }) => [type, lots])).toEqual([['TAKE_PROFIT', 10_000]]);
  });

  test('a market order that finds nobody is rejected', () => {
    venue.passTimeTo(SATURDAY);
    venue.quote('AAPL', { asks: [] });
    const { order } = venue.marketBuy(trader, 'AAPL', 1, { timeInForce: 'DAY' });
    venue.passTimeTo(MONDAY_OPEN);
    expect([order!.status, order!.reason]).toEqual(['REJECTED', 'NO_LIQUIDITY']);
    expect(venue.account(trader).openCount).toBe(0);
  });

  test('quotes meet the orders that stayed in the book before those that waited', () => {
    const resting = venue.buy(trader, 'AAPL', 2, 195).order!;
    venue.passTimeTo(SATURDAY);
    quoteAround(190);
    expect([resting.status, bookSize()]).toEqual(['ACTIVE', 1]);
    venue.passTimeTo(MONDAY_OPEN);
    expect([resting.status, resting.filledNotional]).toEqual(['FILLED', dollars(390)]);
  });

  test('the margin account’s reduce-only orders that wait shrink with the position', () => {
    venue.marketBuy(trader, 'AAPL', 10);
    venue.passTimeTo(SATURDAY);
    const sale = venue.marketSell(trader, 'AAPL', 7, { timeInForce: 'DAY' }).order!;
    expect(result(venue.sell(trader, 'AAPL', 5, 205, { reduceOnly: true }))).toBe('INSUFFICIENT_MARGIN');
    const close = venue.sell(trader, 'AAPL', 3, 205, { reduceOnly: true }).order!;
    venue.passTimeTo(MONDAY_OPEN);
    expect([sale.status, close.status, venue.positionOf(trader, 'AAPL')]).toEqual(['FILLED', 'ACTIVE', 3]);
  });
});

describe('over the close', () => {
  test('DAY orders end with the session that they belong to', () => {
    const now = venue.buy(trader, 'AAPL', 1, 195, { timeInForce: 'DAY' }).order!;
    venue.passTimeTo(FRIDAY_CLOSE);
    expect([now.status, now.reason, now.updatedAt]).toEqual(['EXPIRED', 'DAY_ENDED', FRIDAY_CLOSE]);
    const next = venue.buy(trader, 'AAPL', 1, 195, { timeInForce: 'DAY' }).order!;
    expect(next.expiresAt).toBe(MONDAY_CLOSE);
    venue.passTimeTo(MONDAY_CLOSE);
    expect(next.status).toBe('EXPIRED');
  });

  test('GTC orders stay, and do not trade when they are amended', () => {
    const bid = venue.buy(trader, 'AAPL', 1, 195).order!;
    const rival = venue.open(100_000);
    venue.marketBuy(rival, 'AAPL', 1);
    const ask = venue.sell(rival, 'AAPL', 1, 205).order!;
    venue.passTimeTo(SATURDAY);
    expect([bid.status, ask.status]).toEqual(['ACTIVE', 'ACTIVE']);
    expect(result(venue.amend(rival, ask.id, { price: 195 }))).toBe('PENDING_MARKET_OPEN');
    expect([bid.filledLots, bookSize()]).toEqual([0, 1]);
    venue.quote('AAPL', { bids: [] });
    venue.passTimeTo(MONDAY_OPEN);
    expect([bid.status, ask.status]).toEqual(['FILLED', 'FILLED']);
  });

  test('a short day ends at 13:00', () => {
    venue.passTimeTo(Date.UTC(2026, 10, 27, 15));
    const { order } = venue.buy(trader, 'AAPL', 1, 195, { timeInForce: 'DAY' });
    expect(new Date(order!.expiresAt).toISOString()).toBe('2026-11-27T18:00:00.000Z');
  });
});

describe('another setting of the hours', () => {
  test('closes a market that was open at all hours', () => {
    const open = new TestVenue([APPLE]);
    open.now = SATURDAY;
    open.quote('AAPL', { oracle: 200, bids: [[199, 1]], asks: [[201, 1]] });
    open.send({ kind: 'LIST', instrument: NYSE_APPLE });
    expect([open.market('AAPL').isClosed, open.queues('AAPL', BUY)]).toEqual([true, []]);
  });

  test('opens one that was closed, with all that waited', () => {
    venue.passTimeTo(SATURDAY);
    const { order } = venue.marketBuy(trader, 'AAPL', 1, { timeInForce: 'DAY' });
    venue.send({ kind: 'LIST', instrument: APPLE });
    expect(venue.market('AAPL').isClosed).toBe(false);
    venue.passTimeTo(SATURDAY + 1);
    expect(order!.status).toBe('FILLED');
  });
});

test('a snapshot keeps what waits and what is quoted', () => {
  venue.passTimeTo(SATURDAY);
  venue.marketBuy(trader, 'AAPL', 3, { timeInForce: 'DAY' });
  venue.buy(trader, 'AAPL', 1, 201, { clientOrderId: 'limit' });
  const restored = restoreSnapshot(encodeSnapshot(venue.exchange), new EventRecorder());
  expect(stateHash(restored)).toBe(stateHash(venue.exchange));
  const batch = { incarnation: 'later', number: 1, commands: [] };
  for (const exchange of [restored, venue.exchange]) exchange.applyBatch(MONDAY_OPEN, batch, null);
  expect(stateHash(restored)).toBe(stateHash(venue.exchange));
  expect(restored.state.account(trader)!.holdings[1]!.lots).toBe(40_000);
});
