import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/order.js';
import { orderIdOf } from '../../exchange/order-uuid.js';
import type { InstrumentId } from '../../exchange/units.js';
import type { HttpReply } from '../../gateway/http.js';
import type { Endpoint } from '../family/endpoint.js';
import { cancelAll } from '../request/cancel-all.js';
import { isRefusal } from '../request/order-intake.js';
import { latestClosed, openOldestFirst } from '../request/order-search.js';
import { outcomeReply, reply } from '../request/reply.js';
import { predictionOrder } from './polymarket-order-request.js';
import { orderView, statusName } from './polymarket-order-view.js';
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
  const { venue } = trading;
  return trading.reading(
    {
      method: 'GET',
      path: '/polymarket/orders',
      summary:
        'List the open orders, the newest first, or those that ended in a status, the last to end first',
      query: ORDERS_QUERY,
      answers: { 200: { description: 'The orders', schema: Type.Array(ORDER) } },
    },
    ({ account, query }) => {
      const found = ordersOf(venue.exchange, account, query);
      return reply(`[${found.map((order) => textOf(venue.exchange, order)).join(',')}]`);
    },
  );
}

function getRoute(trading: PolymarketTrading): Endpoint {
  const { family, venue } = trading;
  return trading.reading(
    {
      method: 'GET',
      path: '/polymarket/orders/:orderId',
      summary: 'One order',
      answers: {
        200: { description: 'The order', schema: ORDER },
        404: { description: 'There is no such order' },
      },
    },
    ({ account, params }) => {
      const order = findOrder(venue.exchange, account, params.orderId);
      return order === undefined ? family.failure('ORDER_NOT_FOUND') : reply(textOf(venue.exchange, order));
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

/** The orders that are asked for, among the open ones or the latest closed ones that a request may read. */
function ordersOf(
  exchange: Exchange,
  account: Account,
  { limit, market_id: marketId, status = 'open' }: Static<typeof ORDERS_QUERY>,
): readonly Order[] {
  const isMeant = (order: Order) => isInPrediction(exchange, order, marketId) && statusName(order) === status;
  const isOpen = status === 'open' || status === 'pending';
  const orders = isOpen ? [...openOldestFirst(account)].reverse() : latestClosed(exchange.state, [account]);
  const found: Order[] = [];
  for (const order of orders) {
    if (found.length === limit) break;
    if (isMeant(order)) found.push(order);
  }
  return found;
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
  const { prediction } = markets[order.instrument]!.instrument;
  return prediction !== null && (marketId === undefined || prediction.marketId === marketId);
}

function textOf(exchange: Exchange, order: Order): string {
  return JSON.stringify(orderView(exchange, order));
}
