import type { ErrorCode } from '../error-code.js';
import type { Millis } from '../units.js';

/** What an owner has subscribed to. The unlimited one is for load tests: it may have many more orders open. */
export const PLANS = ['BASIC', 'PRO', 'UNLIMITED'] as const;
export type Plan = (typeof PLANS)[number];

/** On which terms an account trades, and until when. */
export interface Membership {
  readonly plan: Plan;
  /** The moment from which on it does not trade any more; 0: never. */
  readonly endsAt: Millis;
  /** Whether what ends then is a trial, and not something that was paid for. */
  readonly isTrial: boolean;
}

/** A membership that does not end. */
export function unending(plan: Plan): Membership {
  return { plan, endsAt: 0 as Millis, isTrial: false };
}

/** Why an account does not trade any more at a moment; null while it does. */
export function endedMembership({ endsAt, isTrial }: Membership, time: Millis): ErrorCode | null {
  if (endsAt === 0 || time < endsAt) return null;
  return isTrial ? 'TRIAL_EXPIRED' : 'SUBSCRIPTION_EXPIRED';
}
