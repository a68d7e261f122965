import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/exchange/codec/bytes.js';
import {
  CANDLE_INTERVAL_MS,
  CANDLE_INTERVALS,
  type Candle,
  type CandleInterval,
  Candles,
} from '../../../src/exchange/markets/candles.js';
import type { Lots, Millis, Ticks } from '../../../src/exchange/units.js';

const MINUTE_MS = 60_000;
const MIDNIGHT = Date.parse('2026-11-22T00:00:00.000Z');

interface Print {
  readonly time: Millis;
  readonly ticks: Ticks;
  readonly lots: Lots;
}

type Closed = readonly [interval: CandleInterval, candle: Candle];

function print(afterMs: number, ticks: number, lots: number): Print {
  return { time: (MIDNIGHT + afterMs) as Millis, ticks: ticks as Ticks, lots: lots as Lots };
}

function recording(): { candles: Candles; closed: Closed[] } {
  const closed: Closed[] = [];
  const candles = new Candles((interval, candle) => closed.push([interval, { ...candle }]));
  return { candles, closed };
}

function add(candles: Candles, { time, ticks, lots }: Print): void {
  candles.addTrade(time, ticks, lots);
}

/** The candles of one interval as they are by definition, the last of them still open. */
function naive(prints: readonly Print[], interval: CandleInterval): readonly Candle[] {
  const lengthMs = CANDLE_INTERVAL_MS[interval];
  const groups = new Map<number, Print[]>();
  for (const trade of prints) {
    const start = Math.floor(trade.time / lengthMs) * lengthMs;
    groups.set(start, [...(groups.get(start) ?? []), trade]);
  }
  return [...groups].map(([start, group]) => ({
    start: start as Millis,
    open: group[0]!.ticks,
    high: Math.max(...group.map(({ ticks }) => ticks)) as Ticks,
    low: Math.min(...group.map(({ ticks }) => ticks)) as Ticks,
    close: group.at(-1)!.ticks,
    volume: group.reduce((sum, { lots }) => sum + lots, 0) as Lots,
    trades: group.length,
  }));
}

/** Trades that are sometimes close together, sometimes whole minutes apart and sometimes days. */
const anyPrints = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        fc.nat(5_000),
        fc.nat(15).map((minutes) => minutes * MINUTE_MS),
        fc.nat(10 * MINUTE_MS),
        fc.nat(2 * 1440 * MINUTE_MS),
      ),
      ticks: fc.integer({ min: 1, max: 1_000 }),
      lots: fc.integer({ min: 1, max: 1_000 }),
    }),
    { maxLength: 60 },
  )
  .map((gaps) => {
    let afterMs = 0;
    return gaps.map(({ gapMs, ticks, lots }) => {
      afterMs += gapMs;
      return print(afterMs, ticks, lots);
    });
  });

test('a candle holds its trades, from the first one on', () => {
  const { candles, closed } = recording();
  expect(candles.current('1m')).toBeNull();
  expect(candles.nextCloseAt).toBeNull();
  for (const trade of [print(1_000, 50, 3), print(2_000, 70, 1), print(3_000, 40, 2)]) add(candles, trade);
  const expected = { start: MIDNIGHT, open: 50, high: 70, low: 40, close: 40, volume: 6, trades: 3 };
  for (const interval of CANDLE_INTERVALS) expect(candles.current(interval)).toEqual(expected);
  expect(candles.nextCloseAt).toBe(MIDNIGHT + MINUTE_MS);
  expect(closed).toEqual([]);
});

test('time alone closes a candle, exactly at its end, once', () => {
  const { candles, closed } = recording();
  add(candles, print(0, 50, 3));
  candles.closeUntil((MIDNIGHT + MINUTE_MS - 1) as Millis);
  expect(closed).toEqual([]);
  candles.closeUntil((MIDNIGHT + MINUTE_MS) as Millis);
  expect(closed.map(([interval]) => interval)).toEqual(['1m']);
  candles.closeUntil((MIDNIGHT + 2 * MINUTE_MS) as Millis);
  expect(closed.map(([interval]) => interval)).toEqual(['1m']);
  expect(candles.current('1m')).toBeNull();
  expect(candles.nextCloseAt).toBe(MIDNIGHT + 5 * MINUTE_MS);
  candles.closeUntil((MIDNIGHT + 1440 * MINUTE_MS) as Millis);
  expect(closed.map(([interval]) => interval)).toEqual(['1m', '5m', '15m', '1h', '4h', '1d']);
  expect(candles.nextCloseAt).toBeNull();
});

test('any trades give the candles that they give by definition', () => {
  fc.assert(
    fc.property(anyPrints, (prints) => {
      const { candles, closed } = recording();
      for (const trade of prints) add(candles, trade);
      for (const interval of CANDLE_INTERVALS) {
        const made = closed.filter(([of]) => of === interval).map(([, candle]) => candle);
        const current = candles.current(interval);
        expect(current === null ? made : [...made, current]).toEqual(naive(prints, interval));
      }
    }),
  );
});

test('candles that were written and read go on as if nothing had happened', () => {
  fc.assert(
    fc.property(anyPrints, fc.nat(60), (prints, at) => {
      const whole = recording();
      const before = recording();
      const after = recording();
      for (const trade of prints) add(whole.candles, trade);
      for (const trade of prints.slice(0, at)) add(before.candles, trade);
      const writer = new ByteWriter();
      before.candles.encode(writer);
      const restored = Candles.decode(new ByteReader(writer.toBytes()), (interval, candle) =>
        after.closed.push([interval, candle]),
      );
      for (const trade of prints.slice(at)) add(restored, trade);
      expect([...before.closed, ...after.closed]).toEqual(whole.closed);
      expect(restored.nextCloseAt).toBe(whole.candles.nextCloseAt);
      for (const interval of CANDLE_INTERVALS) {
        expect(restored.current(interval)).toEqual(whole.candles.current(interval));
      }
    }),
  );
});

test('a volume stays at the largest exact number', () => {
  const { candles } = recording();
  for (let i = 0; i < 3; i++) add(candles, print(0, 1, Number.MAX_SAFE_INTEGER));
  expect(candles.current('1d')?.volume).toBe(Number.MAX_SAFE_INTEGER);
});
