import { beforeEach, describe, expect, test } from 'vitest';
import type { Command, Quote } from '../../src/exchange/command.js';
import { BUY, type PriceMicros, SELL } from '../../src/exchange/units.js';
import { probabilityAbove } from '../../src/market/fair-probability.js';
import { dueInstruments } from '../../src/market/prediction-calendar.js';
import { SyntheticPredictions } from '../../src/market/synthetic-predictions.js';
import { LISTINGS, PREDICTIONS, Venue } from './venue.js';

const DAY_MS = 86_400_000;
const VOLATILITIES = new Map(
  LISTINGS.map(({ instrument, synthetic }) => [instrument.symbol, synthetic.volatilityPerDay]),
);

let venue: Venue;
let source: SyntheticPredictions;

beforeEach(() => {
  venue = new Venue();
  source = new SyntheticPredictions(1, VOLATILITIES, () => venue.exchange);
  list();
});

/** Lists the predictions of the quarter. */
function list(): void {
  const { exchange } = venue;
  const instruments = dueInstruments(PREDICTIONS, exchange, exchange.time);
  venue.apply(instruments.map((instrument) => ({ kind: 'LIST', instrument })));
}

function setOracle(symbol: string, dollars: number): void {
  const instrument = venue.exchange.findMarket(symbol)!.id;
  const oracle = (dollars * 1e6) as PriceMicros;
  venue.apply([{ kind: 'QUOTE', instrument, oracle, bids: [], asks: [], fundingRate: null, step: 0 }]);
}

function quotesIn(commands: readonly Command[]): readonly Quote[] {
  return commands.filter((command): command is Quote => command.kind === 'QUOTE');
}

describe('the probability', () => {
  const at = (price: number, strike: number, timeLeftMs = DAY_MS) =>
    probabilityAbove(price as PriceMicros, strike as PriceMicros, 0.1, timeLeftMs);

  test.each([
    [1_000, 1_000, 0.5],
    [1_000, 900, 0.8413447],
    [1_000, 1_100, 0.1586553],
    [1_000, 1_196, 0.0249979],
    [1_000, 300, 1],
  ])('of ending with %d above %d after a day is %d', (price, strike, expected) => {
    expect(at(price, strike)).toBeCloseTo(expected, 6);
  });

  test('is certain when no time is left', () => {
    expect([at(1_000, 999, 0), at(1_000, 1_000, 0)]).toEqual([1, 0]);
  });
});

test('nothing is quoted before the references have prices', () => {
  expect(source.nextTurn()).toEqual([]);
});

test('both outcomes are quoted as mirror images, and add up to a dollar', () => {
  setOracle('BTC', 66_000);
  const [yes, no] = quotesIn(source.nextTurn());
  expect(yes!.oracle! + no!.oracle!).toBe(1e6);
  expect(no!.asks).toEqual(yes!.bids!.map(([ticks, lots]) => [1_000 - ticks, lots]));
  expect(no!.bids).toEqual(yes!.asks!.map(([ticks, lots]) => [1_000 - ticks, lots]));
  expect(yes!.bids).toHaveLength(10);
  const [bid, ask] = [yes!.bids![0]![0], yes!.asks![0]![0]];
  expect(ask - bid).toBeLessThanOrEqual(11);
  expect((bid + ask) * 500).toBeCloseTo(yes!.oracle!, -3);
});

test('the price of YES rises with its reference, and never leaves what can be traded', () => {
  const fairAt = (dollars: number) => {
    setOracle('BTC', dollars);
    const [yes] = quotesIn(source.nextTurn());
    return yes!.oracle!;
  };
  const fair = [20_000, 60_000, 66_000, 70_000, 80_000, 400_000].map(fairAt);
  expect(fair).toEqual([...fair].sort((one, other) => one - other));
  expect([fair[0], fair[3]! / 1e6, fair.at(-1)]).toEqual([1_000, 0.5, 999_000]);
});

test('the exchange takes a thousand turns of both questions, and there is trade', () => {
  for (const [symbol, price] of [
    ['BTC', 64_250],
    ['ETH', 3_150],
  ] as const)
    setOracle(symbol, price);
  for (let turn = 0; turn < 1_000; turn++) {
    const outcomes = venue.apply(source.nextTurn(), 500);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
  }
  const predictions = venue.exchange.markets.filter(({ instrument }) => instrument.prediction !== null);
  expect(predictions).toHaveLength(4);
  for (const { id, step, book } of predictions) {
    expect(step).toBe(1_000);
    expect(book.bestTicks(BUY)).toBeLessThan(book.bestTicks(SELL));
    expect(venue.trades.filter(({ instrument }) => instrument === id).length).toBeGreaterThan(20);
  }
});

test('what has settled is quoted no more, and what is listed then is quoted at once', () => {
  setOracle('BTC', 66_000);
  const settled = quotesIn(source.nextTurn()).map(({ instrument }) => instrument);
  const { settlesAt } = venue.exchange.markets[settled[0]!]!.instrument.prediction!;
  venue.apply([{ kind: 'ADVANCE_CLOCK', advanceMs: settlesAt - venue.exchange.time }]);
  expect(source.nextTurn()).toEqual([]);
  list();
  const next = quotesIn(source.nextTurn()).map(({ instrument }) => instrument);
  expect(next).toHaveLength(2);
  expect(next.some((id) => settled.includes(id))).toBe(false);
});

test('an outcome that the sandbox has taken over is left alone', () => {
  setOracle('BTC', 66_000);
  const [yes, no] = quotesIn(source.nextTurn());
  const quote = { ...yes!, bids: [], asks: [], step: 0 };
  venue.apply([quote]);
  expect(quotesIn(source.nextTurn()).map(({ instrument }) => instrument)).toEqual([no!.instrument]);
});

test('while YES is taken over, the market orders in NO still differ from turn to turn', () => {
  setOracle('BTC', 66_000);
  const [yes] = quotesIn(source.nextTurn());
  venue.apply([{ ...yes!, bids: [], asks: [], step: 0 }]);
  const flows: string[] = [];
  for (let turn = 0; turn < 100; turn++) {
    const commands = source.nextTurn();
    for (const command of commands) {
      if (command.kind === 'FLOW') flows.push(`${command.side} ${command.lots}`);
    }
    venue.apply(commands, 500);
  }
  expect(flows.length).toBeGreaterThan(2);
  expect(flows.length).toBeLessThan(30);
  expect(new Set(flows).size).toBeGreaterThan(2);
});

test('the same step of the same prices is the same turn', () => {
  setOracle('BTC', 66_000);
  const other = new SyntheticPredictions(1, VOLATILITIES, () => venue.exchange);
  expect(other.nextTurn()).toEqual(source.nextTurn());
});
