import { type Account, HOUSE, type Holding } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import { assert } from '../assert.js';
import type { ErrorCode } from '../error-code.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import { type AccountId, BUY, type Lots, type Micros, type Ticks } from '../units.js';
import type { CancelReason, Order, OrderStatus } from './order.js';

/** How many closed orders are forgotten in one go. */
const FORGOTTEN_AT_ONCE = 64;

/**
 * Counts a resting order into its holding's reserve, among the plain ones when it may add to the position. A
 * sign of −1 takes it off.
 */
export function reserve(holding: Holding, order: Order, sign: 1 | -1): void {
  const lots = sign * order.openLots;
  const plainLots = order.reduceOnly ? 0 : lots;
  if (order.reduceOnly && sign === 1) holding.reduceOnlyOrders.add(order);
  else if (order.reduceOnly) holding.reduceOnlyOrders.delete(order);
  if (order.side === BUY) {
    holding.bidLots = (holding.bidLots + lots) as Lots;
    holding.plainBidLots = (holding.plainBidLots + plainLots) as Lots;
    holding.bidNotional = (holding.bidNotional + plainLots * reserveTicks(order)) as Micros;
  } else {
    holding.askLots = (holding.askLots + lots) as Lots;
    holding.plainAskLots = (holding.plainAskLots + plainLots) as Lots;
    holding.askNotional = (holding.askNotional + plainLots * reserveTicks(order)) as Micros;
  }
}

/** The price that an order is reserved at. */
export function reserveTicks(order: Order): Ticks {
  return order.ticks > 0 ? order.ticks : order.referenceTicks;
}

/** Lowers the total quantity of an open order, in the book or not. Its reserve is the caller's. */
export function shrink(market: Market, order: Order, lots: Lots): void {
  if (order.level === null) order.lots = lots;
  else market.book.shrink(order, lots);
}

/** Has an order wait for its trigger. It ties up nothing meanwhile, but shrinks with its position if it must. */
export function arm(holding: Holding, market: Market, order: Order): void {
  if (order.reduceOnly) holding.reduceOnlyOrders.add(order);
  if (order.trigger!.isTrailing) holding.trailingCount += 1;
  market.waiting.add(order);
}

/** Ends the waiting of an order. */
export function disarm(holding: Holding, market: Market, order: Order): void {
  if (order.reduceOnly) holding.reduceOnlyOrders.delete(order);
  if (order.trigger!.isTrailing) holding.trailingCount -= 1;
  market.waiting.remove(order);
}

/** Lists a user's order among the open ones of its account, and has it end at its time. */
export function link(state: ExchangeState, account: Account, order: Order): void {
  order.openPrevious = account.lastOpen;
  if (account.lastOpen === null) account.firstOpen = order;
  else account.lastOpen.openNext = order;
  account.lastOpen = order;
  account.openCount += 1;
  state.openOrders.set(order.id, order);
  if (order.expiresAt > 0) state.expiries.push(order);
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
  if (order.expiresAt > 0) state.expiries.remove(order);
  if (order.status === 'PENDING_MARKET_OPEN') state.waitingForOpen.delete(order);
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
  state.closedPositions.set(order.id, account.closedOrders.push(order));
  forgetOutdated(state, account);
}

/** Takes a user's open order out of the book, or from where it waits, and ends it. */
export function withdraw(
  state: ExchangeState,
  announcer: Announcer,
  order: Order,
  status: OrderStatus,
  reason: ErrorCode | CancelReason | null,
): void {
  const account = state.account(order.account)!;
  const market = state.market(order.instrument)!;
  const holding = state.holding(account, market);
  if (order.isWaiting) {
    disarm(holding, market, order);
  } else {
    reserve(holding, order, -1);
    if (order.level !== null) market.book.remove(order);
    announcer.marketChanged(market);
  }
  close(state, account, order, status, reason);
  announcer.order(account, order);
}

/** How much an order of this side can take off the position: 0 when it would open or increase it. */
export function reducibleLots(holding: Holding, order: { readonly side: number }): Lots {
  return Math.max(0, -order.side * holding.lots) as Lots;
}

/**
 * Forgets closed orders of an account that are over their time, with the client's ids that they held; a few at
 * a time, lest one command pay for a whole day.
 */
export function forgetOutdated(state: ExchangeState, account: Account): void {
  for (let forgotten = 0; forgotten < FORGOTTEN_AT_ONCE; forgotten++) {
    const order = account.closedOrders.shiftOutdated(state.time);
    if (order === null) return;
    state.closedPositions.delete(order.id);
    if (order.clientOrderId !== null && account.byClientOrderId.get(order.clientOrderId) === order.id) {
      account.byClientOrderId.delete(order.clientOrderId);
    }
  }
}

/** The same for accounts that close no orders any more: one of them with each journal entry, in turn. */
export function forgetOutdatedInTurn(state: ExchangeState): void {
  const next = state.retentionCursor + 1;
  state.retentionCursor = (next < state.accounts.length ? next : HOUSE) as AccountId;
  forgetOutdated(state, state.account(state.retentionCursor)!);
}
