/** Tells when the last `countMax` refused frames of a session fell within `windowMs`. */
export class RefusalWindow {
  private readonly times: Float64Array;
  private count = 0;

  constructor(
    private readonly countMax: number,
    private readonly windowMs: number,
  ) {
    this.times = new Float64Array(countMax);
  }

  /** Counts one refused frame; true when it was one too many. */
  add(nowMs: number): boolean {
    this.times[this.count++ % this.countMax] = nowMs;
    if (this.count < this.countMax) return false;
    const oldest = this.times[this.count % this.countMax]!;
    return nowMs - oldest <= this.windowMs;
  }
}
