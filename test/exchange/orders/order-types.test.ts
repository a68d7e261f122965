import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, BUY, SELL } from '../../../src/exchange/units.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

/** A book with one bitcoin on each of two levels a side, around 64,000. */
beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', {
    oracle: 64_000,
    bids: [
      [63_990, 1],
      [63_980, 1],
    ],
    asks: [
      [64_010, 1],
      [64_020, 1],
    ],
  });
});

describe('market orders', () => {
  test('sweep the book and never rest', () => {
    const { order } = venue.marketBuy(trader, 'BTC', 1.5);
    expect([order!.status, order!.filledLots]).toEqual(['FILLED', 150_000]);
    expect(order!.filledNotional / order!.filledLots / 10).toBeCloseTo(64_013.3333, 3);
  });

  test('end with what the book had', () => {
    const { order } = venue.marketBuy(trader, 'BTC', 5);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'UNFILLED_REMAINDER']);
    expect(order!.filledLots).toBe(200_000);
    expect(venue.queues('BTC', SELL)).toEqual([]);
  });

  test('are rejected by an empty book', () => {
    venue.quote('BTC', { asks: [] });
    expect(result(venue.marketBuy(trader, 'BTC', 1))).toBe('NO_LIQUIDITY');
  });

  test('fill or kill needs the whole quantity', () => {
    expect(result(venue.marketBuy(trader, 'BTC', 2.5, { timeInForce: 'FOK' }))).toBe('WOULD_NOT_FILL');
    expect(result(venue.marketBuy(trader, 'BTC', 2, { timeInForce: 'FOK' }))).toBe('FILLED');
  });
});

describe('limit orders', () => {
  test('good till cancelled rests', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 63_995))).toBe('ACTIVE');
    expect(venue.queues('BTC', BUY)[0]).toEqual([63_995, [1]]);
  });

  test('immediate or cancel takes what is within its limit and ends', () => {
    const { order } = venue.buy(trader, 'BTC', 3, 64_010, { timeInForce: 'IOC' });
    expect([order!.status, order!.reason, order!.filledLots]).toEqual([
      'CANCELED',
      'UNFILLED_REMAINDER',
      100_000,
    ]);
    expect(result(venue.buy(trader, 'BTC', 1, 64_010, { timeInForce: 'IOC' }))).toBe('WOULD_NOT_FILL');
  });

  test('fill or kill is filled at once in full, or rejected with nothing done', () => {
    expect(result(venue.buy(trader, 'BTC', 2, 64_010, { timeInForce: 'FOK' }))).toBe('WOULD_NOT_FILL');
    expect(venue.queues('BTC', SELL)).toEqual([
      [64_010, [1]],
      [64_020, [1]],
    ]);
    expect(result(venue.buy(trader, 'BTC', 2, 64_020, { timeInForce: 'FOK' }))).toBe('FILLED');
  });

  test('fill or kill does not count on reduce-only orders that earlier fills would end', () => {
    const maker = venue.open(1_000_000);
    venue.marketBuy(maker, 'BTC', 2);
    venue.sell(maker, 'BTC', 2, 64_050);
    venue.sell(maker, 'BTC', 2, 64_060, { reduceOnly: true });
    expect(result(venue.buy(trader, 'BTC', 4, 64_060, { timeInForce: 'FOK' }))).toBe('WOULD_NOT_FILL');
    expect(result(venue.buy(trader, 'BTC', 2, 64_060, { timeInForce: 'FOK' }))).toBe('FILLED');
  });
});

describe('post-only orders', () => {
  test('rest, or are rejected when they would match at once', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 64_010, { postOnly: true }))).toBe('POST_ONLY_WOULD_CROSS');
    expect(result(venue.buy(trader, 'BTC', 1, 64_009, { postOnly: true }))).toBe('ACTIVE');
  });

  test('cannot be amended into a match', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 64_000, { postOnly: true });
    expect(result(venue.amend(trader, order!.id, { price: 64_010 }))).toBe('POST_ONLY_WOULD_CROSS');
    expect([order!.status, order!.ticks]).toEqual(['ACTIVE', 640_000]);
  });
});

test('a rejected order is kept, with its reason, and told like any other', () => {
  venue.recorder.take();
  const { order, error } = venue.buy(trader, 'BTC', 1, 64_010, { postOnly: true });
  expect(error).toBe('POST_ONLY_WOULD_CROSS');
  expect([order!.status, order!.reason]).toEqual(['REJECTED', 'POST_ONLY_WOULD_CROSS']);
  expect(venue.order(trader, order!.id)).toEqual(order);
  expect(venue.recorder.take()).toMatchObject([{ kind: 'order', status: 'REJECTED', orderId: order!.id }]);
});
