import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, SELL } from '../../src/exchange/units.js';
import { result, TestVenue } from '../support/exchange-fixture.js';

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
    venue.flow('BTC', 1, 2);
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
