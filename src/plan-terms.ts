import { type PlanTerms, termsOf } from './billing/plans.js';
import type { Exchange } from './exchange/exchange.js';

/** What the owner of a portfolio has subscribed to; the smallest plan where the exchange does not know it. */
export function planTermsOf(exchange: Exchange, portfolioId: string | undefined): PlanTerms {
  const account = portfolioId === undefined ? undefined : exchange.findPortfolio(portfolioId);
  return termsOf(account?.membership.plan ?? 'BASIC');
}
