import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, BUY, SELL } from '../../../src/exchange/units.js';
import type { OrderEvent } from '../../support/event-recorder.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

/** The trader is long one bitcoin. */
beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000, bids: [[63_990, 9]], asks: [[64_010, 9]] });
  venue.marketBuy(trader, 'BTC', 1);
});

const reduceOnly = { reduceOnly: true } as const;

describe('a reduce-only order', () => {
  test('is rejected when it would open or increase a position', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 63_000, reduceOnly))).toBe('REDUCE_ONLY_WOULD_INCREASE');
    const other = venue.open(1_000_000);
    expect(result(venue.sell(other, 'BTC', 1, 65_000, reduceOnly))).toBe('REDUCE_ONLY_WOULD_INCREASE');
  });

  test('is cut to the position', () => {
    const { order } = venue.sell(trader, 'BTC', 5, 65_000, reduceOnly);
    expect(order!.lots).toBe(100_000);
    expect(result(venue.marketSell(trader, 'BTC', 5, reduceOnly))).toBe('FILLED');
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('shrinks with the position, and ends with it', () => {
    const { order } = venue.sell(trader, 'BTC', 1, 65_000, reduceOnly);
    venue.marketSell(trader, 'BTC', 0.4);
    expect([order!.status, order!.lots]).toEqual(['ACTIVE', 60_000]);
    venue.marketSell(trader, 'BTC', 0.6);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'REDUCE_ONLY']);
    expect(venue.queues('BTC', SELL)).toEqual([[64_010, [8]]]);
  });

  test('ends when the position flips', () => {
    const { order } = venue.sell(trader, 'BTC', 1, 65_000, reduceOnly);
    venue.marketSell(trader, 'BTC', 3);
    expect(venue.positionOf(trader, 'BTC')).toBe(-2);
    expect(order!.reason).toBe('REDUCE_ONLY');
  });

  test('keeps its place in the queue when it shrinks', () => {
    const other = venue.open(1_000_000);
    venue.sell(trader, 'BTC', 1, 65_000, reduceOnly);
    venue.sell(other, 'BTC', 2, 65_000);
    venue.marketSell(trader, 'BTC', 0.4);
    expect(venue.queues('BTC', SELL)[1]).toEqual([65_000, [0.6, 2]]);
  });

  test('several of them together never flip the position', () => {
    venue.sell(trader, 'BTC', 1, 64_001, reduceOnly);
    venue.sell(trader, 'BTC', 1, 64_002, reduceOnly);
    venue.flow('BTC', BUY, 2);
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
    expect(venue.account(trader).openCount).toBe(0);
  });

  test('ties up no margin', () => {
    const before = venue.holding(trader, 'BTC').askNotional;
    venue.sell(trader, 'BTC', 1, 65_000, reduceOnly);
    expect(venue.holding(trader, 'BTC').askNotional).toBe(before);
  });

  test('grows by an amendment only up to the position', () => {
    const { order } = venue.sell(trader, 'BTC', 0.5, 65_000, reduceOnly);
    venue.amend(trader, order!.id, { quantity: 7 });
    expect(order!.lots).toBe(100_000);
  });
});

describe('many reduce-only orders', () => {
  const STOP = { ...reduceOnly, type: 'STOP', stopPrice: 60_000 } as const;

  /** The order events since the last call. */
  function told(): OrderEvent[] {
    return venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
  }

  function quoteBids(count: number, quantity: number): void {
    const bids = Array.from({ length: count }, (_, index) => [63_990 - index, quantity] as const);
    venue.quote('BTC', { bids });
  }

  test.each([
    ['that wait', STOP, 0],
    ['that rest', reduceOnly, 65_000],
  ])('%s are told once of a market order, however many makers it meets', (_name, options, price) => {
    for (let count = 0; count < 200; count++) venue.sell(trader, 'BTC', 1, price, options);
    quoteBids(100, 0.005);
    venue.recorder.take();
    venue.marketSell(trader, 'BTC', 0.5);
    const events = told();
    expect(events).toHaveLength(202);
    expect(events.slice(2).map(({ lots }) => lots)).toEqual(Array.from({ length: 200 }, () => 50_000));
    expect(events.map(({ orderId }) => orderId).sort((one, other) => one - other)).toEqual([
      ...venue.openOrders(trader).map(({ id }) => id),
      events[0]!.orderId,
      events[0]!.orderId,
    ]);
  });

  test('are told once of a crowd of their owner’s makers, too', () => {
    for (let count = 0; count < 200; count++) venue.sell(trader, 'BTC', 1, 65_000, reduceOnly);
    for (let count = 0; count < 100; count++) venue.sell(trader, 'BTC', 0.005, 64_001);
    venue.recorder.take();
    venue.flow('BTC', BUY, 0.5);
    expect(told()).toHaveLength(300);
  });

  test('that fire together close no more than the position', () => {
    const stops = [0.4, 0.7, 0.2].map((quantity) => venue.sell(trader, 'BTC', quantity, 0, STOP).order!);
    venue.quote('BTC', { bids: [[59_000, 9]], asks: [[59_010, 9]], oracle: 59_000 });
    expect(stops.map(({ status, lots }) => [status, lots])).toEqual([
      ['FILLED', 40_000],
      ['FILLED', 60_000],
      ['CANCELED', 20_000],
    ]);
    expect([stops[2]!.reason, venue.positionOf(trader, 'BTC')]).toEqual(['REDUCE_ONLY', 0]);
  });

  test('that are matched one after the other are cut before they are', () => {
    const asks = [64_001, 64_002].map((price) => venue.sell(trader, 'BTC', 0.6, price, reduceOnly).order!);
    venue.flow('BTC', BUY, 2);
    expect(asks.map(({ status, lots }) => [status, lots])).toEqual([
      ['FILLED', 60_000],
      ['FILLED', 40_000],
    ]);
  });
});
