import { beforeEach, expect, test } from 'vitest';
import { dollars, TestVenue } from '../support/exchange-fixture.js';

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue();
});

function mark(): number {
  return venue.market('BTC').mark / 1e6;
}

test.each([
  [64_000, 64_000],
  [64_000.123456, 64_000.123456],
  [63_000, 63_990],
  [65_000, 64_010],
])(
  'is the median of bid, ask and oracle: an oracle of %d between 63,990 and 64,010 gives %d',
  (oracle, expected) => {
    venue.quote('BTC', { oracle, bids: [[63_990, 1]], asks: [[64_010, 1]] });
    expect(mark()).toBe(expected);
  },
);

test('is exactly the oracle while the book lacks a side', () => {
  venue.quote('BTC', { oracle: 70_000, bids: [[63_990, 1]], asks: [] });
  expect(mark()).toBe(70_000);
  venue.quote('BTC', { bids: [], asks: [[64_010, 1]] });
  expect(mark()).toBe(70_000);
});

test('without an oracle it is the middle of the book, else the last trade, else unknown', () => {
  expect(mark()).toBe(0);
  venue.quote('BTC', { bids: [[63_990, 1]], asks: [[64_020, 1]] });
  expect(mark()).toBe(64_005);
  const trader = venue.open(1_000_000);
  venue.marketBuy(trader, 'BTC', 1);
  expect(venue.queues('BTC', -1)).toEqual([]);
  expect(mark()).toBe(64_020);
});

test('users’ orders are part of the book that it is taken from', () => {
  const trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000, bids: [[63_900, 1]], asks: [[64_100, 1]] });
  venue.buy(trader, 'BTC', 0.1, 64_050);
  expect(venue.market('BTC').mark).toBe(dollars(64_050));
});
