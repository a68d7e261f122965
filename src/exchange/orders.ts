import type { Account, Holding } from './account.js';
import type { Announcer } from './announcer.js';
import type { AmendOrder, CancelAll, CancelOrder, PlaceOrder } from './command.js';
import type { ErrorCode } from './error-code.js';
import { fingerprint } from './fingerprint.js';
import type { Market } from './market.js';
import { match } from './matching.js';
import { nextDayEnd } from './new-york-time.js';
import { close, link, reducibleLots, reserve, shrink, withdraw } from './open-orders.js';
import { Order } from './order.js';
import { brokenRule } from './order-rules.js';
import { done, type Outcome, refused } from './outcome.js';
import type { ExchangeState } from './state.js';
import type { Lots, Millis, OrderId, Ticks } from './units.js';
import { markTicks } from './valuation.js';

/** Places an order for a user's portfolio. A rejected order is kept and announced like any other. */
export function placeOrder(state: ExchangeState, announcer: Announcer, command: PlaceOrder): Outcome {
  const account = state.account(command.account);
  const market = state.market(command.instrument);
  if (account === undefined) return refused('FORBIDDEN');
  if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
  const print = command.clientOrderId === null ? 0 : fingerprint(command);
  const repeated =
    command.clientOrderId === null ? undefined : state.findOrder(account, command.clientOrderId);
  if (repeated !== undefined) return repeatedOutcome(account, repeated, print);

  const holding = state.holding(account, market);
  const order = newOrder(state, command, holding, market, print);
  if (order.clientOrderId !== null) account.byClientOrderId.set(order.clientOrderId, order.id);
  const proposal = { order, lots: order.lots, ticks: order.ticks, isAmendment: false };
  const error = brokenRule(state, account, holding, market, proposal);
  if (error !== null) {
    reject(state, announcer, account, order, error);
    return { error, order, account, count: 0 };
  }
  order.status = 'ACTIVE';
  enter(state, announcer, account, holding, market, order);
  return done(account, order);
}

/** Ends an order that breaks a rule; it is kept and announced like any other. */
export function reject(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  order: Order,
  error: ErrorCode,
): void {
  close(state, account, order, 'REJECTED', error);
  announcer.order(account, order);
}

function newOrder(
  state: ExchangeState,
  command: PlaceOrder,
  holding: Holding,
  market: Market,
  print: number,
): Order {
  state.lastOrderId = (state.lastOrderId + 1) as OrderId;
  const reducible = reducibleLots(holding, command);
  const cut = command.reduceOnly && reducible > 0 ? Math.min(command.lots, reducible) : command.lots;
  return new Order(
    state.lastOrderId,
    command.account,
    command.instrument,
    command.side,
    command.type,
    command.timeInForce,
    cut as Lots,
    command.ticks,
    command.postOnly,
    command.reduceOnly,
    command.clientOrderId,
    print,
    state.time,
    command.timeInForce === 'DAY' ? dayEnd(state, market) : (0 as Millis),
  );
}

/** The end of the present session, or of the next one; at 16:00 in New York where an instrument always trades. */
function dayEnd(state: ExchangeState, { instrument }: Market): Millis {
  return instrument.hours === 'NYSE' ? state.session!.closesAt : nextDayEnd(state.time);
}

function repeatedOutcome(account: Account, order: Order, print: number): Outcome {
  if (order.fingerprint !== print) return refused('DUPLICATE_CLIENT_ORDER_ID', account);
  return {
    error: order.status === 'REJECTED' ? (order.reason as ErrorCode) : null,
    order,
    account,
    count: 0,
  };
}

/**
 * Lets an accepted order meet the book: it is announced, matched, and what is left rests or ends. An order
 * that finds nothing to match is announced once. While the market is closed it waits for the open instead.
 */
