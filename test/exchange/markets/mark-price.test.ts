import { beforeEach, expect, test } from 'vitest';
import { dollars, MONDAY_MORNING, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue();
});

function mark(): number {
  return venue.market('BTC').mark / 1e6;
}

test.each([
  [200, 200],
  [200.012345, 200.012345],
  [190, 199.9],
  [210, 200.1],
])(
  'of an equity it is the median of bid, ask and oracle: an oracle of %d between 199.9 and 200.1 gives %d',
  (oracle, expected) => {
    venue.quote('AAPL', { oracle, bids: [[199.9, 1]], asks: [[200.1, 1]] });
    expect(venue.market('AAPL').mark / 1e6).toBe(expected);
    venue.pass(600_000);
    expect(venue.market('AAPL').mark / 1e6).toBe(expected);
  },
);

test('of a perpetual the first prices of all are the first sample: it is the middle, wherever the oracle is', () => {
  venue.quote('BTC', { oracle: 63_000, bids: [[63_990, 1]], asks: [[64_020, 1]] });
  expect(mark()).toBe(64_005);
});

/** e^(−n · 3 s / τ), reckoned anew here: the tests hold the exchange's literals against it. */
function decayed(samples: number, tauSeconds: number): number {
  return Math.exp((-3 * samples) / tauSeconds);
}

/** The average after one sample of `first` and then so many of `then`. */
function average(first: number, then: number, samples: number, tauSeconds: number): number {
  const decay = decayed(1, tauSeconds);
  const later = (1 - decayed(samples, tauSeconds)) / (1 - decay);
  const weight = decayed(samples, tauSeconds);
  return (first * weight + then * later) / (weight + later);
}

test('a jump of the book alone is followed by the averages: the median of a, b and EMA30s(b)', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  venue.quote('BTC', { bids: [[60_990, 1]], asks: [[61_010, 1]] });
  // a = 60,000 + 0, b = 61,000, EMA30s(b) = 60,000.
  expect(mark()).toBe(60_000);
  for (const samples of [1, 5, 20, 100]) {
    const anchored = 60_000 + average(0, 1_000, samples, 150);
    const smoothed = average(60_000, 61_000, samples, 30);
    const median = [anchored, 61_000, smoothed].sort((one, other) => one - other)[1]!;
    const elapsedMs = venue.now - MONDAY_MORNING;
    venue.pass(3_000 * samples - elapsedMs);
    expect(mark()).toBeCloseTo(median, 5);
  }
});

test('a jump of the oracle that the book goes along with is in the mark at once', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_995, 1]], asks: [[60_015, 1]] });
  venue.quote('BTC', { oracle: 50_000, bids: [[49_995, 1]], asks: [[50_015, 1]] });
  // a = 50,000 + 5, b = 50,005, EMA30s(b) = 60,005.
  expect(mark()).toBe(50_005);
});

test('a jump of the oracle alone moves the mark only as far as the book lets it', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  venue.quote('BTC', { oracle: 50_000 });
  expect(mark()).toBe(60_000);
});

test('the last trade takes part while it lies within the book', () => {
  const trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 60_000, bids: [[59_900, 1]], asks: [[60_040, 1]] });
  venue.buy(trader, 'BTC', 0.1, 60_100);
  venue.quote('BTC', { bids: [[59_900, 1]], asks: [[60_100, 1]] });
  // a = 60,000 − 30 + 0 at first; b = the last trade, 60,040; EMA30s(b) = 59,970.
  expect(mark()).toBe(59_970);
  venue.pass(3_600_000);
  // The middle is 60,000, so a = 60,000; b and its average are the last trade.
  expect(mark()).toBe(60_040);
});

test('nothing is sampled while a side is missing, and the averages go on from where they were', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  venue.quote('BTC', { bids: [], asks: [[61_010, 1]] });
  venue.pass(3_600_000);
  expect(mark()).toBe(60_000);
  venue.quote('BTC', { bids: [[60_990, 1]] });
  expect(mark()).toBe(60_000);
  venue.pass(3_000);
  expect(mark()).toBeCloseTo(average(60_000, 61_000, 1, 30), 5);
});

test('samples are taken on a grid of three seconds of the exchange’s clock', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  venue.quote('BTC', { bids: [[60_990, 1]], asks: [[61_010, 1]] });
  venue.pass(2_999);
  expect(mark()).toBe(60_000);
  venue.pass(1);
  expect(mark()).toBeGreaterThan(60_000);
});

test('equal samples for a year cost nothing and end at their value', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  venue.quote('BTC', { bids: [[60_990, 1]], asks: [[61_010, 1]] });
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 365 * 86_400_000 });
  expect(mark()).toBe(61_000);
  venue.quote('BTC', { bids: [[61_990, 1]], asks: [[62_010, 1]] });
  expect(mark()).toBe(61_000);
  venue.pass(3_000);
  // The sum of all weights is 1 / (1 − d) by now, and the new sample has weight 1. a is below.
  expect(mark()).toBeCloseTo(61_000 + 1_000 * (1 - decayed(1, 30)), 5);
});

test('the mark of before is kept while a command is carried out', () => {
  venue.quote('BTC', { oracle: 60_000, bids: [], asks: [] });
  const seen: number[] = [];
  venue.recorder.onMarket = (id) => seen.push(venue.exchange.markets[id]!.markBefore);
  venue.quote('BTC', { oracle: 61_000 });
  venue.quote('BTC', { oracle: 62_000 });
  expect(seen).toEqual([dollars(60_000), dollars(61_000)]);
});

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
  venue.quote('BTC', { bids: [[63_900, 1]], asks: [[64_100, 1]] });
  venue.buy(trader, 'BTC', 0.1, 64_050);
  expect(mark()).toBe(64_075);
});
