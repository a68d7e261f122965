import type { Account, Holding } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import { multiplyDivide } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import { BUY, type PriceMicros, type Side, type Ticks } from '../units.js';
import { arm, close, disarm, link } from './open-orders.js';
import { hasLimit, type Order } from './order.js';
import { enter } from './order-entry.js';
import { brokenEntryRule } from './order-rules.js';
import { fitSiblings, fitToPosition } from './reduce-only.js';

/** How far the price of a perpetual's stop without a limit may slip from the mark at which it fired. */
const SLIPPAGE_PERCENT = 10;

/** Has an accepted stop wait. One whose price is reached already fires in the reaction to its command. */
export function awaitTrigger(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  market: Market,
  order: Order,
): void {
  const price = market.triggerPrice;
  if (order.trigger!.isTrailing && price > 0) order.trigger!.follow(order.side, price, market.tickMicros);
  link(state, account, order);
  arm(holding, market, order);
  announcer.order(account, order);
  if (market.waiting.stirsAt(price)) announcer.marketChanged(market);
}

/**
 * Fires the waiting orders of an instrument whose price is reached; true when there were any. What is due at one
 * price fires in the order of the numbers, each into the book that the one before has left.
 */
export function fireTriggers(state: ExchangeState, announcer: Announcer, market: Market): boolean {
  const price = market.triggerPrice;
  if (!market.waiting.stirsAt(price)) return false;
  const due = market.waiting.takeDue(price);
  for (const order of due) {
    if (isStillDue(state, announcer, market, order)) fire(state, announcer, market, order, price);
  }
  return due.length > 0;
}

/** One that fires before may have ended another, or left it less: its sibling, or what reduces the same position. */
function isStillDue(state: ExchangeState, announcer: Announcer, market: Market, order: Order): boolean {
  fitSiblings(state, announcer);
  if (!order.isWaiting || !order.reduceOnly) return order.isWaiting;
  const holding = state.holding(state.account(order.account)!, market);
  return fitToPosition(state, announcer, holding, order);
}

function fire(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  order: Order,
  price: PriceMicros,
): void {
  const account = state.account(order.account)!;
  const holding = state.holding(account, market);
  disarm(holding, market, order);
  order.status = 'ACTIVE';
  order.updatedAt = state.time;
  const isCapped = !hasLimit(order.type) && market.instrument.assetClass === 'PERPETUAL';
  if (isCapped) order.ticks = slippageLimit(market, order.side, price);
  const { lots, ticks } = order;
  const proposal = { order, lots, ticks, stopTicks: order.trigger!.ticks, isAmendment: false };
  const error = brokenEntryRule(state, account, holding, market, proposal);
  if (error === null) return enter(state, announcer, account, holding, market, order);
  close(state, account, order, 'CANCELED', error);
  announcer.order(account, order);
}

function slippageLimit(market: Market, side: Side, mark: PriceMicros): Ticks {
  const ticks = multiplyDivide(mark, 100 + side * SLIPPAGE_PERCENT, 100) / market.tickMicros;
  return Math.max(1, side === BUY ? Math.floor(ticks) : Math.ceil(ticks)) as Ticks;
}
