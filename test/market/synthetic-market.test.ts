import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command, Quote, QuoteLevel } from '../../src/exchange/command.js';
import { BUY, type PriceMicros, SELL } from '../../src/exchange/units.js';
import { ceilToGrid, floorToGrid } from '../../src/market/price-grid.js';
import { LISTINGS, syntheticMarket, Venue } from './venue.js';

const PLACES = [...LISTINGS.keys()];

function quoteOf(commands: readonly Command[]): Quote {
  const last = commands.at(-1);
  if (last?.kind !== 'QUOTE') throw new Error('a turn ends with its quote');
  return last;
}

/** The first turns of one instrument, each begun from nothing but the step and the oracle before it. */
function sequence(place: number, seed: number, turns: number): readonly Command[] {
  const commands: Command[] = [];
  let oracle = 0 as PriceMicros;
  for (let step = 0; step < turns; step++) {
    const turn = syntheticMarket(place, seed).turnAfter(step, oracle);
    oracle = quoteOf(turn).oracle!;
    commands.push(...turn);
  }
  return commands;
}

function sha256(commands: readonly Command[]): string {
  return createHash('sha256').update(JSON.stringify(commands)).digest('hex');
}

test('a seed names one market for ever', () => {
  const all = PLACES.flatMap((place) => sequence(place, 1, 200));
  expect(sha256(all)).toBe('46770c84386ec03eba854038e127f23ca2e9273d11c2f8f18b8edf86b2364763');
});

test('another seed is another market', () => {
  expect(sha256(sequence(0, 1, 20))).not.toBe(sha256(sequence(0, 2, 20)));
});

test('a process that takes over goes on as the one before would have', () => {
  const first = syntheticMarket(0);
  let oracle = 0 as PriceMicros;
  const alone: Command[] = [];
  for (let step = 0; step < 300; step++) {
    const turn = first.turnAfter(step, oracle);
    oracle = quoteOf(turn).oracle!;
    alone.push(...turn);
  }
  expect(alone).toEqual(sequence(0, 1, 300));
});

test('quotes lie on the grid, are sorted, never cross and are never empty, at any price and step', () => {
  const anyStep = fc.nat({ max: 2 ** 40 });
  const anyFactor = fc.double({ min: 0.25, max: 4, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), fc.nat(), anyStep, anyFactor, (place, seed, step, factor) => {
      const { instrument, synthetic } = LISTINGS[place]!;
      const oracle = Math.round(synthetic.startPrice * factor) as PriceMicros;
      const { bids, asks } = quoteOf(syntheticMarket(place, seed).turnAfter(step, oracle));
      expect(bids).toHaveLength(synthetic.levels);
      expect(asks).toHaveLength(synthetic.levels);
      expect(bids![0]![0]).toBeLessThan(asks![0]![0]);
      const upwards: QuoteLevel[] = [...bids!.toReversed(), ...asks!];
      for (const [index, [ticks, lots]] of upwards.entries()) {
        expect(ticks).toBeGreaterThan(upwards[index - 1]?.[0] ?? 0);
        expect(ticks).toBeLessThanOrEqual(instrument.maxTicks);
        expect([floorToGrid(instrument, ticks), ceilToGrid(instrument, ticks)]).toEqual([ticks, ticks]);
        expect(Number.isSafeInteger(lots) && lots > 0 && lots <= instrument.maxLots).toBe(true);
      }
    }),
  );
});

test('the walk stays near its start price for months, and is never at rest', () => {
  for (const place of PLACES) {
    const { startPrice } = LISTINGS[place]!.synthetic;
    const market = syntheticMarket(place, 3, 600_000);
    let [oracle, low, high] = [0 as PriceMicros, startPrice, startPrice];
    for (let step = 0; step < 60 * 144; step++) {
      oracle = quoteOf(market.turnAfter(step, oracle)).oracle!;
      if (oracle < low) low = oracle;
      if (oracle > high) high = oracle;
    }
    expect(low / startPrice).toBeGreaterThan(0.5);
    expect(high / startPrice).toBeLessThan(2);
    expect(high / low).toBeGreaterThan(1.03);
  }
});

test('on the exchange every turn is taken, trades on both sides and leaves a full book', () => {
  const venue = new Venue();
  const markets = PLACES.map((place) => syntheticMarket(place));
  for (let turn = 0; turn < 1_200; turn++) {
    for (const market of markets) {
      const { step, oracle } = venue.exchange.markets[market.id]!;
      const outcomes = venue.apply(market.turnAfter(step, oracle), 20);
      expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
    }
  }
  for (const market of venue.exchange.markets) {
    const trades = venue.trades.filter(({ instrument }) => instrument === market.id);
    expect(market.step).toBe(1_200);
    expect(trades.filter(({ side }) => side === BUY).length).toBeGreaterThan(10);
    expect(trades.filter(({ side }) => side === SELL).length).toBeGreaterThan(10);
    expect(market.houseBids.size).toBe(20);
    expect(market.houseAsks.size).toBe(20);
    expect(market.book.bestTicks(BUY)).toBeLessThan(market.book.bestTicks(SELL));
  }
});

test('a perpetual’s book wanders a little around its oracle, on both sides of it; an equity’s does not', () => {
  for (const place of PLACES) {
    const market = syntheticMarket(place);
    const { instrument, synthetic } = LISTINGS[place]!;
    const skews = Array.from({ length: 500 }, (_, hour) => {
      const { bids, asks, oracle } = quoteOf(market.turnAfter(14_400 * hour, synthetic.startPrice));
      const middle = ((bids![0]![0] + asks![0]![0]) / 2) * 10 ** instrument.quantityDecimals;
      return middle / oracle! - 1;
    });
    const [lowest, highest] = [Math.min(...skews), Math.max(...skews)];
    if (instrument.assetClass === 'PERPETUAL') {
      expect(lowest).toBeLessThan(-0.0008);
      expect(highest).toBeGreaterThan(0.0008);
    }
    expect(Math.max(-lowest, highest)).toBeLessThan(instrument.assetClass === 'PERPETUAL' ? 0.0015 : 0.0003);
  }
});

test('most levels are quoted again as they were', () => {
  for (const place of PLACES) {
    let [kept, quoted] = [0, 0];
    let before = new Set<string>();
    for (const command of sequence(place, 1, 400)) {
      if (command.kind !== 'QUOTE') continue;
      const levels = [...command.bids!, ...command.asks!].map(String);
      kept += levels.filter((level) => before.has(level)).length;
      quoted += levels.length;
      before = new Set(levels);
    }
    expect(kept / quoted).toBeGreaterThan(0.5);
  }
});
