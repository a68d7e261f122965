import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/exchange/codec/bytes.js';
import { DayStatistics } from '../../../src/exchange/markets/day-statistics.js';
import type { Lots, Millis, Ticks } from '../../../src/exchange/units.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const MIDNIGHT = Date.parse('2026-11-22T00:00:00.000Z');

interface Print {
  readonly time: number;
  readonly ticks: number;
  readonly lots: number;
}

interface Figures {
  readonly volume: number;
  readonly referenceTicks: number;
}

function add(statistics: DayStatistics, { time, ticks, lots }: Print): void {
  statistics.addTrade(time as Millis, ticks as Ticks, lots as Lots);
}

function figuresAt(statistics: DayStatistics, time: number): Figures {
  statistics.advanceTo(time as Millis);
  return { volume: statistics.volume, referenceTicks: statistics.referenceTicks };
}

function encoded(statistics: DayStatistics): Uint8Array {
  const writer = new ByteWriter();
  statistics.encode(writer);
  return writer.toBytes();
}

/** The figures by definition: over the running minute and the 1,439 before it. */
function naive(prints: readonly Print[], now: number): Figures {
  const firstMinute = Math.floor(now / MINUTE_MS) - 1439;
  const isInside = ({ time }: Print) => Math.floor(time / MINUTE_MS) >= firstMinute;
  const inside = prints.filter(isInside);
  const outside = prints.filter((trade) => !isInside(trade));
  return {
    volume: inside.reduce((sum, { lots }) => sum + lots, 0),
    referenceTicks: (outside.at(-1) ?? prints[0])?.ticks ?? 0,
  };
}

const anyPrints = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        fc.nat(5_000),
        fc.nat(1440).map((minutes) => minutes * MINUTE_MS),
        fc.nat(2 * DAY_MS),
      ),
      ticks: fc.integer({ min: 1, max: 1_000_000 }),
      lots: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { maxLength: 60 },
  )
  .map((gaps) => {
    let time = MIDNIGHT;
    return gaps.map(({ gapMs, ticks, lots }): Print => {
      time += gapMs;
      return { time, ticks, lots };
    });
  });

test('without trades everything is 0', () => {
  expect(figuresAt(new DayStatistics(), MIDNIGHT)).toEqual({ volume: 0, referenceTicks: 0 });
});

test('a trade counts for a day, and then is the reference price', () => {
  const statistics = new DayStatistics();
  add(statistics, { time: MIDNIGHT, ticks: 100, lots: 5 });
  add(statistics, { time: MIDNIGHT + MINUTE_MS, ticks: 120, lots: 7 });
  expect(figuresAt(statistics, MIDNIGHT + DAY_MS - 1)).toEqual({ volume: 12, referenceTicks: 100 });
  expect(figuresAt(statistics, MIDNIGHT + DAY_MS)).toEqual({ volume: 7, referenceTicks: 100 });
  expect(figuresAt(statistics, MIDNIGHT + DAY_MS + MINUTE_MS)).toEqual({ volume: 0, referenceTicks: 120 });
  expect(figuresAt(statistics, MIDNIGHT + 30 * DAY_MS)).toEqual({ volume: 0, referenceTicks: 120 });
});

test('at every trade and after any pause the figures are those of the definition', () => {
  fc.assert(
    fc.property(anyPrints, fc.nat(3 * DAY_MS), (prints, pauseMs) => {
      const statistics = new DayStatistics();
      for (const [index, trade] of prints.entries()) {
        add(statistics, trade);
        const sofar = prints.slice(0, index + 1);
        expect(figuresAt(statistics, trade.time)).toEqual(naive(sofar, trade.time));
      }
      const later = (prints.at(-1)?.time ?? MIDNIGHT) + pauseMs;
      expect(figuresAt(statistics, later)).toEqual(naive(prints, later));
    }),
  );
});

test('no fraction of a dollar is lost in the notional', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 50 }), (notionals) => {
      const statistics = new DayStatistics();
      for (const lots of notionals) add(statistics, { time: MIDNIGHT, ticks: 1, lots });
      const micros = notionals.reduce((sum, notional) => sum + notional, 0);
      expect(statistics.notionalDollars).toBe(Math.floor(micros / 1_000_000));
    }),
  );
});

test('a busy day passes 2^53 micro-dollars and stays exact', () => {
  const statistics = new DayStatistics();
  const largest = 9_007_199_254_740_991;
  for (let i = 0; i < 1_000; i++) add(statistics, { time: MIDNIGHT, ticks: 1, lots: largest });
  expect(statistics.notionalDollars).toBe(Number((BigInt(largest) * 1_000n) / 1_000_000n));
  expect(statistics.volume).toBe(Number.MAX_SAFE_INTEGER);
  expect(figuresAt(statistics, MIDNIGHT + DAY_MS).volume).toBe(0);
});

test('statistics that were written and read go on as if nothing had happened', () => {
  fc.assert(
    fc.property(anyPrints, fc.nat(60), (prints, at) => {
      const whole = new DayStatistics();
      const before = new DayStatistics();
      for (const trade of prints) add(whole, trade);
      for (const trade of prints.slice(0, at)) add(before, trade);
      const restored = DayStatistics.decode(new ByteReader(encoded(before)));
      for (const trade of prints.slice(at)) add(restored, trade);
      expect(encoded(restored)).toEqual(encoded(whole));
      expect(restored.volume).toBe(whole.volume);
      expect(restored.notionalDollars).toBe(whole.notionalDollars);
    }),
  );
});
