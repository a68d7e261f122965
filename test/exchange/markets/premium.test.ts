import { beforeEach, expect, test } from 'vitest';
import { hourlyRateOf, predictedRate } from '../../../src/exchange/funding/funding-rate.js';
import { premiumOf } from '../../../src/exchange/markets/premium.js';
import { BITCOIN, DOGE, dollars, rateOf, TestVenue } from '../../support/exchange-fixture.js';

const HOUR_MS = 3_600_000;
const SMALL = { ...BITCOIN, symbol: 'SMALL', impactNotional: dollars(6_000) };

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue([BITCOIN, SMALL, DOGE]);
});

function premium(symbol: string): number {
  return premiumOf(venue.market(symbol)) / 1e12;
}

function predicted(symbol: string): number | null {
  const rate = predictedRate(venue.market(symbol), venue.exchange.time);
  return rate === null ? null : rate / 1e12;
}

test.each([
  ['1: the docs’ worked example', 0.01, 0.0011875],
  ['2: no premium', 0, 0.0000125],
  ['3: the docs’ context', 0.00031774, 0.0000125],
  ['4: below the edge of the clamp', 0.0005, 0.0000125],
  ['4: the edge of the clamp', 0.0006, 0.0000125],
  ['5: the other edge', -0.0004, 0.0000125],
  ['above the edge', 0.0007, 0.000025],
  ['below the other edge', -0.0012, -0.0000875],
  ['the cap of 4 % an hour', 5, 0.04],
  ['the cap on the other side', -5, -0.04],
])('vector %s: a premium of %d is an hourly rate of %d', (_, average, hourly) => {
  expect(hourlyRateOf(rateOf(average)) / 1e12).toBe(hourly);
});

test('an eighth is rounded to 10^-12, halves away from zero', () => {
  expect(hourlyRateOf(rateOf(0.000600000004))).toBe(12_500_001);
  expect(hourlyRateOf(rateOf(-0.000600000004))).toBe(-12_500_001);
  expect(hourlyRateOf(rateOf(0.000600000003))).toBe(12_500_000);
});

test('the premium of vector 1: an impact bid of 10,100 over an oracle of 10,000', () => {
  venue.quote('BTC', { oracle: 10_000, bids: [[10_100, 5]], asks: [[10_110, 5]] });
  expect(premium('BTC')).toBe(0.01);
  expect(predicted('BTC')).toBe(0.0011875);
});

test('vector 10: an oracle within the impact prices is no premium', () => {
  venue.quote('DOGE', { oracle: 0.1, bids: [[0.0999, 100_000]], asks: [[0.1001, 100_000]] });
  expect(premium('DOGE')).toBe(0);
  expect(predicted('DOGE')).toBe(0.0000125);
});

test('an impact price is the average of what trading the notional of the instrument would cost', () => {
  const bids = [
    [10_100, 1],
    [10_000, 3],
  ] as const;
  venue.quote('SMALL', { oracle: 9_000, bids, asks: [[10_110, 5]] });
  // 6,000 dollars fit into the first level.
  expect(premium('SMALL')).toBe(Number((1_100 / 9_000).toFixed(12)));
  venue.quote('BTC', { oracle: 9_000, bids, asks: [[10_110, 5]] });
  // 1 at 10,100 and 9,900 dollars at 10,000 are 1.99 for 20,000.
  expect(premium('BTC')).toBe(Number(((20_000 / 1.99 - 9_000) / 9_000).toFixed(12)));
});

test('a book below the oracle is a negative premium', () => {
  venue.quote('BTC', { oracle: 10_000, bids: [[9_800, 5]], asks: [[9_900, 5]] });
  expect(premium('BTC')).toBe(-0.01);
});

test('a side that cannot fill the notional counts as nothing', () => {
  venue.quote('BTC', { oracle: 9_000, bids: [[10_100, 1.9]], asks: [[10_110, 5]] });
  expect(premium('BTC')).toBe(0);
  venue.quote('BTC', { oracle: 11_000, bids: [], asks: [[10_110, 1]] });
  expect(premium('BTC')).toBe(0);
  venue.quote('BTC', { asks: [[10_110, 2]] });
  expect(premium('BTC')).toBeLessThan(0);
});

test('a side that is worth exactly the notional fills it', () => {
  venue.quote('BTC', { oracle: 8_000, bids: [[10_000, 2]], asks: [[10_010, 2]] });
  expect(premium('BTC')).toBe(0.25);
});

test('users’ orders are part of the impact prices', () => {
  const trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 10_000, bids: [[9_990, 5]], asks: [[10_200, 5]] });
  venue.buy(trader, 'BTC', 2, 10_100);
  expect(premium('BTC')).toBe(0.01);
});

test('a premium beyond ±10 counts as ±10', () => {
  venue.quote('BTC', { oracle: 10, bids: [[10_000, 5]], asks: [[10_100, 5]] });
  expect(premium('BTC')).toBe(10);
});

test('the prediction is by the average of the samples so far, one each 5 seconds', () => {
  venue.quote('BTC', { oracle: 10_000, bids: [[10_100, 5]], asks: [[10_110, 5]] });
  venue.pass(HOUR_MS / 4);
  expect(predicted('BTC')).toBe(0.0011875);
  venue.quote('BTC', { bids: [[9_990, 5]], asks: [[10_010, 5]] });
  expect(predicted('BTC')).toBe(0.0011875);
  venue.pass(HOUR_MS / 4);
  expect(predicted('BTC')).toBe(0.0005625);
  venue.pass(HOUR_MS / 2 + 1);
  // A new hour without a sample yet: the premium of now.
  expect(predicted('BTC')).toBe(0.0000125);
});

test('the sample on the full hour belongs to the hour that ends', () => {
  venue.pass(HOUR_MS - 5_000);
  venue.quote('BTC', { oracle: 10_000, bids: [[10_100, 5]], asks: [[10_110, 5]] });
  venue.pass(5_000);
  expect(predicted('BTC')).toBe(0.0011875);
  venue.quote('BTC', { bids: [[9_990, 5]], asks: [[10_010, 5]] });
  venue.pass(5_000);
  expect(predicted('BTC')).toBe(0.0000125);
});

test('without an oracle nothing is sampled or predicted', () => {
  venue.quote('BTC', { bids: [[10_100, 5]], asks: [[10_110, 5]] });
  venue.pass(HOUR_MS / 2);
  expect(predicted('BTC')).toBe(null);
  venue.quote('BTC', { oracle: 10_000 });
  venue.pass(5_000);
  expect(predicted('BTC')).toBe(0.0011875);
});
