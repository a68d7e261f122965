import type { Static } from 'typebox';
import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';
import { hasLimit, type Order, type OrderStatus, type OrderType } from '../../exchange/orders/order.js';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import { BUY, type Lots } from '../../exchange/units.js';
import { averagePrice, price, quantity } from '../../gateway/views/amounts.js';
import type { ORDER, OrderStatusName } from './polymarket-schemas.js';

const STATUS_NAMES: Readonly<Record<OrderStatus, OrderStatusName>> = {
  PENDING: 'pending',
  PENDING_MARKET_OPEN: 'pending',
  ACTIVE: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
};

/** The same the other way round, for what has ended: each of these names has one status. */
export const ENDED_STATUSES = {
  filled: 'FILLED',
  canceled: 'CANCELED',
  rejected: 'REJECTED',
  expired: 'EXPIRED',
} as const satisfies Partial<Record<OrderStatusName, OrderStatus>>;

/** Predictions cost nothing to trade. */
const NO_FEE = '0';

export function statusName({ status }: Order): OrderStatusName {
  return STATUS_NAMES[status];
}

/** An order in a prediction in this family's words. */
export function orderView({ state }: Exchange, order: Order): Static<typeof ORDER> {
  const market = state.market(order.instrument)!;
  const { symbol, prediction } = market.instrument;
  const isLimit = hasLimit(order.type);
  return {
    id: orderUuid(state.venueTag, order.id),
    market_id: prediction!.marketId,
    outcome_id: symbol,
    side: order.side === BUY ? 'buy' : 'sell',
    order_type: isLimit ? 'limit' : 'market',
    price: isLimit ? price(market, order.ticks) : fillPrice(market, order),
    amount: quantity(market, order.lots),
    status: statusName(order),
    filled: quantity(market, order.filledLots),
    remaining: quantity(market, (order.lots - order.filledLots) as Lots),
    timestamp: new Date(order.createdAt).toISOString(),
    fee: NO_FEE,
    time_in_force: order.timeInForce,
  };
}

/** What the native protocol says of an order, as far as this family tells it too. */
interface NativeOrder {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly orderType: OrderType;
  readonly timeInForce: string;
  readonly quantity: number;
  readonly limitPrice?: number;
  readonly filledQuantity: number;
  readonly avgFillPrice: number | null;
  readonly status: OrderStatus;
  readonly createdAt: string;
}

/** An order in a prediction in this family's words, of the text that the exchange's archive has of it. */
export function pastOrderView({ instrument }: Market, text: string): Static<typeof ORDER> {
  const order = JSON.parse(text) as NativeOrder;
  const { avgFillPrice, limitPrice, quantity: amount, filledQuantity } = order;
  const isLimit = hasLimit(order.orderType);
  const shownPrice = isLimit ? limitPrice! : avgFillPrice;
  return {
    id: order.orderId,
    market_id: instrument.prediction!.marketId,
    outcome_id: order.symbol,
    side: order.side === 'BUY' ? 'buy' : 'sell',
    order_type: isLimit ? 'limit' : 'market',
    price: shownPrice === null ? null : String(shownPrice),
    amount: String(amount),
    status: STATUS_NAMES[order.status],
    filled: String(filledQuantity),
    remaining: String(Number((amount - filledQuantity).toFixed(instrument.quantityDecimals))),
    timestamp: order.createdAt,
    fee: NO_FEE,
    time_in_force: order.timeInForce,
  };
}

/** What a market order has traded at on average; null before it has. */
function fillPrice(market: Market, { filledLots, filledNotional }: Order): string | null {
  return filledLots === 0 ? null : averagePrice(market, filledNotional, filledLots);
}
