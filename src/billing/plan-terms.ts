import type { Exchange } from '../exchange/exchange.js';
import { type PlanTerms, termsOf } from './plans.js';

/** What the owner of a portfolio has subscribed to; the smallest plan where the exchange does not know it. */
export function planTermsOf(exchange: Exchange, portfolioId: string | undefined): PlanTerms {
  const account = portfolioId === undefined ? undefined : exchange.findPortfolio(portfolioId);
  return termsOf(account?.membership.plan ?? 'BASIC');
}
