import type { Membership } from '../exchange/accounts/membership.js';
import type { Millis } from '../exchange/units.js';
import type { User } from '../identity/people/user.js';
import { monthAfter } from './calendar-month.js';
import { membershipPlan, type PaidPlan, type PlanName } from './plans.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** From registration on, on the exchange's clock. */
const TRIAL_MS = 3 * DAY_MS;

/** What a user has paid for, as it is kept. Who has none is on trial, or was. */
export interface PaidPeriod {
  readonly plan: PlanName;
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  /** How many payments the user has made so far. */
  readonly payments: number;
}

/** On which terms a user is here, whatever the time. All moments are on the exchange's clock. */
export interface Subscription {
  readonly plan: PlanName;
  readonly startsAt: Millis;
  /** Null: it does not end. */
  readonly endsAt: Millis | null;
  readonly isTrial: boolean;
  /** When the trial ends or ended, also of one who has paid; null where there was none. */
  readonly trialEndsAt: Millis | null;
}

export type SubscriptionStatus = 'trialing' | 'active' | 'expired';

/** What a user is told of a subscription at a moment. */
export interface SubscriptionSummary {
  readonly plan: PlanName;
  readonly status: SubscriptionStatus;
  readonly trialExpiresAt: Millis | null;
  /** Null for who never paid, and for whose subscription does not end. */
  readonly subscriptionExpiresAt: Millis | null;
  /** True once nothing can be traded any more without a payment. */
  readonly paymentRequired: boolean;
}

/** The demo user's subscription, on a plan that the operator chose. */
export function endless({ createdAt }: User, plan: PlanName): Subscription {
  const startsAt = Date.parse(createdAt) as Millis;
  return { plan, startsAt, endsAt: null, isTrial: false, trialEndsAt: null };
}

/** The subscription of everybody else, `paid` being null where nothing was paid yet. */
export function subscriptionOf({ createdAt }: User, paid: PaidPeriod | null): Subscription {
  const registeredAt = Date.parse(createdAt) as Millis;
  const trialEndsAt = (registeredAt + TRIAL_MS) as Millis;
  if (paid === null) {
    return { plan: 'basic', startsAt: registeredAt, endsAt: trialEndsAt, isTrial: true, trialEndsAt };
  }
  const { plan, startsAt, endsAt } = paid;
  return { plan, startsAt, endsAt, isTrial: false, trialEndsAt };
}

/**
 * What a payment makes of a subscription. It holds at once, for a month; what was left of the trial, or of the same
 * plan, is added to it.
 */
export function renewed(before: Subscription, payments: number, plan: PaidPlan, now: Millis): PaidPeriod {
  const isOn = before.endsAt !== null && before.endsAt > now;
  const goesOn = isOn && (before.isTrial || before.plan === plan);
  return {
    plan,
    startsAt: goesOn && !before.isTrial ? before.startsAt : now,
    endsAt: monthAfter(goesOn ? before.endsAt : now),
    payments: payments + 1,
  };
}

/** The same in the exchange's words: what it lets a portfolio trade on. */
export function membershipOf({ plan, endsAt, isTrial }: Subscription): Membership {
  return { plan: membershipPlan(plan), endsAt: endsAt ?? (0 as Millis), isTrial };
}

export function statusAt({ endsAt, isTrial }: Subscription, now: Millis): SubscriptionStatus {
  if (endsAt !== null && endsAt <= now) return 'expired';
  return isTrial ? 'trialing' : 'active';
}

/** Days until the end, a begun one counted; null where there is no end. */
export function daysRemaining({ endsAt }: Subscription, now: Millis): number | null {
  return endsAt === null ? null : Math.max(0, Math.ceil((endsAt - now) / DAY_MS));
}

export function summaryAt(subscription: Subscription, now: Millis): SubscriptionSummary {
  const { plan, endsAt, isTrial, trialEndsAt } = subscription;
  const status = statusAt(subscription, now);
  return {
    plan,
    status,
    trialExpiresAt: trialEndsAt,
    subscriptionExpiresAt: isTrial ? null : endsAt,
    paymentRequired: status === 'expired',
  };
}
