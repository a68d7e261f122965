import { beforeEach, expect, test } from 'vitest';
import { type Plan, unending } from '../../../src/exchange/accounts/membership.js';
import type { Command } from '../../../src/exchange/command.js';
import type { AccountId, Lots, Millis, Ticks } from '../../../src/exchange/units.js';
import { BITCOIN, result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

function openAs(plan: Plan): void {
  venue = new TestVenue([BITCOIN]);
  venue.quote('BTC', { oracle: 50_000, bids: [[49_999, 100]], asks: [[50_001, 100]] });
  trader = venue.open(1_000_000_000, unending(plan));
}

beforeEach(() => openAs('BASIC'));

/** Places so many small bids below the market in one batch. */
function placeMany(count: number): void {
  const bid: Command = {
    kind: 'PLACE',
    account: trader,
    instrument: venue.market('BTC').id,
    side: 1,
    type: 'LIMIT',
    timeInForce: 'GTC',
    lots: 100 as Lots,
    ticks: 400_000 as Ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId: null,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
  venue.sendBatch({ incarnation: 'many', number: venue.exchange.position, commands: Array(count).fill(bid) });
}

function place(): string | null {
  return result(venue.buy(trader, 'BTC', 0.001, 40_000));
}

test('a portfolio has 1,000 open orders, and another one when one of them has ended', () => {
  placeMany(999);
  expect(place()).toBe('ACTIVE');
  expect(place()).toBe('TOO_MANY_OPEN_ORDERS');
  venue.cancel(trader, venue.account(trader).firstOpen!.id);
  expect(place()).toBe('ACTIVE');
});

test.each([
  [4_999_999.99, 1_000],
  [5_000_000, 1_001],
  [50_000_000, 1_010],
  [20_000_000_000, 5_000],
  [90_000_000_000, 5_000],
])('with $%i traded it has %i', (volume, limit) => {
  const { lifetime } = venue.account(trader).volume;
  lifetime.add((volume / 20) * 1e6);
  for (let part = 1; part < 20; part++) lifetime.add((volume / 20) * 1e6);
  placeMany(limit - 1);
  expect(place()).toBe('ACTIVE');
  expect(place()).toBe('TOO_MANY_OPEN_ORDERS');
});

test('what was traded long ago counts too', () => {
  for (let day = 0; day < 40; day++) {
    venue.passTimeTo(venue.now + 86_400_000);
    venue.marketBuy(trader, 'BTC', 2);
    venue.marketSell(trader, 'BTC', 2);
  }
  placeMany(1_001);
  expect(venue.account(trader).openCount).toBe(1_001);
  expect(place()).toBe('TOO_MANY_OPEN_ORDERS');
});

test('from 1,000 on there is no place for reduce-only orders', () => {
  venue.account(trader).volume.lifetime.add(50_000_000 * 1e6);
  venue.marketBuy(trader, 'BTC', 1);
  placeMany(999);
  const close = () => result(venue.sell(trader, 'BTC', 0.1, 60_000, { reduceOnly: true }));
  expect(close()).toBe('ACTIVE');
  expect(close()).toBe('TOO_MANY_OPEN_ORDERS');
  expect(place()).toBe('ACTIVE');
});

test('a portfolio for load tests has 10,000, of any kind', () => {
  openAs('UNLIMITED');
  venue.marketBuy(trader, 'BTC', 1);
  placeMany(9_998);
  expect(result(venue.sell(trader, 'BTC', 0.1, 60_000, { reduceOnly: true }))).toBe('ACTIVE');
  expect(place()).toBe('ACTIVE');
  expect(place()).toBe('TOO_MANY_OPEN_ORDERS');
});