export function enter(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  market: Market,
  order: Order,
): void {
  if (market.isClosed) return waitForOpen(state, announcer, account, holding, market, order);
  if (market.book.crosses(order.side, order.ticks)) {
    announcer.order(account, order);
    match(state, announcer, market, order);
  }
  const mayRest = order.type === 'LIMIT' && order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK';
  if (order.openLots === 0) close(state, account, order, 'FILLED', null);
  else if (market.book.crosses(order.side, order.ticks))
    close(state, account, order, 'CANCELED', 'TOO_LARGE');
  else if (!mayRest) close(state, account, order, 'CANCELED', 'UNFILLED_REMAINDER');
  else rest(state, account, holding, market, order);
  announcer.order(account, order);
  if (order.level !== null) announcer.marketChanged(market);
}

function rest(state: ExchangeState, account: Account, holding: Holding, market: Market, order: Order): void {
  if (!state.openOrders.has(order.id)) link(state, account, order);
  market.book.add(order);
  reserve(holding, order, 1);
}

/** Keeps an order until its market opens. Market orders are reserved at the mark price, in whole ticks. */
function waitForOpen(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  market: Market,
  order: Order,
): void {
  order.status = 'PENDING_MARKET_OPEN';
  if (order.type === 'MARKET') order.referenceTicks = markTicks(market);
  state.waitingForOpen.add(order);
  if (!state.openOrders.has(order.id)) link(state, account, order);
  reserve(holding, order, 1);
  announcer.order(account, order);
}

/**
 * Changes a resting order. It keeps its place in the queue only when nothing but a smaller quantity changes;
 * otherwise it enters the book anew. When the change breaks a rule the order stays as it was.
 */
export function amendOrder(state: ExchangeState, announcer: Announcer, command: AmendOrder): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const order = state.findOrder(account, command.order);
  if (order === undefined) return refused('ORDER_NOT_FOUND', account);
  if (!order.isOpen) return { error: 'ORDER_NOT_OPEN', order, account, count: 0 };
  const market = state.market(order.instrument)!;
  const holding = state.holding(account, market);
  const ticks = command.ticks > 0 ? command.ticks : order.ticks;
  const lots = amendedLots(holding, order, command.lots > 0 ? command.lots : order.lots);
  if (lots <= order.filledLots) return { error: 'INVALID_REQUEST', order, account, count: 0 };

  const proposal = { order, lots, ticks, isAmendment: true };
  const error = brokenRule(state, account, holding, market, proposal);
  if (error !== null) return { error, order, account, count: 0 };
  applyAmendment(state, announcer, account, holding, market, order, lots, ticks);
  return done(account, order);
}

function amendedLots(holding: Holding, order: Order, wanted: Lots): Lots {
  if (!order.reduceOnly) return wanted;
  return Math.min(wanted, order.filledLots + reducibleLots(holding, order)) as Lots;
}

function applyAmendment(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  market: Market,
  order: Order,
  lots: Lots,
  ticks: Ticks,
): void {
  order.updatedAt = state.time;
  reserve(holding, order, -1);
  if (ticks === order.ticks && lots <= order.lots) {
    if (lots < order.lots) shrink(market, order, lots);
    reserve(holding, order, 1);
    announcer.order(account, order);
  } else {
    if (order.level !== null) market.book.remove(order);
    order.lots = lots;
    order.ticks = ticks;
    enter(state, announcer, account, holding, market, order);
  }
  announcer.marketChanged(market);
}

export function cancelOrder(state: ExchangeState, announcer: Announcer, command: CancelOrder): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const order = state.findOrder(account, command.order);
  if (order === undefined) return refused('ORDER_NOT_FOUND', account);
  if (!order.isOpen) return { error: 'ORDER_NOT_OPEN', order, account, count: 0 };
  withdraw(state, announcer, order, 'CANCELED', null);
  return done(account, order);
}

export function cancelAll(state: ExchangeState, announcer: Announcer, command: CancelAll): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  let count = 0;
  let next = account.firstOpen;
  while (next !== null) {
    const order = next;
    next = order.openNext;
    if (command.instrument !== null && order.instrument !== command.instrument) continue;
    withdraw(state, announcer, order, 'CANCELED', null);
    count += 1;
  }
  return { error: null, order: null, account, count };
}

/** Ends the order whose time is over first. */
export function expireOrder(state: ExchangeState, announcer: Announcer): void {
  const order = state.expiries.popDue(state.time);
  if (order !== null) withdraw(state, announcer, order, 'EXPIRED', 'DAY_ENDED');
}
