import type { Account, Holding } from './account.js';
import { isCashOnly } from './equities.js';
import { divideRounded } from './fixed-point.js';
import type { MarginTier } from './instrument.js';
import type { Market } from './market.js';
import type { Lots, Micros, PriceMicros, Ticks } from './units.js';

/**
 * The value of a signed quantity at a reference price, rounded to the micro-dollar. The price is split into
 * whole ticks and a rest, so that no product passes 2^53.
 */
export function valueAt(lots: Lots, price: PriceMicros, tickMicros: number): Micros {
  const ticks = Math.floor(price / tickMicros);
  const rest = price - ticks * tickMicros;
  return (lots * ticks + divideRounded(lots * rest, tickMicros)) as Micros;
}

/** The mark price in whole ticks, rounded up. */
export function markTicks({ mark, tickMicros }: Market): Ticks {
  return Math.ceil(mark / tickMicros) as Ticks;
}

export function unrealizedPnl(holding: Holding, market: Market): Micros {
  if (holding.lots === 0) return 0 as Micros;
  return (valueAt(holding.lots, market.mark, market.tickMicros) - holding.cost) as Micros;
}

/**
 * What a holding ties up: the worst of the position as it is, with all its bids filled, and with all its asks
 * filled, over the leverage. Orders that only close reserve nothing. The extra notionals are those of an
 * order that is being considered.
 */
export function marginRequired(holding: Holding, market: Market, extraBid = 0, extraAsk = 0): Micros {
  const value = valueAt(holding.lots, market.mark, market.tickMicros);
  const exposure = Math.max(
    Math.abs(value),
    value + holding.bidNotional + extraBid,
    holding.askNotional + extraAsk - value,
  );
  return divideRounded(exposure, holding.leverage) as Micros;
}

/** What the position alone ties up: its value at the mark price over the leverage. */
export function positionMargin(holding: Holding, market: Market): Micros {
  const value = valueAt(holding.lots, market.mark, market.tickMicros);
  return divideRounded(Math.abs(value), holding.leverage) as Micros;
}

/**
 * Maintenance margin of a notional by its tiers, as the venue documents it: notional × rate − deduction,
 * with a tier's rate half of 1 / its maximum leverage, and deductions that keep the sum continuous.
 */
export function maintenanceMargin(notional: number, tiers: readonly MarginTier[]): Micros {
  let deduction = 0;
  let rate = 0;
  for (const tier of tiers) {
    if (notional < tier.lowerBound) break;
    const tierRate = 1 / (2 * tier.maxLeverage);
    deduction += tier.lowerBound * (tierRate - rate);
    rate = tierRate;
  }
  return Math.round(notional * rate - deduction) as Micros;
}

/** Everything an account statement holds beyond the balances themselves, at the present mark prices. */
export interface Valuation {
  readonly unrealizedPnl: Micros;
  readonly equity: Micros;
  /** Margin of positions and resting orders. */
  readonly marginUsed: Micros;
  readonly maintenanceMargin: Micros;
  /** Equity that nothing ties up; never negative. */
  readonly withdrawable: Micros;
}

export function valueAccount(account: Account, markets: readonly Market[]): Valuation {
  let unrealized = 0;
  let used = 0;
  let maintenance = 0;
  for (const holding of account.holdings) {
    if (holding === null || !isTied(holding)) continue;
    const market = markets[holding.instrument]!;
    unrealized += unrealizedPnl(holding, market);
    used += marginRequired(holding, market);
    if (!isCashOnly(account, market.instrument)) {
      const notional = Math.abs(valueAt(holding.lots, market.mark, market.tickMicros));
      maintenance += maintenanceMargin(notional, market.instrument.marginTiers);
    }
  }
  const equity = account.balance + unrealized;
  return {
    unrealizedPnl: unrealized as Micros,
    equity: equity as Micros,
    marginUsed: used as Micros,
    maintenanceMargin: maintenance as Micros,
    withdrawable: Math.max(0, equity - used) as Micros,
  };
}

/** Equity that nothing ties up; negative when the account is short of margin. */
export function availableMargin(account: Account, markets: readonly Market[]): Micros {
  let available: number = account.balance;
  for (const holding of account.holdings) {
    if (holding === null || !isTied(holding)) continue;
    const market = markets[holding.instrument]!;
    available += unrealizedPnl(holding, market) - marginRequired(holding, market);
  }
  return available as Micros;
}

function isTied(holding: Holding): boolean {
  return holding.lots !== 0 || holding.bidNotional !== 0 || holding.askNotional !== 0;
}
