import { type NaiveOrder, openLots } from './naive-book.js';
import { match } from './naive-matching.js';
import { markInTicks } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** An accepted order meets the book; what is left of it rests or ends. While the market is closed it waits. */
export function enter(state: NaiveState, order: NaiveOrder): void {
  const market = state.markets[order.instrument]!;
  if (market.held !== null) {
    order.status = 'PENDING_MARKET_OPEN';
    if (order.ticks === 0) order.referenceTicks = markInTicks(market);
    state.book.waiting.push(order);
    state.announceOrder(order);
    return;
  }
  const crosses = state.book.makersWithin(order.instrument, order.side, order.ticks).length > 0;
  if (crosses) state.announceOrder(order);
  match(state, order);
  const lasts = ['GTC', 'DAY', 'GTD'].includes(order.timeInForce);
  if (openLots(order) === 0) state.end(order, 'FILLED', null);
  else if (!/LIMIT/.test(order.type) || !lasts) state.end(order, 'CANCELED', 'UNFILLED_REMAINDER');
  else {
    state.book.enter(order);
    state.announceOrder(order);
  }
}
