import type { Account, Holding } from './account.js';
import type { Announcer } from './announcer.js';
import { assert } from './assert.js';
import type { ErrorCode } from './error-code.js';
import type { CancelReason, Order, OrderStatus } from './order.js';
import type { ExchangeState } from './state.js';
import { BUY, type Lots, type Micros } from './units.js';

/**
 * Counts a resting order into its holding's reserve: its quantity always, its notional when it may add to the
 * position. A sign of −1 takes it off.
 */
export function reserve(holding: Holding, order: Order, sign: 1 | -1): void {
  const lots = sign * order.openLots;
  const notional = order.reduceOnly ? 0 : lots * order.ticks;
  if (order.reduceOnly) holding.reduceOnlyCount += sign;
  if (order.side === BUY) {
    holding.bidLots = (holding.bidLots + lots) as Lots;
    holding.bidNotional = (holding.bidNotional + notional) as Micros;
  } else {
    holding.askLots = (holding.askLots + lots) as Lots;
    holding.askNotional = (holding.askNotional + notional) as Micros;
  }
}

/** Lists a user's order among the open ones of its account, and has it end at its time. */
export function link(state: ExchangeState, account: Account, order: Order): void {
  order.openPrevious = account.lastOpen;
  if (account.lastOpen === null) account.firstOpen = order;
  else account.lastOpen.openNext = order;
  account.lastOpen = order;
  account.openCount += 1;
  state.openOrders.set(order.id, order);
  if (order.expiresAt > 0) {
    state.expiries.push(order);
    state.expiries.compact(state.openOrders.size);
  }
}

function unlink(state: ExchangeState, account: Account, order: Order): void {
  if (order.openPrevious === null) account.firstOpen = order.openNext;
  else order.openPrevious.openNext = order.openNext;
  if (order.openNext === null) account.lastOpen = order.openPrevious;
  else order.openNext.openPrevious = order.openPrevious;
  order.openPrevious = null;
  order.openNext = null;
  account.openCount -= 1;
  state.openOrders.delete(order.id);
}

/** Ends a user's order for good: it leaves the open list and is kept for look-ups for a while. */
export function close(
  state: ExchangeState,
  account: Account,
  order: Order,
  status: OrderStatus,
  reason: ErrorCode | CancelReason | null,
): void {
  assert(order.level === null, 'a closed order does not rest');
  if (state.openOrders.has(order.id)) unlink(state, account, order);
  order.status = status;
  order.reason = reason;
  order.updatedAt = state.time;
  state.closedOrders.push(account, order);
}

/** Takes a resting user's order out of the book and ends it. */
export function withdraw(
  state: ExchangeState,
  announcer: Announcer,
  order: Order,
  status: OrderStatus,
  reason: CancelReason | null,
): void {
  const account = state.account(order.account)!;
  const market = state.market(order.instrument)!;
  reserve(state.holding(account, market), order, -1);
  market.book.remove(order);
  close(state, account, order, status, reason);
  announcer.order(account, order);
  announcer.marketChanged(market);
}

/**
 * Keeps resting reduce-only orders within the position they reduce: each is cut to it, and ends when there is
 * nothing left to reduce.
 */
export function shrinkReduceOnly(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
): void {
  let next = account.firstOpen;
  while (next !== null && holding.reduceOnlyCount > 0) {
    const order = next;
    next = order.openNext;
    if (!order.reduceOnly || order.instrument !== holding.instrument || order.level === null) continue;
    const reducible = reducibleLots(holding, order);
    if (reducible === 0) {
      withdraw(state, announcer, order, 'CANCELED', 'REDUCE_ONLY');
    } else if (order.openLots > reducible) {
      reserve(holding, order, -1);
      state.market(order.instrument)!.book.shrink(order, (order.filledLots + reducible) as Lots);
      reserve(holding, order, 1);
      order.updatedAt = state.time;
      announcer.order(account, order);
      announcer.marketChanged(state.market(order.instrument)!);
    }
  }
}

/** How much an order of this side can take off the position: 0 when it would open or increase it. */
export function reducibleLots(holding: Holding, order: { readonly side: number }): Lots {
  return Math.max(0, -order.side * holding.lots) as Lots;
}

/** Forgets closed orders that are over their time, with the client's ids that they held. */
export function forgetOutdated(state: ExchangeState): void {
  for (;;) {
    const order = state.closedOrders.shiftOutdated(state.time);
    if (order === null) return;
    const account = state.account(order.account)!;
    account.closedCount -= 1;
    if (order.clientOrderId !== null && account.byClientOrderId.get(order.clientOrderId) === order.id) {
      account.byClientOrderId.delete(order.clientOrderId);
    }
  }
}
