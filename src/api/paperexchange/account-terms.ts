import type { Plan } from '../../exchange/membership.js';

/** What a plan gives its accounts: the dollars of a top-up, and how many days back their history can be read. */
export const ACCOUNT_TERMS = {
  BASIC: { topUp: 10_000, historyDays: 30 },
  PRO: { topUp: 100_000, historyDays: 90 },
  UNLIMITED: { topUp: 1_000_000, historyDays: 90 },
} as const satisfies Record<Plan, { readonly topUp: number; readonly historyDays: number }>;
