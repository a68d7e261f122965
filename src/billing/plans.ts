import type { Account } from '../exchange/accounts/account.js';
import type { Plan as MembershipPlan } from '../exchange/accounts/membership.js';
import { REQUEST_LIMITS } from '../exchange/requests/charge.js';
import type { Micros } from '../exchange/units.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** From the least to the most. Nobody can buy the unlimited one: it is the demo user's. */
export const PLAN_NAMES = ['basic', 'pro', 'unlimited'] as const;
export type PlanName = (typeof PLAN_NAMES)[number];

/** What a plan gives. */
export interface PlanTerms {
  /** What a portfolio begins with, and what a reset adds, in dollars. */
  readonly balance: number;
  /** How many API keys a user may have. */
  readonly apiKeys: number;
  /** Requests in any minute; null: as many as one likes. */
  readonly rateLimit: number | null;
  /** How far back an account's history reaches. */
  readonly historyDays: number;
}

export const PLAN_TERMS: Readonly<Record<PlanName, PlanTerms>> = {
  basic: { balance: 10_000, apiKeys: 3, rateLimit: REQUEST_LIMITS.BASIC, historyDays: 30 },
  pro: { balance: 100_000, apiKeys: 10, rateLimit: REQUEST_LIMITS.PRO, historyDays: 90 },
  unlimited: { balance: 1_000_000, apiKeys: 10, rateLimit: REQUEST_LIMITS.UNLIMITED, historyDays: 90 },
};

/** What a month of a plan costs, and how much less a user's first one; 40 percent of either plan. */
export const PRICES = {
  basic: { monthCents: 2_000, firstDiscountCents: 800 },
  pro: { monthCents: 5_000, firstDiscountCents: 2_000 },
} as const satisfies Partial<Record<PlanName, object>>;
export type PaidPlan = keyof typeof PRICES;

export const PAID_PLANS = ['basic', 'pro'] as const satisfies readonly PaidPlan[];

/** A plan by its name in the exchange's words, which is the same in capitals. */
export function membershipPlan(plan: PlanName): MembershipPlan {
  return plan.toUpperCase() as Uppercase<PlanName>;
}

/** What a plan gives, by its name in the exchange's words. */
export function termsOf(plan: MembershipPlan): PlanTerms {
  return PLAN_TERMS[plan.toLowerCase() as Lowercase<MembershipPlan>];
}

/** How far back the history of a portfolio reaches by its owner's plan: so much is kept, and so much is shown. */
export function historyMsOf({ membership }: Account): number {
  return termsOf(membership.plan).historyDays * DAY_MS;
}

/** The plan's balance in the exchange's unit. */
export function firstDeposit(plan: PlanName): Micros {
  return (PLAN_TERMS[plan].balance * 1e6) as Micros;
}
