import type { Account, Holding } from '../accounts/account.js';
import { endedMembership } from '../accounts/membership.js';
import type { Announcer } from '../announcer.js';
import { injectedRejection } from '../clients/fault-rules.js';
import type { CancelAll, CancelOrder, PlaceOrder } from '../command.js';
import { nextDayEnd } from '../equities/new-york-time.js';
import type { ErrorCode } from '../error-code.js';
import type { Market } from '../markets/market.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Millis, OrderId, Ticks } from '../units.js';
import { fingerprint } from './fingerprint.js';
import { close, reducibleLots, withdraw } from './open-orders.js';
import { type CancelReason, Order } from './order.js';
import { enter } from './order-entry.js';
import { brokenRule } from './order-rules.js';
import { Trigger } from './trigger.js';
import { awaitTrigger } from './triggers.js';

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
  const stopTicks = command.trigger === null ? (0 as Ticks) : command.trigger.ticks;
  const proposal = { order, lots: order.lots, ticks: order.ticks, stopTicks, isAmendment: false };
  const error =
    endedMembership(account.membership, state.time) ??
    injectedRejection(account) ??
    brokenRule(state, account, holding, market, proposal);
  if (error !== null) {
    reject(state, announcer, account, order, error);
    return { error, order, account, count: 0 };
  }
  if (order.trigger === null) {
    order.status = 'ACTIVE';
    enter(state, announcer, account, holding, market, order);
  } else {
    awaitTrigger(state, announcer, account, holding, market, order);
  }
  return done(account, order);
}

/** Ends an order that breaks a rule; it is kept and announced like any other. */
function reject(
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
  const order = new Order(
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
    command.timeInForce === 'DAY' ? dayEnd(state, market) : command.expiresAt,
  );
  if (command.trigger !== null) order.trigger = new Trigger(command.trigger);
  order.exits = command.exits;
  return order;
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
  const { instrument } = command;
  const isMeant = (order: Order) => instrument === null || order.instrument === instrument;
  const count = cancelOpenOrders(state, announcer, account, isMeant, null);
  return { error: null, order: null, account, count };
}

/** Cancels those of the open orders of an account that are meant, and tells how many there were. */
export function cancelOpenOrders(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  isMeant: (order: Order) => boolean,
  reason: CancelReason | null,
): number {
  let count = 0;
  let next = account.firstOpen;
  while (next !== null) {
    const order = next;
    next = order.openNext;
    if (!isMeant(order)) continue;
    withdraw(state, announcer, order, 'CANCELED', reason);
    count += 1;
  }
  return count;
}

/** Ends the order whose time is over first. */
export function expireOrder(state: ExchangeState, announcer: Announcer): void {
  const order = state.expiries.first!;
  withdraw(state, announcer, order, 'EXPIRED', order.timeInForce === 'GTD' ? 'TIME_ENDED' : 'DAY_ENDED');
}
