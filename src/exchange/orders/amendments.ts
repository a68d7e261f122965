import type { Account, Holding } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { AmendOrder } from '../command.js';
import type { Market } from '../markets/market.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Ticks } from '../units.js';
import { reducibleLots, reserve, shrink } from './open-orders.js';
import { hasLimit, type Order } from './order.js';
import { enter } from './order-entry.js';
import { brokenRule } from './order-rules.js';
import type { Proposal } from './proposal.js';

/**
 * Changes an open order. A resting one keeps its place in the queue only when nothing but a smaller quantity
 * changes; otherwise it enters the book anew. When the change breaks a rule the order stays as it was.
 */
export function amendOrder(state: ExchangeState, announcer: Announcer, command: AmendOrder): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const order = state.findOrder(account, command.order);
  if (order === undefined) return refused('ORDER_NOT_FOUND', account);
  if (!order.isOpen) return { error: 'ORDER_NOT_OPEN', order, account, count: 0 };
  const market = state.market(order.instrument)!;
  const holding = state.holding(account, market);
  const proposal = amended(holding, order, command);
  if (proposal.lots <= order.filledLots || !isAmendable(order, command)) {
    return { error: 'INVALID_REQUEST', order, account, count: 0 };
  }
  const error = brokenRule(state, account, holding, market, proposal);
  if (error !== null) return { error, order, account, count: 0 };
  order.updatedAt = state.time;
  if (order.isWaiting) changeWaiting(announcer, account, market, proposal);
  else changeResting(state, announcer, account, holding, market, proposal);
  return done(account, order);
}

function amended(holding: Holding, order: Order, command: AmendOrder): Proposal {
  const wanted = command.lots > 0 ? command.lots : order.lots;
  const most = order.reduceOnly ? order.filledLots + reducibleLots(holding, order) : wanted;
  return {
    order,
    lots: Math.min(wanted, most) as Lots,
    ticks: command.ticks > 0 ? command.ticks : order.ticks,
    stopTicks: command.stopTicks > 0 ? command.stopTicks : (order.trigger?.ticks ?? (0 as Ticks)),
    isAmendment: true,
  };
}

/** Whether an order has what the command would change, and does not set it itself. */
export function isAmendable(
  order: Order,
  { lots, ticks, stopTicks }: Pick<AmendOrder, 'lots' | 'ticks' | 'stopTicks'>,
): boolean {
  if (stopTicks > 0 && (!order.isWaiting || order.trigger!.isTrailing)) return false;
  if (ticks > 0 && !hasLimit(order.type)) return false;
  return lots === 0 || !order.isWaiting || !order.trigger!.coversPosition;
}

function changeWaiting(announcer: Announcer, account: Account, market: Market, proposal: Proposal): void {
  const { order, lots, ticks, stopTicks } = proposal;
  market.waiting.remove(order);
  order.lots = lots;
  order.ticks = ticks;
  order.trigger!.ticks = stopTicks;
  market.waiting.add(order);
  announcer.order(account, order);
  if (market.waiting.stirsAt(market.triggerPrice)) announcer.marketChanged(market);
}

function changeResting(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  market: Market,
  { order, lots, ticks }: Proposal,
): void {
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
