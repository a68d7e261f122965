import type { Account, MarginMode } from '../accounts/account.js';
import { unrealizedPnl, valueAt } from '../accounts/valuation.js';
import { divideRounded, multiplyDivide } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import { BUY, type Lots, type Micros, SELL, type Side } from '../units.js';

/** What bears on the initial margin of one instrument: a position, and the orders that may add to it. */
export interface Stance {
  readonly lots: Lots;
  readonly leverage: number;
  readonly marginMode: MarginMode;
  readonly plainBidLots: Lots;
  readonly bidNotional: Micros;
  readonly plainAskLots: Lots;
  readonly askNotional: Micros;
}

/** An order that is being considered besides those that rest; negative where it makes one smaller. */
export interface Addition {
  readonly side: Side;
  readonly lots: number;
  readonly notional: number;
}

const NOTHING: Addition = { side: BUY, lots: 0, notional: 0 };

/**
 * The notional of a side's orders beyond the position that they would close first, at their average price:
 * what only closes ties up nothing, wherever the mark is.
 */
function openingNotional(stance: Stance, side: Side, addition: Addition): number {
  let lots: number = side === BUY ? stance.plainBidLots : stance.plainAskLots;
  let notional: number = side === BUY ? stance.bidNotional : stance.askNotional;
  if (addition.side === side) {
    lots += addition.lots;
    notional += addition.notional;
  }
  const closing = -side * stance.lots;
  if (closing <= 0) return notional;
  return lots <= closing ? 0 : multiplyDivide(notional, lots - closing, lots);
}

/** The largest notional that position and orders can come to: as it is, all bids filled, or all asks filled. */
export function worstNotional(stance: Stance, market: Market, addition = NOTHING): number {
  const value = Math.abs(valueAt(stance.lots, market.mark, market.tickMicros));
  const bought = openingNotional(stance, BUY, addition) + (stance.lots > 0 ? value : 0);
  const sold = openingNotional(stance, SELL, addition) + (stance.lots < 0 ? value : 0);
  return Math.max(value, bought, sold);
}

/**
 * What an instrument ties up of the account's own funds: the worst notional over the leverage. An isolated
 * position has its margin apart already, so only what its orders would open counts.
 */
export function marginRequired(stance: Stance, market: Market, addition = NOTHING): Micros {
  const notional =
    stance.marginMode === 'ISOLATED'
      ? Math.max(openingNotional(stance, BUY, addition), openingNotional(stance, SELL, addition))
      : worstNotional(stance, market, addition);
  return divideRounded(notional, stance.leverage) as Micros;
}

/** Value of the account without its isolated positions, less all that is tied up; negative when it is short. */
export function availableMargin(account: Account, markets: readonly Market[]): Micros {
  let available: number = account.balance;
  for (const holding of account.holdings) {
    if (holding === null || !isTied(holding)) continue;
    const market = markets[holding.instrument]!;
    if (holding.marginMode === 'CROSS') available += unrealizedPnl(holding, market);
    available -= marginRequired(holding, market);
  }
  return available as Micros;
}

/** Whether there is a position, or an order that may open one. */
export function isTied(stance: Stance): boolean {
  return stance.lots !== 0 || stance.plainBidLots !== 0 || stance.plainAskLots !== 0;
}
