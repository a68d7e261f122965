import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Order } from '../../exchange/orders/order.js';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import { BUY, type Millis } from '../../exchange/units.js';
import { averagePrice, price, quantity } from '../../gateway/views/amounts.js';
import { conditionText } from '../../gateway/views/condition-text.js';

/**
 * An order in this family's words, as JSON text, in answer to the request that placed it: `PENDING` whatever
 * became of it at once, unless it waits for the market to open.
 */
export function acceptedOrderText(exchange: Exchange, order: Order, accountId: string): string {
  const status = order.status === 'PENDING_MARKET_OPEN' ? order.status : 'PENDING';
  return (
    `${termsText(exchange, order)}"status":"${status}",${timesText(order.createdAt, order.createdAt)}` +
    `"accountId":"${accountId}","filledQuantity":0}`
  );
}

/** An order in this family's words, as JSON text: as it is now. */
export function orderText(exchange: Exchange, order: Order, accountId: string): string {
  const market = exchange.markets[order.instrument]!;
  const { filledLots, filledNotional, reason } = order;
  return (
    `${termsText(exchange, order)}"status":"${order.status}",` +
    `${timesText(order.createdAt, order.updatedAt)}"accountId":"${accountId}",` +
    `"filledQuantity":${quantity(market, filledLots)}` +
    (filledLots === 0 ? '' : `,"avgFillPrice":${averagePrice(market, filledNotional, filledLots)}`) +
    (reason === null ? '}' : `,"reason":"${reason}"}`)
  );
}

/** What was ordered, in the order of the fields that clients of this family are used to. */
function termsText({ state }: Exchange, order: Order): string {
  const market = state.market(order.instrument)!;
  const { symbol, assetClass } = market.instrument;
  const side = order.side === BUY ? 'BUY' : 'SELL';
  return (
    `{"orderId":"${orderUuid(state.venueTag, order.id)}",` +
    `"portfolioId":"${state.account(order.account)!.portfolioId}","symbol":"${symbol}",` +
    `"quantity":${quantity(market, order.lots)},"orderType":"${order.type}",` +
    `"positionIntent":"${side}_TO_${order.reduceOnly ? 'CLOSE' : 'OPEN'}",` +
    `"timeInForce":"${order.timeInForce}","assetClass":"${assetClass}",` +
    (order.ticks > 0 ? `"limitPrice":${price(market, order.ticks)},` : '') +
    (order.postOnly ? '"postOnly":true,' : '') +
    (order.expiresAt > 0 && order.timeInForce === 'GTD'
      ? `"expiresAt":"${new Date(order.expiresAt).toISOString()}",`
      : '') +
    (order.trigger === null && order.exits === null ? '' : conditions(order, market, state.venueTag)) +
    (order.clientOrderId === null ? '' : `"clientOrderId":${JSON.stringify(order.clientOrderId)},`)
  );
}

function conditions(order: Order, market: Market, venueTag: string): string {
  const text = conditionText(order, market, venueTag);
  return text === '' ? '' : `${text.slice(1)},`;
}

function timesText(createdAt: Millis, updatedAt: Millis): string {
  return `"createdAt":"${new Date(createdAt).toISOString()}","updatedAt":"${new Date(updatedAt).toISOString()}",`;
}
