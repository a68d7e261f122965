import type { Account } from '../../exchange/account.js';
import type { AmendOrder, OrderRef, PlaceOrder } from '../../exchange/command.js';
import type { Exchange } from '../../exchange/exchange.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/market.js';
import type { OrderType, TimeInForce } from '../../exchange/order.js';
import { orderIdOf } from '../../exchange/order-uuid.js';
import { BUY, type Lots, type OrderId, SELL, type Ticks } from '../../exchange/units.js';
import {
  amountFaults,
  contradictions,
  isOfAnotherClass,
  orderFaults,
  type Refusal,
  refusalFor,
} from './order-faults.js';
import type { AmendRequest, OrderReference, OrderRequest } from './order-schema.js';

export function isRefusal(value: object): value is Refusal {
  return 'error' in value;
}

/** Why an amendment of the quantity is refused that would leave nothing to fill. */
export const TOO_SMALL_AMENDMENT = {
  error: 'INVALID_REQUEST',
  errors: { quantity: ['quantity must be more than what is filled already'] },
} as const satisfies Refusal;

/** An order number that none has, for ids that are not of this venue: they are not found. */
const NO_ORDER = Number.MAX_SAFE_INTEGER as OrderId;

/** Translates a request whose fields are valid each into a command, or says which do not fit together. */
export function placeCommand(
  exchange: Exchange,
  account: Account,
  request: OrderRequest,
): PlaceOrder | Refusal {
  const market = exchange.findMarket(request.symbol);
  if (market === undefined || contradictions(request).length > 0 || isOfAnotherClass(request, market)) {
    return refusalFor(orderFaults(exchange, request));
  }
  const lots = parseDecimal(request.quantity, market.instrument.quantityDecimals);
  const ticks = limitTicks(market, request.limitPrice);
  if (lots === null || ticks === null) return refusalFor(orderFaults(exchange, request));
  const { positionIntent } = request;
  const side = positionIntent?.startsWith('BUY') || request.side === 'BUY' ? BUY : SELL;
  return {
    kind: 'PLACE',
    account: account.id,
    instrument: market.id,
    side,
    type: request.orderType as OrderType,
    timeInForce: request.timeInForce ?? defaultTimeInForce(market),
    lots: lots as Lots,
    ticks,
    postOnly: request.postOnly ?? false,
    reduceOnly: positionIntent?.endsWith('CLOSE') || request.reduceOnly || false,
    clientOrderId: request.clientOrderId ?? null,
  };
}

/** Equities' orders end with the day, as at a broker; perpetuals' stay, as on their venues. */
function defaultTimeInForce(market: Market): TimeInForce {
  return market.instrument.assetClass === 'EQUITY' ? 'DAY' : 'GTC';
}

function limitTicks(market: Market, limitPrice: number | string | undefined): Ticks | null {
  if (limitPrice === undefined) return 0 as Ticks;
  return parseDecimal(limitPrice, market.instrument.priceDecimals) as Ticks | null;
}

/** The order that a request means; a refusal when it names none or two. */
export function orderReference(exchange: Exchange, request: OrderReference): { ref: OrderRef } | Refusal {
  const { orderId, clientOrderId } = request;
  if ((orderId === undefined) === (clientOrderId === undefined)) {
    return { error: 'INVALID_REQUEST', errors: { orderId: ['either orderId or clientOrderId is required'] } };
  }
  if (clientOrderId !== undefined) return { ref: clientOrderId };
  return { ref: orderIdOf(exchange.state.venueTag, orderId!) ?? NO_ORDER };
}

/** Translates an amendment. The instrument's decimals are those of the order that is meant. */
export function amendCommand(
  exchange: Exchange,
  account: Account,
  request: AmendRequest,
): AmendOrder | Refusal {
  const reference = orderReference(exchange, request);
  if (isRefusal(reference)) return reference;
  const { quantity, limitPrice } = request;
  if (quantity === undefined && limitPrice === undefined) {
    return { error: 'INVALID_REQUEST', errors: { quantity: ['quantity or limitPrice is required'] } };
  }
  const order = exchange.state.findOrder(account, reference.ref);
  if (order === undefined) return { error: 'ORDER_NOT_FOUND' };
  const market = exchange.markets[order.instrument]!;
  const lots = quantity === undefined ? 0 : parseDecimal(quantity, market.instrument.quantityDecimals);
  const ticks = limitTicks(market, limitPrice);
  if (lots === null || ticks === null) return refusalFor(amountFaults(market, request));
  return { kind: 'AMEND', account: account.id, order: reference.ref, lots: lots as Lots, ticks };
}
