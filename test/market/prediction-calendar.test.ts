import { beforeEach, describe, expect, test } from 'vitest';
import type { Millis, PriceMicros } from '../../src/exchange/units.js';
import { parseInstruments } from '../../src/market/instrument-file.js';
import { dueInstruments, type PredictionListing } from '../../src/market/prediction-calendar.js';
import { BITCOIN, TestVenue } from '../support/exchange-fixture.js';

const QUESTION: PredictionListing = {
  reference: 'BTC',
  name: 'Bitcoin',
  strike: 100_000_000_000 as PriceMicros,
};

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue([BITCOIN]);
});

function dueAt(time: string) {
  return dueInstruments([QUESTION], venue.exchange, Date.parse(time) as Millis);
}

test('both outcomes of a question last until the quarter of UTC ends', () => {
  const [yes, no] = dueAt('2026-11-22T10:00:00Z');
  expect([yes!.symbol, no!.symbol]).toEqual(['BTC-100000-2026Q4-YES', 'BTC-100000-2026Q4-NO']);
  expect(yes!.prediction).toEqual({
    marketId: 'btc-above-100000-2026q4',
    outcome: 'YES',
    reference: 'BTC',
    strike: QUESTION.strike,
    settlesAt: Date.UTC(2027, 0, 1),
  });
  expect(no!.prediction).toEqual({ ...yes!.prediction, outcome: 'NO' });
});

test.each([
  ['2026-01-01T00:00:00Z', '2026Q1', '2026-04-01'],
  ['2026-03-31T23:59:59.999Z', '2026Q1', '2026-04-01'],
  ['2026-04-01T00:00:00Z', '2026Q2', '2026-07-01'],
  ['2026-12-31T23:59:59.999Z', '2026Q4', '2027-01-01'],
])('at %s it is %s, which ends on %s', (time, quarter, end) => {
  const [yes] = dueAt(time);
  expect(yes!.symbol).toContain(quarter);
  expect(yes!.prediction!.settlesAt).toBe(Date.parse(end));
});

test('the exchange lists them, and those of the next quarter are due once they have settled ahead of time', () => {
  const time = '2026-11-22T10:00:00Z';
  for (const instrument of dueAt(time)) expect(venue.send({ kind: 'LIST', instrument }).error).toBeNull();
  const before = dueAt(time);
  venue.settlePrediction(before[0]!.prediction!.marketId, 'YES');
  const after = dueAt(time);
  expect(after.map(({ symbol }) => symbol)).toEqual(['BTC-100000-2027Q1-YES', 'BTC-100000-2027Q1-NO']);
  for (const instrument of after) venue.send({ kind: 'LIST', instrument });
  venue.settlePrediction(after[0]!.prediction!.marketId, 'YES');
  expect(dueAt(time)).toEqual(after);
});

describe('a file of instruments', () => {
  const problemsOf = (predictions: unknown) => {
    const result = parseInstruments({ instruments: [MINIMAL], predictions });
    return result.valid ? [] : result.problems;
  };

  test.each<[string, object[], string]>([
    ['an unknown reference', [{ reference: 'ETH' }], '/predictions/0/reference: ETH is not among'],
    ['a strike that is too fine', [{ strike: 0.0000001 }], '/predictions/0/strike: 1e-7 is too large'],
    ['a strike twice', [{}, {}], '/predictions/1/strike: BTC has this strike twice'],
    ['a strike of 0', [{ strike: 0 }], '/predictions/0/strike: must be > 0'],
  ])('names %s', (_, changes, problem) => {
    const problems = problemsOf(
      changes.map((change) => ({ reference: 'BTC', name: 'Bitcoin', strike: 70_000, ...change })),
    );
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  const MINIMAL = {
    ...{ symbol: 'BTC', name: 'Bitcoin', assetClass: 'PERPETUAL', quantityDecimals: 5 },
    ...{ significantFigures: 5, minNotional: 10, maxMarketNotional: 1_000_000, maxPrice: 500_000 },
    ...{ maxQuantity: 1_000, marginTiers: [{ lowerBound: 0, maxLeverage: 40 }], impactNotional: 20_000 },
    ...{ makerFeePpm: 0, takerFeePpm: 0 },
    synthetic: {
      ...{ startPrice: 64_250, volatilityPerDay: 0.03, reversionPerDay: 0.2, spreadBps: 1, levelSpacing: 2 },
      ...{ levels: 5, levelNotional: 1_000, depthProfile: [1], flowPerSecond: 1, flowNotional: 100 },
      intervalMs: 250,
    },
  };
});
