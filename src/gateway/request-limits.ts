import type { Millis } from '../exchange/units.js';
import { RequestWindows } from './request-windows.js';

/** How a caller stands against its limit. All three are null for those who have none. */
export interface RequestStanding {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Whole seconds until what was refused would pass, or else until the oldest second that counts leaves. */
  readonly resetTime: number | null;
  readonly isRefused: boolean;
}

export interface RequestLimitTerms {
  /** How many requests a minute the owner of a portfolio may make with each key; null: without end. */
  readonly limitOf: (portfolioId: string | undefined) => number | null;
  /** The exchange's clock. */
  readonly now: () => Millis;
  /** Requests a minute from one address to routes that need no credential. */
  readonly publicRequestsMax: number;
  /** Requests a minute from one address to routes that need a credential, without a good one. */
  readonly unauthenticatedRequestsMax: number;
}

/** What a request is charged to: one key, or all log-ins of a user, and the portfolio whose owner's plan sets the limit. */
export interface Metered {
  readonly meterId: string;
  readonly portfolioId: string | undefined;
}

/** Of those whose requests are not counted. */
export const NO_LIMIT: RequestStanding = { limit: null, remaining: null, resetTime: null, isRefused: false };

/** The part of a key's limit that is kept on top of it for cancels. */
const CANCEL_RESERVE = 0.5;

/**
 * Counts requests, by key and by address, over the last 60 seconds of the exchange's clock. Each gateway counts
 * what came to itself.
 */
export class RequestLimits {
  private readonly keys = new RequestWindows();
  private readonly callers = new RequestWindows();
  private readonly strangers = new RequestWindows();

  constructor(private readonly terms: RequestLimitTerms) {}

  /** Charges a key for what costs so many requests. */
  charge(metered: Metered, cost: number): RequestStanding {
    return this.chargeKey(metered, cost, 0);
  }

  /** The same for a cancel, which half the limit is kept on top for: what is open can always be closed. */
  chargeCancel(metered: Metered): RequestStanding {
    return this.chargeKey(metered, 1, CANCEL_RESERVE);
  }

  /** Charges an address for a request that anybody may make. */
  chargePublic(address: string): RequestStanding {
    const { publicRequestsMax: max } = this.terms;
    return this.chargeWindow(this.callers, address, 1, max, max);
  }

  /** Charges an address for a request that came without a good credential. */
  chargeUnauthenticated(address: string): RequestStanding {
    const { unauthenticatedRequestsMax: max } = this.terms;
    return this.chargeWindow(this.strangers, address, 1, max, max);
  }

  /** How a key stands; nothing is charged. */
  standingOf({ meterId, portfolioId }: Metered): RequestStanding {
    const limit = this.terms.limitOf(portfolioId);
    if (limit === null) return NO_LIMIT;
    const window = this.keys.find(meterId);
    const remaining = limit - (window?.totalAt(this.nowS) ?? 0);
    const resetTime = window?.secondsUntilLeaves() ?? 0;
    return { limit, remaining: Math.max(0, remaining), resetTime, isRefused: false };
  }

  /** The second, of the epoch, that the exchange's clock is in. */
  get nowS(): number {
    return Math.floor(this.terms.now() / 1_000);
  }

  /** `reserve` is the part of the limit that this request may fill on top of it. */
  private chargeKey({ meterId, portfolioId }: Metered, cost: number, reserve: number): RequestStanding {
    const limit = this.terms.limitOf(portfolioId);
    if (limit === null) return NO_LIMIT;
    return this.chargeWindow(this.keys, meterId, cost, limit, limit + Math.floor(limit * reserve));
  }

  /** `limit` is what the caller is told, `max` what this request may fill. */
  private chargeWindow(
    windows: RequestWindows,
    name: string,
    cost: number,
    limit: number,
    max: number,
  ): RequestStanding {
    const { nowS } = this;
    const window = windows.of(name, nowS);
    const isRefused = !window.charge(nowS, cost, max);
    const remaining = Math.max(0, limit - window.totalAt(nowS));
    const resetTime = isRefused ? window.secondsUntilFit(cost, max) : window.secondsUntilLeaves();
    return { limit, remaining, resetTime, isRefused };
  }
}
