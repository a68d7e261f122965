import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';
import { Order } from '../../exchange/orders/order.js';
import { orderIdOf } from '../../exchange/orders/order-uuid.js';
import type { InstrumentId } from '../../exchange/units.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Endpoint } from '../family/endpoint.js';
import { cancelAll } from '../request/cancel-all.js';
import { type ListedOrder, marketOf, NO_HISTORY } from '../request/order-history.js';
import { isRefusal } from '../request/order-intake.js';
import { openNewestFirst, openOldestFirst } from '../request/order-search.js';
import { outcomeReply, reply } from '../request/reply.js';
import { predictionOrder } from './polymarket-order-request.js';
import { ENDED_STATUSES, orderView, pastOrderView, statusName } from './polymarket-order-view.js';
import { CANCEL_QUERY, CANCELED, ORDER, ORDER_BODY, ORDERS_QUERY } from './polymarket-schemas.js';
import type { PolymarketTrading } from './polymarket-trading.js';

/** Orders in predictions: placed, looked up and cancelled in the caller's default portfolio. */
export function orderRoutes(trading: PolymarketTrading): readonly Endpoint[] {
  return [placeRoute(trading), listRoute(trading), getRoute(trading), ...cancelRoutes(trading)];
}

function placeRoute(trading: PolymarketTrading): Endpoint {
  const { family, venue } = trading;
  return trading.trading(
    {
      method: 'POST',
      path: '/polymarket/orders',
      summary: 'Place an order in an outcome',
      body: ORDER_BODY,
      answers: {
        201: { description: 'The order as it is after its placement', schema: ORDER },
        400: { description: 'A field is not valid' },
        404: { description: 'There is no such market' },
        422: { description: 'The exchange rejected the order' },
      },
    },
    async ({ desk, account, body }) => {
      const command = predictionOrder(venue.exchange, account, body);
      if ('status' in command) return family.refusal(command.status, command.message);
      const answer = await outcomeReply(
        desk,
        command,
        ({ order }) => textOf(venue.exchange, order!),
        (error) => family.failure(error),
      );
      return answer.status === 200 ? { ...answer, status: 201 } : answer;
    },
  );
}

function listRoute(trading: PolymarketTrading): Endpoint {
  const { family, venue } = trading;
  return trading.reading(
    {
      method: 'GET',
      path: '/polymarket/orders',
      summary:
        'List the open orders, the newest first, or those that ended in a status, the last to end first',
      query: ORDERS_QUERY,
      answers: { 200: { description: 'The orders', schema: Type.Array(ORDER) }, 503: NO_HISTORY },
    },
    async ({ account, query }) => {
      const { exchange } = venue;
      const found = await ordersOf(trading, account, query);
      if (found === null) return family.failure('UNAVAILABLE');
      return reply(`[${found.map((order) => listedText(exchange, order)).join(',')}]`);
    },
  );
}

function getRoute(trading: PolymarketTrading): Endpoint {
  const { family, venue, history } = trading;
  return trading.reading(
    {
      method: 'GET',
      path: '/polymarket/orders/:orderId',
      summary: 'One order',
      answers: {
        200: { description: 'The order', schema: ORDER },
        404: { description: 'There is no such order' },
        503: NO_HISTORY,
      },
    },
    async ({ account, params: { orderId } }) => {
      const { exchange } = venue;
      const order = findOrder(exchange, account, orderId);
      if (order !== undefined) return reply(textOf(exchange, order));
      const past = await history.pastOrder(account, { orderId });
      if (past === null) return family.failure('UNAVAILABLE');
      const market = past && marketOf(exchange, past.text);
      if (past === undefined || market === undefined || !isMeant(market, undefined))
        return family.failure('ORDER_NOT_FOUND');
      return reply(listedText(exchange, past));
    },
  );
}

function cancelRoutes(trading: PolymarketTrading): readonly Endpoint[] {
  const { family, venue } = trading;
  const cancelOne = trading.trading(
    {
      method: 'DELETE',
      path: '/polymarket/orders/:orderId',
      summary: 'Cancel an order',
      isCancel: true,
      answers: {
        200: { description: 'The order as it ended', schema: ORDER },
        404: { description: 'There is no such order' },
        409: { description: 'It is not open any more' },
      },
    },
    ({ desk, account, params }): HttpReply | Promise<HttpReply> => {
      const found = findOrder(venue.exchange, account, params.orderId);
      if (found === undefined) return family.failure('ORDER_NOT_FOUND');
      return outcomeReply(
        desk,
        { kind: 'CANCEL', account: account.id, order: found.id },
        ({ order }) => textOf(venue.exchange, order!),
        (error) => family.failure(error),
      );
    },
  );
  const cancelMany = trading.trading(
    {
      method: 'DELETE',
      path: '/polymarket/orders',
      summary: 'Cancel all open orders in predictions, or those in one market',
      isCancel: true,
      query: CANCEL_QUERY,
      answers: { 200: { description: 'How many there were', schema: CANCELED } },
    },
    async ({ desk, account, query }) => {
      const instruments = instrumentsOf(venue.exchange, account, query.market_id);
      const places = instruments.map((instrument) => ({ account: account.id, instrument }));
      const result = await cancelAll(desk, places);
      return isRefusal(result) ? family.failure(result.error) : reply(JSON.stringify(result));
    },
  );
  return [cancelOne, cancelMany];
}

/** The orders that are asked for; null when those that have ended cannot be read now. */
async function ordersOf(
  { venue: { exchange }, history }: PolymarketTrading,
  account: Account,
  { limit, market_id: marketId, status = 'open' }: Static<typeof ORDERS_QUERY>,
): Promise<readonly ListedOrder[] | null> {
  if (status !== 'open' && status !== 'pending') {
    const isAskedFor = (market: Market) => isMeant(market, marketId);
    return history.closed(account, { status: ENDED_STATUSES[status], isMeant: isAskedFor, limit });
  }
  return [...openNewestFirst(account)]
    .filter((order) => isInPrediction(exchange, order, marketId) && statusName(order) === status)
    .slice(0, limit);
}

/** The predictions, or those of one market, in which an account has open orders. */
function instrumentsOf(
  exchange: Exchange,
  account: Account,
  marketId: string | undefined,
): readonly InstrumentId[] {
  const orders = [...openOldestFirst(account)].filter((order) => isInPrediction(exchange, order, marketId));
  return [...new Set(orders.map(({ instrument }) => instrument))];
}

/** An order of an account's own; what is no prediction is none of this family's. */
function findOrder(exchange: Exchange, account: Account, uuid: string): Order | undefined {
  const id = orderIdOf(exchange.state.venueTag, uuid);
  const order = id === null ? undefined : exchange.state.findOrder(account, id);
  return order !== undefined && isInPrediction(exchange, order, undefined) ? order : undefined;
}

function isInPrediction({ markets }: Exchange, order: Order, marketId: string | undefined): boolean {
  return isMeant(markets[order.instrument]!, marketId);
}

/** Whether a market is a prediction, or the one that is named. */
function isMeant({ instrument: { prediction } }: Market, marketId: string | undefined): boolean {
  return prediction !== null && (marketId === undefined || prediction.marketId === marketId);
}

function textOf(exchange: Exchange, order: Order): string {
  return JSON.stringify(orderView(exchange, order));
}

function listedText(exchange: Exchange, order: ListedOrder): string {
  if (order instanceof Order) return textOf(exchange, order);
  return JSON.stringify(pastOrderView(marketOf(exchange, order.text)!, order.text));
}
