import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import type { Lots, Millis, Ticks } from '../units.js';

const MINUTE_MS = 60_000;

/** The candle intervals and their lengths. Each begins at a multiple of its length from 1970-01-01 UTC. */
export const CANDLE_INTERVAL_MS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': 1440 * MINUTE_MS,
} as const;

export type CandleInterval = keyof typeof CANDLE_INTERVAL_MS;

/** Shortest first. The order is part of the snapshot format. */
export const CANDLE_INTERVALS = Object.keys(CANDLE_INTERVAL_MS) as readonly CandleInterval[];

/** The trades of one interval. It is changed in place until the interval ends. */
export interface Candle {
  readonly start: Millis;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  /** Stays at 2^53 − 1 rather than passing it. */
  readonly volume: Lots;
  readonly trades: number;
}

type OpenCandle = { -readonly [Field in keyof Candle]: Candle[Field] };

/** Told of each candle once, when its interval has ended. */
export type OnCandleClosed = (interval: CandleInterval, candle: Candle) => void;

/** The open candles of one instrument. An interval without a trade has none. */
export class Candles {
  private readonly open: (OpenCandle | null)[] = CANDLE_INTERVALS.map(() => null);
  /** When the first of the open candles ends; 0 when none is open. */
  private firstEnd = 0;

  constructor(private readonly onClosed: OnCandleClosed) {}

  /** The candle of the interval that is going on; null before its first trade. */
  current(interval: CandleInterval): Candle | null {
    return this.open[CANDLE_INTERVALS.indexOf(interval)] ?? null;
  }

  /** When the next candle closes; null when none is open. */
  get nextCloseAt(): Millis | null {
    return this.firstEnd === 0 ? null : (this.firstEnd as Millis);
  }

  /** Counts a trade in, after closing what ended before it. Time never runs backwards. */
  addTrade(time: Millis, ticks: Ticks, lots: Lots): void {
    this.closeUntil(time);
    for (let place = 0; place < this.open.length; place++) {
      const candle = this.open[place];
      if (candle) extend(candle, ticks, lots);
      else this.begin(place, time, ticks, lots);
    }
  }

  /** Closes the candles whose interval has ended at `time`, shortest interval first. */
  closeUntil(time: Millis): void {
    if (this.firstEnd === 0 || time < this.firstEnd) return;
    for (const [place, interval] of CANDLE_INTERVALS.entries()) {
      const candle = this.open[place];
      if (!candle || candle.start + CANDLE_INTERVAL_MS[interval] > time) continue;
      this.open[place] = null;
      this.onClosed(interval, candle);
    }
    this.findFirstEnd();
  }

  encode(writer: ByteWriter): void {
    for (const candle of this.open) {
      writer.bool(candle !== null);
      if (candle !== null) encodeCandle(writer, candle);
    }
  }

  static decode(reader: ByteReader, onClosed: OnCandleClosed): Candles {
    const candles = new Candles(onClosed);
    for (const place of CANDLE_INTERVALS.keys())
      candles.open[place] = reader.bool() ? decodeCandle(reader) : null;
    candles.findFirstEnd();
    return candles;
  }

  private begin(place: number, time: Millis, ticks: Ticks, lots: Lots): void {
    const lengthMs = CANDLE_INTERVAL_MS[CANDLE_INTERVALS[place]!];
    const start = (time - (time % lengthMs)) as Millis;
    this.open[place] = { start, open: ticks, high: ticks, low: ticks, close: ticks, volume: lots, trades: 1 };
    const end = start + lengthMs;
    if (this.firstEnd === 0 || end < this.firstEnd) this.firstEnd = end;
  }

  private findFirstEnd(): void {
    this.firstEnd = 0;
    for (const [place, interval] of CANDLE_INTERVALS.entries()) {
      const candle = this.open[place];
      if (!candle) continue;
      const end = candle.start + CANDLE_INTERVAL_MS[interval];
      if (this.firstEnd === 0 || end < this.firstEnd) this.firstEnd = end;
    }
  }
}

function extend(candle: OpenCandle, ticks: Ticks, lots: Lots): void {
  if (ticks > candle.high) candle.high = ticks;
  if (ticks < candle.low) candle.low = ticks;
  candle.close = ticks;
  candle.volume = Math.min(candle.volume + lots, Number.MAX_SAFE_INTEGER) as Lots;
  candle.trades += 1;
}

function encodeCandle(writer: ByteWriter, candle: Candle): void {
  writer.uint(candle.start);
  writer.uint(candle.open);
  writer.uint(candle.high);
  writer.uint(candle.low);
  writer.uint(candle.close);
  writer.uint(candle.volume);
  writer.uint(candle.trades);
}

function decodeCandle(reader: ByteReader): OpenCandle {
  return {
    start: reader.uint() as Millis,
    open: reader.uint() as Ticks,
    high: reader.uint() as Ticks,
    low: reader.uint() as Ticks,
    close: reader.uint() as Ticks,
    volume: reader.uint() as Lots,
    trades: reader.uint(),
  };
}
