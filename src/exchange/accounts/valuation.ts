import { isCashOnly } from '../equities/equities.js';
import { divideRounded } from '../fixed-point.js';
import { maintenanceMargin } from '../margin/margin-tiers.js';
import type { Market } from '../markets/market.js';
import type { Lots, Micros, PriceMicros, Ticks } from '../units.js';
import type { Account, Holding } from './account.js';

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

export function unrealizedPnl({ lots, cost }: Pick<Holding, 'lots' | 'cost'>, market: Market): Micros {
  if (lots === 0) return 0 as Micros;
  return (valueAt(lots, market.mark, market.tickMicros) - cost) as Micros;
}

/**
 * What a cross position adds to the funds that may be lost elsewhere: its unrealized profit. A prediction takes what
 * it cost: that is spent, and stands for nothing else, since it may be worth nothing in a moment.
 */
export function fundsIn(position: Pick<Holding, 'lots' | 'cost'>, market: Market): Micros {
  if (market.instrument.assetClass === 'PREDICTION') return (0 - position.cost) as Micros;
  return unrealizedPnl(position, market);
}

/** The value of a position at the mark price, whichever its side. */
export function positionNotional(holding: Holding, market: Market): Micros {
  return Math.abs(valueAt(holding.lots, market.mark, market.tickMicros)) as Micros;
}

/**
 * An equity that is paid for in full needs none. A prediction needs all that it is worth, so that value less
 * maintenance, by which an account is judged, does not depend on its price.
 */
export function positionMaintenance(account: Account, holding: Holding, market: Market): Micros {
  if (holding.lots !== 0 && market.instrument.assetClass === 'PREDICTION') {
    return positionNotional(holding, market);
  }
  if (holding.lots === 0 || isCashOnly(account, market.instrument)) return 0 as Micros;
  return maintenanceMargin(positionNotional(holding, market), market.instrument.marginTiers);
}

/** What an isolated position is worth with its margin: all that it can lose. */
export function isolatedEquity(holding: Holding, market: Market): Micros {
  return (holding.isolatedMargin + unrealizedPnl(holding, market)) as Micros;
}

/**
 * What stands and falls together: the cross positions of an account, which share its funds, or one isolated
 * position with its own margin.
 */
export interface Pool {
  readonly account: Account;
  /** The isolated position; null for the cross positions. */
  readonly isolated: Holding | null;
}

/** The pools of an account that have positions: the cross one first, then the isolated ones by instrument. */
export function poolsOf(account: Account): readonly Pool[] {
  const pools: Pool[] = [{ account, isolated: null }];
  for (const holding of account.holdings) {
    if (holding?.marginMode === 'ISOLATED') pools.push({ account, isolated: holding });
  }
  return pools.filter((pool) => positionsOf(pool).length > 0);
}

export interface Health {
  /** Funds and unrealized profit at the mark prices. */
  readonly value: Micros;
  readonly maintenance: Micros;
  /** What of both is the worth of predictions. */
  readonly predictions: Micros;
}

/** The open positions of a pool, by instrument. */
export function positionsOf({ account, isolated }: Pool): readonly Holding[] {
  if (isolated !== null) return isolated.lots === 0 ? [] : [isolated];
  return account.holdings.filter(
    (holding): holding is Holding => holding !== null && holding.lots !== 0 && holding.marginMode === 'CROSS',
  );
}

export function healthOf(pool: Pool, markets: readonly Market[]): Health {
  const { account, isolated } = pool;
  if (isolated !== null) {
    const market = markets[isolated.instrument]!;
    return {
      value: isolatedEquity(isolated, market),
      maintenance: positionMaintenance(account, isolated, market),
      predictions: 0 as Micros,
    };
  }
  let value: number = account.balance;
  let maintenance = 0;
  let predictions = 0;
  for (const holding of account.holdings) {
    if (holding === null || holding.lots === 0 || holding.marginMode !== 'CROSS') continue;
    const market = markets[holding.instrument]!;
    const ownMaintenance = positionMaintenance(account, holding, market);
    value += unrealizedPnl(holding, market);
    maintenance += ownMaintenance;
    if (market.instrument.assetClass === 'PREDICTION') predictions += ownMaintenance;
  }
  return {
    value: value as Micros,
    maintenance: maintenance as Micros,
    predictions: predictions as Micros,
  };
}

/** The funds of an account that its cross positions may lose, with what these add and take. */
export function crossFunds(account: Account, markets: readonly Market[]): Micros {
  let funds: number = account.balance;
  for (const holding of account.holdings) {
    if (holding === null || holding.lots === 0 || holding.marginMode !== 'CROSS') continue;
    funds += fundsIn(holding, markets[holding.instrument]!);
  }
  return funds as Micros;
}

/** Whether a pool has positions, and less value than they must keep: it is to be liquidated. */
export function isBelowMaintenance(pool: Pool, markets: readonly Market[]): boolean {
  const { value, maintenance } = healthOf(pool, markets);
  return value < maintenance && positionsOf(pool).length > 0;
}
