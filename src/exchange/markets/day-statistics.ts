import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import type { Lots, Micros, Millis, Ticks } from '../units.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DOLLAR_MICROS = 1_000_000;

/** What was traded in one minute. Minutes are counted from 1970-01-01 UTC. */
interface MinuteBucket {
  readonly minute: number;
  lots: number;
  dollars: number;
  close: Ticks;
}

/**
 * The last 24 hours of one instrument, to the minute: the running minute and the 1,439 before it. Only minutes
 * with a trade take room, so an idle instrument costs nothing. The figures are those of the moment it was last
 * told of: by a trade or by `advanceTo`.
 */
export class DayStatistics {
  /** Oldest first. */
  private readonly buckets: MinuteBucket[] = [];
  private lots = 0;
  private dollars = 0;
  /** Less than a dollar, carried to the next trade, so that the sum loses nothing. */
  private carriedMicros = 0;
  private reference = 0 as Ticks;

  /** The quantity traded; it stays at 2^53 − 1 rather than passing it. */
  get volume(): Lots {
    return this.lots as Lots;
  }

  /** What that was worth in whole dollars: micro-dollars would pass 2^53 on a busy day. */
  get notionalDollars(): number {
    return this.dollars;
  }

  /** The price 24 hours ago: of the last trade before that, or else of the very first one; 0 before any. */
  get referenceTicks(): Ticks {
    return this.reference;
  }

  /** Counts a trade in; its notional is ticks × lots. Time never runs backwards. */
  addTrade(time: Millis, ticks: Ticks, lots: Lots): void {
    this.advanceTo(time);
    if (this.reference === 0) this.reference = ticks;
    const dollars = this.wholeDollars((ticks * lots) as Micros);
    const bucket = this.bucketAt(Math.floor(time / MINUTE_MS));
    bucket.lots = added(bucket.lots, lots);
    bucket.dollars = added(bucket.dollars, dollars);
    bucket.close = ticks;
    this.lots = added(this.lots, lots);
    this.dollars = added(this.dollars, dollars);
  }

  /** Forgets the minutes that lie 24 hours back at `time`. */
  advanceTo(time: Millis): void {
    const oldestKept = Math.floor(time / MINUTE_MS) - DAY_MINUTES + 1;
    const oldest = this.buckets[0];
    if (oldest === undefined || oldest.minute >= oldestKept) return;
    const firstKept = this.buckets.findIndex((bucket) => bucket.minute >= oldestKept);
    const dropped = this.buckets.splice(0, firstKept === -1 ? this.buckets.length : firstKept);
    this.reference = dropped.at(-1)!.close;
    this.sum();
  }

  encode(writer: ByteWriter): void {
    writer.uint(this.reference);
    writer.uint(this.carriedMicros);
    writer.uint(this.buckets.length);
    for (const bucket of this.buckets) {
      writer.uint(bucket.minute);
      writer.uint(bucket.lots);
      writer.uint(bucket.dollars);
      writer.uint(bucket.close);
    }
  }

  static decode(reader: ByteReader): DayStatistics {
    const statistics = new DayStatistics();
    statistics.reference = reader.uint() as Ticks;
    statistics.carriedMicros = reader.uint();
    const count = reader.uint();
    for (let i = 0; i < count; i++) {
      const [minute, lots, dollars] = [reader.uint(), reader.uint(), reader.uint()];
      statistics.buckets.push({ minute, lots, dollars, close: reader.uint() as Ticks });
    }
    statistics.sum();
    return statistics;
  }

  private wholeDollars(notional: Micros): number {
    const fraction = notional % DOLLAR_MICROS;
    const carried = this.carriedMicros + fraction;
    this.carriedMicros = carried % DOLLAR_MICROS;
    return (notional - fraction + carried - this.carriedMicros) / DOLLAR_MICROS;
  }

  private bucketAt(minute: number): MinuteBucket {
    const newest = this.buckets.at(-1);
    if (newest?.minute === minute) return newest;
    const bucket: MinuteBucket = { minute, lots: 0, dollars: 0, close: 0 as Ticks };
    this.buckets.push(bucket);
    return bucket;
  }

  /** Adds up anew, at most once a minute, because a sum that has reached its limit cannot be taken from. */
  private sum(): void {
    this.lots = 0;
    this.dollars = 0;
    for (const bucket of this.buckets) {
      this.lots = added(this.lots, bucket.lots);
      this.dollars = added(this.dollars, bucket.dollars);
    }
  }
}

function added(sum: number, value: number): number {
  return Math.min(sum + value, Number.MAX_SAFE_INTEGER);
}
