import type { Holding } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { ExchangeState } from '../state.js';
import type { Lots } from '../units.js';
import { reducibleLots, reserve, shrink, withdraw } from './open-orders.js';
import type { Order } from './order.js';

/**
 * Keeps the reduce-only orders of what was filled in this command within what they may still close. It is done once
 * for all of a command's fills, which may be many, as may be a holding's orders; what is to be matched or to fire
 * before is fitted by itself.
 */
export function fitReduceOnlyOrders(state: ExchangeState, announcer: Announcer): void {
  fitSiblings(state, announcer);
  for (const holding of announcer.takeFilledHoldings()) {
    const unfit: Order[] = [];
    for (const order of holding.reduceOnlyOrders) if (!fits(holding, order)) unfit.push(order);
    // In the order of their numbers, since the set's own order does not survive a snapshot.
    if (unfit.length > 1) unfit.sort((one, other) => one.id - other.id);
    for (const order of unfit) fitToPosition(state, announcer, holding, order);
  }
}

/**
 * Has two exits of an order close no more than it together: what one has filled is taken off the other. Exits of a
 * whole position follow that instead.
 */
export function fitSiblings(state: ExchangeState, announcer: Announcer): void {
  for (const exit of announcer.takeFilledExits()) {
    const sibling = state.openOrders.get(exit.trigger!.sibling);
    if (sibling === undefined) continue;
    if (exit.openLots === 0) endSibling(state, announcer, exit);
    else if (!exit.trigger!.coversPosition && sibling.openLots > exit.openLots) {
      resize(state, announcer, sibling, exit.openLots);
    }
  }
}

/** Ends the other one of two exits when the first has filled. */
export function endSibling(state: ExchangeState, announcer: Announcer, filled: Order): void {
  const sibling = state.openOrders.get(filled.trigger!.sibling);
  if (sibling !== undefined) withdraw(state, announcer, sibling, 'CANCELED', 'SIBLING_FILLED');
}

/**
 * Cuts an open reduce-only order to the position that it reduces, or ends it when there is nothing left to reduce;
 * false then. An exit of the whole position grows with it, too.
 */
export function fitToPosition(
  state: ExchangeState,
  announcer: Announcer,
  holding: Holding,
  order: Order,
): boolean {
  if (fits(holding, order)) return true;
  const open = reducibleLots(holding, order);
  if (open === 0) withdraw(state, announcer, order, 'CANCELED', 'REDUCE_ONLY');
  else resize(state, announcer, order, open);
  return open > 0;
}

function fits(holding: Holding, order: Order): boolean {
  const reducible = reducibleLots(holding, order);
  const isWhole = order.isWaiting && order.trigger!.coversPosition;
  return isWhole ? order.openLots === reducible : order.openLots <= reducible;
}

/** Sets what is still to be filled of an order. */
function resize(state: ExchangeState, announcer: Announcer, order: Order, open: Lots): void {
  const account = state.account(order.account)!;
  const lots = (order.filledLots + open) as Lots;
  if (order.isWaiting) {
    order.lots = lots;
  } else {
    const market = state.market(order.instrument)!;
    const holding = state.holding(account, market);
    reserve(holding, order, -1);
    shrink(market, order, lots);
    reserve(holding, order, 1);
    announcer.marketChanged(market);
  }
  order.updatedAt = state.time;
  announcer.order(account, order);
}
