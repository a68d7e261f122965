import { build, type Histogram } from 'hdr-histogram-js';

export interface LatencySummary {
  readonly count: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

const LONGEST_US = 60_000_000;

/** Latencies in whole microseconds up to a minute, to three significant digits. */
export class LatencyRecorder {
  private readonly histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  });

  /** Takes two readings of `performance.now()`. */
  record(fromMs: number, toMs: number): void {
    this.histogram.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round((toMs - fromMs) * 1000))));
  }

  summary(): LatencySummary {
    const { maxValue } = this.histogram;
    const at = (percentile: number): number =>
      Math.min(maxValue, this.histogram.getValueAtPercentile(percentile));
    return {
      count: this.histogram.totalCount,
      p50Us: at(50),
      p90Us: at(90),
      p99Us: at(99),
      p999Us: at(99.9),
      maxUs: maxValue,
    };
  }
}
