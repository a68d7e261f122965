import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { ErrorCode } from '../error-code.js';
import { holdQuotes, releaseQuotes } from '../house.js';
import type { Market } from '../markets/market.js';
import { close, reserve } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import { enter } from '../orders/order-entry.js';
import { brokenRule } from '../orders/order-rules.js';
import type { ExchangeState } from '../state.js';
import type { Millis, Ticks } from '../units.js';
import { sessionAt } from './exchange-calendar.js';

/** When the markets with hours open or close next, or an order waits to enter one that has opened: now. */
export function nextSessionEvent(state: ExchangeState): Millis | null {
  if (state.released.length > 0) return state.time;
  const { session } = state;
  if (session === null) return null;
  return session.isOpen ? session.closesAt : session.opensAt;
}

/**
 * Opens or closes the markets with hours. At the open the house's quotes come back first; then the orders that
 * waited enter the book one by one, in the order of their numbers, each an event of its own.
 */
export function runSessionEvent(state: ExchangeState, announcer: Announcer): void {
  const order = state.released.pop();
  if (order !== undefined) {
    if (order.status === 'PENDING_MARKET_OPEN') release(state, announcer, order);
    return;
  }
  const session = state.session!;
  state.session = session.isOpen
    ? { ...sessionAt(session.closesAt), isOpen: false }
    : { ...session, isOpen: true };
  for (const market of state.markets) followSession(state, announcer, market);
}

/** Opens or closes a market as its hours and the session say. The first market with hours begins the sessions. */
export function followSession(state: ExchangeState, announcer: Announcer, market: Market): void {
  const hasHours = market.instrument.hours === 'NYSE';
  if (hasHours && state.session === null) {
    const hours = sessionAt(state.time);
    state.session = { ...hours, isOpen: hours.opensAt <= state.time };
  }
  const isClosed = hasHours && !state.session!.isOpen;
  if (isClosed === (market.heldQuotes !== null)) return;
  if (isClosed) holdQuotes(market);
  else {
    releaseQuotes(state, announcer, market);
    queueReleased(state);
  }
  announcer.marketChanged(market);
}

/** Lines up the orders that wait for a market which is open now; the one with the smallest number is last. */
export function queueReleased(state: ExchangeState): void {
  state.released = [...state.waitingForOpen]
    .filter((order) => !state.market(order.instrument)!.isClosed)
    .sort((one, other) => other.id - one.id);
}

/** Lets an order that waited meet the book, by the rules of the moment; one that breaks them ends. */
function release(state: ExchangeState, announcer: Announcer, order: Order): void {
  const account = state.account(order.account)!;
  const market = state.market(order.instrument)!;
  const holding = state.holding(account, market);
  const stopTicks = order.trigger?.ticks ?? (0 as Ticks);
  const proposal = { order, lots: order.lots, ticks: order.ticks, stopTicks, isAmendment: true };
  const error = brokenRule(state, account, holding, market, proposal);
  state.waitingForOpen.delete(order);
  reserve(holding, order, -1);
  order.referenceTicks = 0 as Ticks;
  if (error !== null) return refuse(state, announcer, account, order, error);
  order.status = 'ACTIVE';
  order.updatedAt = state.time;
  enter(state, announcer, account, holding, market, order);
}

/** Ends an order that breaks a rule now; it was accepted all the same if it has filled before. */
function refuse(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  order: Order,
  error: ErrorCode,
): void {
  close(state, account, order, order.filledLots === 0 ? 'REJECTED' : 'CANCELED', error);
  announcer.order(account, order);
}
