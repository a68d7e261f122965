import type { Account, Holding } from '../accounts/account.js';
import { healthOf, positionMaintenance, positionNotional } from '../accounts/valuation.js';
import { isCashOnly } from '../equities/equities.js';
import type { Market } from '../markets/market.js';

/**
 * The mark price, in dollars, at which a position's account falls to its maintenance margin if no other price
 * moves (HL "Liquidations"): price − side × available / size / (1 − rate × side), with the rate of the tier that
 * applies there. Available is value less maintenance: of the whole cross account, or of the isolated position
 * alone. Null when there is no such positive price, or the position is paid for in full (equities of cash
 * portfolios, and predictions).
 */
export function liquidationPrice(
  account: Account,
  holding: Holding,
  markets: readonly Market[],
): number | null {
  const market = markets[holding.instrument]!;
  if (holding.lots === 0 || isCashOnly(account, market.instrument)) return null;
  const side = Math.sign(holding.lots);
  const size = Math.abs(holding.lots) / market.tickMicros;
  const notional = positionNotional(holding, market);
  const { value, maintenance } = healthOf(
    { account, isolated: holding.marginMode === 'ISOLATED' ? holding : null },
    markets,
  );
  const others = maintenance - positionMaintenance(account, holding, market);
  const tiers = market.instrument.marginTiers;
  let deduction = 0;
  let rate = 0;
  for (const [index, tier] of tiers.entries()) {
    const tierRate = 1 / (2 * tier.maxLeverage);
    deduction += tier.lowerBound * (tierRate - rate);
    rate = tierRate;
    const available = value - others - (notional * rate - deduction);
    const price = (market.mark - (side * available) / size / (1 - rate * side)) / 1e6;
    const reached = price * 1e6 * size;
    const upper = tiers[index + 1]?.lowerBound ?? Number.POSITIVE_INFINITY;
    // The price is that of one tier alone. Rounding may put one on a bound just below the tier that it is of.
    if (reached < upper) return price > 0 ? price : null;
  }
  return null;
}
