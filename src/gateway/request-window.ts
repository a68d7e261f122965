/** What is charged counts for so long, in buckets of one second each. */
export const WINDOW_S = 60;

/** What one caller was charged in each of the last 60 seconds. */
export class RequestWindow {
  private readonly charged = new Uint32Array(WINDOW_S);
  private total = 0;

  constructor(private latestS: number) {}

  /** True where `cost` more stay within `max`; then they are counted. What is refused is not. */
  charge(nowS: number, cost: number, max: number): boolean {
    this.advance(nowS);
    if (this.total + cost > max) return false;
    this.charged[this.latestS % WINDOW_S]! += cost;
    this.total += cost;
    return true;
  }

  /** What is counted at a moment. */
  totalAt(nowS: number): number {
    this.advance(nowS);
    return this.total;
  }

  /** Seconds after the latest moment until `cost` more stay within `max`. */
  secondsUntilFit(cost: number, max: number): number {
    let left = this.total;
    for (let age = WINDOW_S - 1; age > 0; age--) {
      left -= this.chargedAt(age);
      if (left + cost <= max) return WINDOW_S - age;
    }
    return WINDOW_S;
  }

  /** Seconds after the latest moment until the oldest second that counts leaves; 0 when nothing counts. */
  secondsUntilLeaves(): number {
    for (let age = WINDOW_S - 1; age >= 0; age--) if (this.chargedAt(age) > 0) return WINDOW_S - age;
    return 0;
  }

  /** True when nothing that was charged counts any more. */
  isIdle(nowS: number): boolean {
    return Math.abs(nowS - this.latestS) >= WINDOW_S;
  }

  private chargedAt(age: number): number {
    return this.charged[(this.latestS - age) % WINDOW_S]!;
  }

  /** A clock that is a little behind counts as standing still; one of another history begins anew. */
  private advance(nowS: number): void {
    if (this.isIdle(nowS)) {
      this.charged.fill(0);
      this.total = 0;
      this.latestS = nowS;
    }
    while (this.latestS < nowS) {
      this.latestS += 1;
      const leaving = this.latestS % WINDOW_S;
      this.total -= this.charged[leaving]!;
      this.charged[leaving] = 0;
    }
  }
}
