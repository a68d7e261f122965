import type { Plan as MembershipPlan } from '../exchange/membership.js';
import type { Micros } from '../exchange/units.js';

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
  /** The same plan in the exchange's words. */
  readonly membershipPlan: MembershipPlan;
}

/** All plans. Nobody can buy the unlimited one: it is the demo user's. */
export const PLANS = {
  basic: { balance: 10_000, apiKeys: 3, rateLimit: 200, historyDays: 30, membershipPlan: 'BASIC' },
  pro: { balance: 100_000, apiKeys: 10, rateLimit: 500, historyDays: 90, membershipPlan: 'PRO' },
  unlimited: {
    balance: 1_000_000,
    apiKeys: 10,
    rateLimit: null,
    historyDays: 90,
    membershipPlan: 'UNLIMITED',
  },
} as const satisfies Record<string, PlanTerms>;
export type PlanName = keyof typeof PLANS;

/** From the least to the most. */
export const PLAN_NAMES = ['basic', 'pro', 'unlimited'] as const satisfies readonly PlanName[];

const TERMS_BY_MEMBERSHIP: Readonly<Record<MembershipPlan, PlanTerms>> = {
  BASIC: PLANS.basic,
  PRO: PLANS.pro,
  UNLIMITED: PLANS.unlimited,
};

/** What a plan gives, by its name in the exchange's words. */
export function termsOf(plan: MembershipPlan): PlanTerms {
  return TERMS_BY_MEMBERSHIP[plan];
}

/** What a month of a plan costs, and how much less a user's first one; 40 percent of either plan. */
export const PRICES = {
  basic: { monthCents: 2_000, firstDiscountCents: 800 },
  pro: { monthCents: 5_000, firstDiscountCents: 2_000 },
} as const satisfies Partial<Record<PlanName, object>>;
export type PaidPlan = keyof typeof PRICES;

export const PAID_PLANS = ['basic', 'pro'] as const satisfies readonly PaidPlan[];

/** The plan's balance in the exchange's unit. */
export function firstDeposit(plan: PlanName): Micros {
  return (PLANS[plan].balance * 1e6) as Micros;
}
