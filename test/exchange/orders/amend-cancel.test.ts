import { beforeEach, describe, expect, test } from 'vitest';
import type { OrderId, Ticks } from '../../../src/exchange/units.js';
import { type AccountId, BUY, type InstrumentId } from '../../../src/exchange/units.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let ann: AccountId;
let ben: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  ann = venue.open(1_000_000);
  ben = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000 });
  venue.quote('AAPL', { oracle: 228 });
});

describe('an amendment', () => {
  test('to a smaller quantity keeps the place in the queue', () => {
    const { order } = venue.buy(ann, 'BTC', 2, 64_000);
    venue.buy(ben, 'BTC', 3, 64_000);
    expect(result(venue.amend(ann, order!.id, { quantity: 1 }))).toBe('ACTIVE');
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [1, 3]]]);
  });

  test('to a larger quantity goes to the end', () => {
    const { order } = venue.buy(ann, 'BTC', 2, 64_000);
    venue.buy(ben, 'BTC', 3, 64_000);
    venue.amend(ann, order!.id, { quantity: 4 });
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [3, 4]]]);
  });

  test('to another price goes to the end there', () => {
    const { order } = venue.buy(ann, 'BTC', 2, 64_000);
    venue.buy(ben, 'BTC', 3, 64_100);
    venue.amend(ann, order!.id, { quantity: 1, price: 64_100 });
    expect(venue.queues('BTC', BUY)).toEqual([[64_100, [3, 1]]]);
  });

  test('to a crossing price matches', () => {
    const { order } = venue.buy(ann, 'BTC', 2, 64_000);
    venue.sell(ben, 'BTC', 1, 64_100);
    venue.amend(ann, order!.id, { price: 64_100 });
    expect([order!.filledLots, order!.status]).toEqual([100_000, 'ACTIVE']);
    expect(venue.queues('BTC', BUY)).toEqual([[64_100, [1]]]);
  });

  test('counts the quantity in total: what is filled stays, and no less can be asked for', () => {
    const { order } = venue.buy(ann, 'BTC', 3, 64_000);
    venue.sell(ben, 'BTC', 1, 64_000);
    expect(result(venue.amend(ann, order!.id, { quantity: 1 }))).toBe('INVALID_REQUEST');
    expect(result(venue.amend(ann, order!.id, { quantity: 2 }))).toBe('ACTIVE');
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [1]]]);
  });

  test('that breaks a rule leaves the order as it was', () => {
    const { order } = venue.buy(ann, 'BTC', 1, 64_000);
    expect(result(venue.amend(ann, order!.id, { quantity: 900 }))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.amend(ann, order!.id, { price: 200_000 }))).toBe('PRICE_TOO_FAR');
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [1]]]);
  });

  test('reaches only an open order of the same portfolio', () => {
    const { order } = venue.buy(ann, 'BTC', 1, 64_000, { clientOrderId: 'mine' });
    const amend = (account: AccountId, ref: OrderId | string): string | null =>
      result(
        venue.send({
          kind: 'AMEND',
          account,
          order: ref,
          lots: order!.lots,
          ticks: order!.ticks,
          stopTicks: 0 as Ticks,
        }),
      );
    expect(amend(ben, order!.id)).toBe('ORDER_NOT_FOUND');
    expect(amend(ben, 'mine')).toBe('ORDER_NOT_FOUND');
    expect(amend(ann, 'mine')).toBe('ACTIVE');
    venue.cancel(ann, 'mine');
    expect(amend(ann, 'mine')).toBe('ORDER_NOT_OPEN');
  });
});

describe('cancel-all', () => {
  const cancelAll = (account: AccountId, instrument: InstrumentId | null): number =>
    venue.send({ kind: 'CANCEL_ALL', account, instrument }).count;

  test('ends the open orders of one portfolio, in one instrument or in all', () => {
    venue.buy(ann, 'BTC', 1, 64_000);
    venue.buy(ann, 'BTC', 1, 63_000);
    venue.buy(ann, 'AAPL', 1, 228);
    venue.buy(ben, 'BTC', 1, 63_000);
    expect(cancelAll(ann, venue.market('BTC').id)).toBe(2);
    expect(venue.account(ann).openCount).toBe(1);
    expect(cancelAll(ann, null)).toBe(1);
    expect(cancelAll(ann, null)).toBe(0);
    expect(venue.queues('BTC', BUY)).toEqual([[63_000, [1]]]);
  });
});
