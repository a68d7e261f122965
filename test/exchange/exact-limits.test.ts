import { expect, test } from 'vitest';
import { HOUSE } from '../../src/exchange/accounts/account.js';
import { ledger } from '../../src/exchange/accounts/ledger.js';
import { SELL } from '../../src/exchange/units.js';
import { dollars, result, TestVenue } from '../support/exchange-fixture.js';

/** Sums of money stay exact up to 2^53 micro-dollars, about nine billion dollars. */
const CROWD = 30;

/** A venue on which many rich portfolios buy from the house as much as one order allows. */
function crowdedVenue(): TestVenue {
  const venue = new TestVenue();
  venue.quote('BTC', { oracle: 50_000, bids: [[49_990, 10]], asks: [[50_000, 10_000]] });
  for (let place = 0; place < CROWD; place++) {
    const account = venue.open(100_000_000);
    venue.setLeverage(account, 'BTC', 10);
    venue.buy(account, 'BTC', 5_000, 50_000);
    venue.quote('BTC', { asks: [[50_000, 10_000]] });
  }
  return venue;
}

test('trading ends before the house’s sums leave the exact integers, and nothing asserts', () => {
  const venue = crowdedVenue();
  const house = venue.account(HOUSE);
  const { deposits } = venue.exchange.state;
  expect(Number.isSafeInteger(house.holdings[0]!.cost)).toBe(true);
  expect(Math.abs(house.holdings[0]!.cost)).toBeGreaterThan(dollars(1_000_000_000));
  const { total } = ledger(venue.exchange.state);
  expect(total).toBe(deposits);
});

test('positions can be closed, long and short, when the house can take on no more', () => {
  const venue = new TestVenue();
  const [early, short] = [venue.open(100_000_000), venue.open(100_000_000)];
  venue.quote('BTC', { oracle: 50_000, bids: [[49_990, 10_000]], asks: [[50_000, 10_000]] });
  for (const account of [early, short]) venue.setLeverage(account, 'BTC', 10);
  venue.buy(early, 'BTC', 5_000, 50_000);
  const buy = (): string | null => {
    const account = venue.open(100_000_000);
    venue.setLeverage(account, 'BTC', 10);
    venue.quote('BTC', { bids: [[49_990, 10_000]], asks: [[50_000, 10_000]] });
    return result(venue.buy(account, 'BTC', 5_000, 50_000, { timeInForce: 'IOC' }));
  };
  venue.sell(short, 'BTC', 5_000, 49_990);
  let count = 0;
  while (buy() === 'FILLED') count += 1;
  expect(count).toBeGreaterThan(28);
  expect(buy()).toBe('CANCELED');
  expect(venue.queues('BTC', SELL)).toEqual([[50_000, [10_000]]]);
  expect(result(venue.buy(short, 'BTC', 5_000, 50_000))).toBe('FILLED');
  expect(result(venue.sell(early, 'BTC', 5_000, 49_990))).toBe('FILLED');
  expect([venue.positionOf(short, 'BTC'), venue.positionOf(early, 'BTC')]).toEqual([0, 0]);
  const { total, deposits } = ledger(venue.exchange.state);
  expect(total).toBe(deposits);
});

test('what a liquidation closes is taken over by a house that can take on no more', () => {
  const venue = crowdedVenue();
  venue.quote('BTC', { oracle: 30_250, bids: [], asks: [] });
  const { state } = venue.exchange;
  const holders = state.accounts.filter((account) => account !== null && account.id !== HOUSE);
  expect(holders.filter((account) => account!.holdings[0]!.lots !== 0).length).toBe(0);
  expect(state.insurance).toBeGreaterThan(0);
  expect(ledger(state).total).toBe(state.deposits);
});

test('an order that could not be settled is cancelled with the reason TOO_LARGE', () => {
  const venue = new TestVenue();
  const account = venue.open(8_000_000_000);
  venue.quote('BTC', { oracle: 400_000, bids: [[399_000, 1]], asks: [[400_000, 3_000]] });
  const { order } = venue.buy(account, 'BTC', 700, 400_000);
  venue.quote('BTC', { asks: [[400_000, 3_000]] });
  const second = venue.buy(account, 'BTC', 700, 400_000);
  expect([order?.status, order?.reason]).toEqual(['CANCELED', 'TOO_LARGE']);
  expect(second.order?.status).toBe('CANCELED');
});

test('flow that the house could not settle against itself is not executed', () => {
  const venue = crowdedVenue();
  venue.quote('BTC', { bids: [[49_000, 10_000]], asks: [[50_000, 10_000]] });
  venue.flow('BTC', SELL, 10_000);
  expect(Number.isSafeInteger(venue.account(HOUSE).balance)).toBe(true);
});
