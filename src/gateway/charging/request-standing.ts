import { type RequestWindow, WINDOW_S } from '../../exchange/requests/request-window.js';

/** How a caller stands against its limit. All three are null for those who have none. */
export interface RequestStanding {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Whole seconds until what was refused would pass, or else until the oldest second that counts leaves. */
  readonly resetTime: number | null;
  readonly isRefused: boolean;
}

/** Of those whose requests are not counted. */
export const NO_LIMIT: RequestStanding = { limit: null, remaining: null, resetTime: null, isRefused: false };

/** What counts against a limit at one moment: what is in windows, and what was just asked and is in none yet. */
export class Counted {
  private readonly total: number;

  constructor(
    private readonly nowS: number,
    private readonly windows: readonly RequestWindow[],
    private readonly inFlight = 0,
  ) {
    this.total = windows.reduce((sum, window) => sum + window.totalAt(nowS), inFlight);
  }

  /** True where so much more stays within `max`. */
  fits(cost: number, max: number): boolean {
    return this.total + cost <= max;
  }

  /** How somebody stands who may go on. */
  standing(limit: number): RequestStanding {
    return {
      limit,
      remaining: this.remaining(limit),
      resetTime: this.secondsUntilLeaves(),
      isRefused: false,
    };
  }

  /** How somebody stands whose request, of so much, is refused. `limit` is what the caller is told of. */
  refusal(limit: number, cost: number, max: number): RequestStanding {
    const resetTime = this.secondsUntilFit(cost, max);
    return { limit, remaining: this.remaining(limit), resetTime, isRefused: true };
  }

  private remaining(limit: number): number {
    return Math.max(0, limit - this.total);
  }

  private secondsUntilLeaves(): number {
    for (let second = this.nowS - WINDOW_S + 1; second <= this.nowS; second++) {
      if (this.chargedIn(second) > 0) return second + WINDOW_S - this.nowS;
    }
    return this.total > 0 ? WINDOW_S : 0;
  }

  private secondsUntilFit(cost: number, max: number): number {
    let left = this.total;
    for (let second = this.nowS - WINDOW_S + 1; second <= this.nowS; second++) {
      left -= this.chargedIn(second);
      if (left + cost <= max) return second + WINDOW_S - this.nowS;
    }
    return WINDOW_S;
  }

  private chargedIn(second: number): number {
    const isNow = second === this.nowS;
    return this.windows.reduce((sum, window) => sum + window.chargedIn(second), isNow ? this.inFlight : 0);
  }
}
