/** What is charged counts for so long, in buckets of one second each. */
export const WINDOW_S = 60;

/** What one caller was charged in each of the last 60 seconds. */
export class RequestWindow {
  private readonly charged = new Uint32Array(WINDOW_S);
  private total = 0;

  constructor(private latest: number) {}

  /** The latest second that was charged for, counted from 1970-01-01 UTC. */
  get latestS(): number {
    return this.latest;
  }

  /**
   * Counts as many of `requests`, which cost so much each, as stay within `max`, and tells how many these are. What is
   * refused is not counted.
   */
  charge(nowS: number, requests: number, cost: number, max: number): number {
    this.advance(nowS);
    const room = Math.max(0, Math.floor((max - this.total) / cost));
    const admitted = Math.min(requests, room);
    this.add(this.latest, admitted * cost);
    return admitted;
  }

  /** What counts at a moment. Looking changes nothing: the state of the exchange is changed by commands alone. */
  totalAt(nowS: number): number {
    let left = this.total;
    if (nowS >= this.latest + WINDOW_S) return 0;
    for (let second = this.latest - WINDOW_S + 1; second <= nowS - WINDOW_S; second++) {
      left -= this.chargedIn(second);
    }
    return left;
  }

  /** What was charged in one second. */
  chargedIn(second: number): number {
    const isKept = second <= this.latest && second > this.latest - WINDOW_S;
    return isKept ? this.charged[second % WINDOW_S]! : 0;
  }

  /** True when nothing that was charged counts any more. */
  isIdle(nowS: number): boolean {
    return Math.abs(nowS - this.latest) >= WINDOW_S;
  }

  /** Puts back what was charged in one of the last 60 seconds, for a snapshot. */
  restore(second: number, cost: number): void {
    this.add(second, cost);
  }

  private add(second: number, cost: number): void {
    this.charged[second % WINDOW_S]! += cost;
    this.total += cost;
  }

  /** A clock that is a little behind counts as standing still; one of another history begins anew. */
  private advance(nowS: number): void {
    if (this.isIdle(nowS)) {
      this.charged.fill(0);
      this.total = 0;
      this.latest = nowS;
    }
    while (this.latest < nowS) {
      this.latest += 1;
      const leaving = this.latest % WINDOW_S;
      this.total -= this.charged[leaving]!;
      this.charged[leaving] = 0;
    }
  }
}
