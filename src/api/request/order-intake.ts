import type { Account } from '../../exchange/accounts/account.js';
import type {
  AmendOrder,
  ExitChange,
  OrderRef,
  PlaceOrder,
  ProtectPosition,
} from '../../exchange/command.js';
import type { Exchange } from '../../exchange/exchange.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import { isAmendable } from '../../exchange/orders/amendments.js';
import type { TimeInForce } from '../../exchange/orders/order.js';
import { orderIdOf } from '../../exchange/orders/order-uuid.js';
import { BUY, type Lots, type Millis, type OrderId, SELL } from '../../exchange/units.js';
import { amountFaults } from './amount-faults.js';
import { contradictions } from './contradictions.js';
import { isOfAnotherClass, orderFaults, type Refusal, refusalFor } from './order-faults.js';
import { unamendable } from './order-refusals.js';
import type {
  AmendRequest,
  ExitRequest,
  OrderReference,
  OrderRequest,
  ProtectRequest,
} from './order-schema.js';
import { exitOf, exitsOf, priceTicks, triggerOf } from './order-terms.js';

export function isRefusal(value: object): value is Refusal {
  return 'error' in value;
}

/** An order number that none has, for ids that are not of this venue: they are not found. */
const NO_ORDER = Number.MAX_SAFE_INTEGER as OrderId;

/** Translates a request whose fields are valid each into a command, or says which do not fit together. */
export function placeCommand(
  exchange: Exchange,
  account: Account,
  request: OrderRequest,
): PlaceOrder | Refusal {
  const market = exchange.findMarket(request.symbol);
  const isContradictory = contradictions(request).length > 0;
  if (market === undefined || isContradictory || isOfAnotherClass(request, market)) {
    return refusalFor(orderFaults(exchange, request));
  }
  const lots = parseDecimal(request.quantity, market.instrument.quantityDecimals);
  const ticks = priceTicks(market, request.limitPrice);
  const trigger = triggerOf(market, request);
  const exits = exitsOf(market, request);
  if (lots === null || ticks === null || trigger === undefined || exits === undefined) {
    return refusalFor(orderFaults(exchange, request));
  }
  const { positionIntent, expiresAt } = request;
  const side = positionIntent?.startsWith('BUY') || request.side === 'BUY' ? BUY : SELL;
  return {
    kind: 'PLACE',
    account: account.id,
    instrument: market.id,
    side,
    type: request.orderType,
    timeInForce: request.timeInForce ?? defaultTimeInForce(market),
    lots: lots as Lots,
    ticks,
    postOnly: request.postOnly ?? false,
    reduceOnly: positionIntent?.endsWith('CLOSE') || request.reduceOnly || false,
    clientOrderId: request.clientOrderId ?? null,
    expiresAt: (expiresAt === undefined ? 0 : Date.parse(expiresAt)) as Millis,
    trigger,
    exits,
  };
}

/** Equities' orders end with the day, as at a broker; perpetuals' stay, as on their venues. */
function defaultTimeInForce(market: Market): TimeInForce {
  return market.instrument.assetClass === 'EQUITY' ? 'DAY' : 'GTC';
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
  const { quantity, limitPrice, stopPrice } = request;
  if (quantity === undefined && limitPrice === undefined && stopPrice === undefined) {
    const errors = { quantity: ['quantity, limitPrice or stopPrice is required'] };
    return { error: 'INVALID_REQUEST', errors };
  }
  const order = exchange.state.findOrder(account, reference.ref);
  if (order === undefined) return { error: 'ORDER_NOT_FOUND' };
  const market = exchange.markets[order.instrument]!;
  const lots = quantity === undefined ? 0 : parseDecimal(quantity, market.instrument.quantityDecimals);
  const ticks = priceTicks(market, limitPrice);
  const stopTicks = priceTicks(market, stopPrice);
  if (lots === null || ticks === null || stopTicks === null) return refusalFor(amountFaults(market, request));
  const changes = { lots: lots as Lots, ticks, stopTicks };
  if (order.isOpen && !isAmendable(order, changes)) return unamendable(changes, order);
  return { kind: 'AMEND', account: account.id, order: reference.ref, ...changes };
}

/** Translates what is to become of the exits of a position. */
export function protectCommand(
  exchange: Exchange,
  account: Account,
  { symbol, takeProfit, stopLoss }: ProtectRequest,
): ProtectPosition | Refusal {
  if (takeProfit === undefined && stopLoss === undefined) {
    return { error: 'INVALID_REQUEST', errors: { takeProfit: ['takeProfit or stopLoss is required'] } };
  }
  const market = exchange.findMarket(symbol);
  if (market === undefined) return { error: 'UNKNOWN_SYMBOL' };
  const profit = exitChange(market, takeProfit);
  const loss = exitChange(market, stopLoss);
  if (profit === null || loss === null) {
    const given = { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
    return refusalFor(amountFaults(market, given));
  }
  const { id: instrument } = market;
  return { kind: 'PROTECT', account: account.id, instrument, takeProfit: profit, stopLoss: loss };
}

function exitChange(market: Market, request: ExitRequest | null | undefined): ExitChange | null {
  if (request === undefined) return 'KEEP';
  return request === null ? 'REMOVE' : exitOf(market, request);
}
