import { HOUSE } from '../accounts/account.js';
import { TrialStance } from '../margin/trial-stance.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import type { AccountId, Lots, Micros, OrderId, Side, Ticks } from '../units.js';
import type { Order } from './order.js';
import type { Proposal } from './proposal.js';

/** What an order would find in the book if it came now. */
export interface Reach {
  readonly lots: Lots;
  readonly notional: Micros;
}

const NO_REACH: Reach = { lots: 0 as Lots, notional: 0 as Micros };

/** What a proposed order would find. A post-only one that finds anything is refused for that alone. */
export function reachOf(state: ExchangeState, market: Market, { order, lots, ticks }: Proposal): Reach {
  const { side, account, postOnly, filledLots } = order;
  if (postOnly || market.isClosed || !market.book.crosses(side, ticks)) return NO_REACH;
  return reach(state, market, side, ticks, (lots - filledLots) as Lots, account);
}

/**
 * How much of a quantity could be filled at once within a limit, and for how much. Makers of the same
 * portfolio do not count, reduce-only makers no more than what the makers before them left of their portfolio's
 * position, none once its sibling would have filled, and others no more than their portfolio would have the margin for.
 */
function reach(
  state: ExchangeState,
  market: Market,
  side: Side,
  limit: Ticks,
  wanted: Lots,
  taker: AccountId,
): Reach {
  const levels = market.book.levels(-side as Side);
  const stances = new Map<AccountId, TrialStance>();
  const ended = new Set<OrderId>();
  let lots = 0;
  let notional = 0;
  for (let index = levels.length - 1; index >= 0 && lots < wanted; index--) {
    const level = levels[index]!;
    if (limit !== 0 && side * level.ticks > side * limit) break;
    for (let maker = level.first; maker !== null && lots < wanted; maker = maker.queueNext) {
      if ((maker.account === taker && taker !== HOUSE) || ended.has(maker.id)) continue;
      const left = Math.min(wanted - lots, maker.openLots) as Lots;
      const available = maker.account === HOUSE ? left : fillByUser(state, market, maker, left, stances);
      lots += available;
      const sibling = maker.trigger?.sibling ?? 0;
      if (sibling > 0 && available === maker.openLots) ended.add(sibling as OrderId);
      notional += available * level.ticks;
    }
  }
  return { lots: lots as Lots, notional: notional as Micros };
}

function fillByUser(
  state: ExchangeState,
  market: Market,
  maker: Order,
  wanted: Lots,
  stances: Map<AccountId, TrialStance>,
): Lots {
  let stance = stances.get(maker.account);
  if (stance === undefined) {
    const account = state.account(maker.account)!;
    stance = TrialStance.of(state, account, state.holding(account, market), market);
    stances.set(maker.account, stance);
  }
  const fillable = maker.reduceOnly ? Math.min(wanted, stance.closableBy(maker)) : wanted;
  return stance.fill(maker, fillable as Lots);
}
