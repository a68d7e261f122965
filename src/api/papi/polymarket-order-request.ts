import type { Account } from '../../exchange/accounts/account.js';
import type { PlaceOrder } from '../../exchange/command.js';
import type { Exchange } from '../../exchange/exchange.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import { BUY, type Lots, type Millis, SELL, type Ticks } from '../../exchange/units.js';
import { price } from '../../gateway/views/amounts.js';
import { findBinaryMarket, findOutcome } from './binary-markets.js';
import type { OrderBody } from './polymarket-schemas.js';

/** Why a request is no order, with the status to say so. */
export interface OrderFault {
  readonly status: 400 | 404;
  readonly message: string;
}

/** Translates an order whose fields are valid each, or says what is wrong with it. */
export function predictionOrder(
  exchange: Exchange,
  account: Account,
  body: OrderBody,
): PlaceOrder | OrderFault {
  const binary = findBinaryMarket(exchange, body.market_id);
  if (binary === undefined) return { status: 404, message: 'Market not found' };
  const market = findOutcome(binary, body.outcome_id);
  if (market === undefined) return fault('outcome_id must be that of an outcome of the market, or yes or no');
  const lots = parseDecimal(body.amount, market.instrument.quantityDecimals);
  if (lots === null) {
    return fault(`amount must have at most ${market.instrument.quantityDecimals} decimals and 15 digits`);
  }
  const ticks = limitTicks(market, body);
  if (typeof ticks === 'object') return ticks;
  return {
    kind: 'PLACE',
    account: account.id,
    instrument: market.id,
    side: body.side === 'buy' ? BUY : SELL,
    type: body.order_type === 'limit' ? 'LIMIT' : 'MARKET',
    timeInForce: body.time_in_force ?? 'GTC',
    lots: lots as Lots,
    ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId: null,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
}

/** The limit; 0 for a market order. */
function limitTicks(market: Market, { order_type: type, price: asked }: OrderBody): Ticks | OrderFault {
  if (type === 'market') {
    return asked === undefined ? (0 as Ticks) : fault('price is not allowed for market orders');
  }
  if (asked === undefined) return fault('price is required for limit orders');
  const { priceDecimals, maxTicks } = market.instrument;
  const ticks = parseDecimal(asked, priceDecimals);
  if (ticks !== null && ticks <= maxTicks) return ticks as Ticks;
  const [lowest, highest] = [price(market, 1 as Ticks), price(market, maxTicks)];
  return fault(`price must be from ${lowest} to ${highest}, with at most ${priceDecimals} decimals`);
}

function fault(message: string): OrderFault {
  return { status: 400, message };
}
