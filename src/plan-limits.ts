import { PLANS } from './billing/plans.js';
import type { Exchange } from './exchange/exchange.js';
import type { Plan } from './exchange/membership.js';

/** How many requests a minute each key of an owner may make; null: without end, for load tests. */
const REQUESTS_PER_MINUTE: Readonly<Record<Plan, number | null>> = {
  BASIC: PLANS.basic.rateLimit,
  PRO: PLANS.pro.rateLimit,
  UNLIMITED: PLANS.unlimited.rateLimit,
};

/** The limit of whoever a portfolio belongs to: that of the smallest plan where the exchange does not know it. */
export function requestsPerMinute(exchange: Exchange, portfolioId: string | undefined): number | null {
  const account = portfolioId === undefined ? undefined : exchange.findPortfolio(portfolioId);
  return REQUESTS_PER_MINUTE[account?.membership.plan ?? 'BASIC'];
}
