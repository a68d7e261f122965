import { PLANS } from './billing/plans.js';
import type { Exchange } from './exchange/exchange.js';
import type { Plan } from './exchange/membership.js';

/** How many requests a minute each key of an owner may make; null: without end, for load tests. */
const REQUESTS_PER_MINUTE: Readonly<Record<Plan, number | null>> = {
  BASIC: PLANS.basic.rateLimit,
  PRO: PLANS.pro.rateLimit,
  UNLIMITED: PLANS.unlimited.rateLimit,
};

const API_KEYS_MAX: Readonly<Record<Plan, number>> = {
  BASIC: PLANS.basic.apiKeys,
  PRO: PLANS.pro.apiKeys,
  UNLIMITED: PLANS.unlimited.apiKeys,
};

/** The limit of whoever a portfolio belongs to: that of the smallest plan where the exchange does not know it. */
export function requestsPerMinute(exchange: Exchange, portfolioId: string | undefined): number | null {
  return REQUESTS_PER_MINUTE[planOf(exchange, portfolioId)];
}

/** How many API keys whoever a portfolio belongs to may have, by the same rule. */
export function apiKeysMax(exchange: Exchange, portfolioId: string | undefined): number {
  return API_KEYS_MAX[planOf(exchange, portfolioId)];
}

function planOf(exchange: Exchange, portfolioId: string | undefined): Plan {
  const account = portfolioId === undefined ? undefined : exchange.findPortfolio(portfolioId);
  return account?.membership.plan ?? 'BASIC';
}
