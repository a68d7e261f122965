import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Millis, OrderId, Side, Ticks } from '../units.js';
import { close } from './open-orders.js';
import { type CancelReason, Order } from './order.js';

/**
 * Opens an order that the exchange itself places for an account, to close a position: a reduce-only market order
 * that carries its reason from the start.
 */
export function openOwnOrder(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  market: Market,
  side: Side,
  lots: Lots,
  reason: CancelReason,
): Order {
  state.lastOrderId = (state.lastOrderId + 1) as OrderId;
  const order = new Order(
    state.lastOrderId,
    account.id,
    market.id,
    side,
    'MARKET',
    'IOC',
    lots,
    0 as Ticks,
    false,
    true,
    null,
    0,
    state.time,
    0 as Millis,
  );
  order.status = 'ACTIVE';
  order.reason = reason;
  announcer.order(account, order);
  return order;
}

/** Ends such an order with what it has filled. */
export function closeOwnOrder(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  order: Order,
): void {
  close(state, account, order, order.openLots === 0 ? 'FILLED' : 'CANCELED', order.reason);
  announcer.order(account, order);
}
