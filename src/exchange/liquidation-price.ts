import type { Account, Holding } from './account.js';
import { isCashOnly } from './equities.js';
import type { Market } from './market.js';
import { maintenanceMargin, valueAccount, valueAt } from './valuation.js';

/**
 * The mark price, in dollars, at which the account's equity falls to its maintenance margin if no other price
 * moves: price − side × available / size / (1 − rate × side), with the rate of the tier that applies there.
 * Null when there is no such positive price, or the position is paid for in full (equities of cash portfolios).
 */
export function liquidationPrice(
  account: Account,
  holding: Holding,
  markets: readonly Market[],
): number | null {
  const market = markets[holding.instrument]!;
  const tiers = market.instrument.marginTiers;
  if (holding.lots === 0 || isCashOnly(account, market.instrument)) return null;
  const side = Math.sign(holding.lots);
  const size = Math.abs(holding.lots) / market.tickMicros;
  const notional = Math.abs(valueAt(holding.lots, market.mark, market.tickMicros));
  const { equity, maintenanceMargin: required } = valueAccount(account, markets);
  const others = required - maintenanceMargin(notional, tiers);
  let deduction = 0;
  let rate = 0;
  for (const [index, tier] of tiers.entries()) {
    const tierRate = 1 / (2 * tier.maxLeverage);
    deduction += tier.lowerBound * (tierRate - rate);
    rate = tierRate;
    const available = equity - others - (notional * rate - deduction);
    const price = (market.mark - (side * available) / size / (1 - rate * side)) / 1e6;
    const reached = price * 1e6 * size;
    const upper = tiers[index + 1]?.lowerBound ?? Number.POSITIVE_INFINITY;
    if (reached >= tier.lowerBound && reached < upper) return price > 0 ? price : null;
  }
  return null;
}
