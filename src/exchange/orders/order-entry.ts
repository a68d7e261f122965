import type { Account, Holding } from '../accounts/account.js';
import { markTicks } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import type { Market } from '../markets/market.js';
import { match } from '../matching/matching.js';
import type { ExchangeState } from '../state.js';
import { close, link, reserve } from './open-orders.js';
import type { Order } from './order.js';

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
  if (order.openLots === 0) close(state, account, order, 'FILLED', null);
  else if (market.book.crosses(order.side, order.ticks))
    close(state, account, order, 'CANCELED', 'TOO_LARGE');
  else if (!order.mayRest) close(state, account, order, 'CANCELED', 'UNFILLED_REMAINDER');
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
  if (order.ticks === 0) order.referenceTicks = markTicks(market);
  state.waitingForOpen.add(order);
  if (!state.openOrders.has(order.id)) link(state, account, order);
  reserve(holding, order, 1);
  announcer.order(account, order);
}
