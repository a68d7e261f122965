import { Type } from 'typebox';
import { ORDER_STATUSES, type Order } from '../../exchange/order.js';
import { BOOK_DEPTH_MAX, bookDepth, levelsText } from '../../gateway/channels/book-depth.js';
import type { Venue } from '../../gateway/venue.js';
import { oneOf, wholeNumber } from '../request/fields.js';
import { isRefusal, orderReference } from '../request/order-intake.js';
import { ORDER_REFERENCE, symbolField } from '../request/order-schema.js';
import { latestClosed, openOldestFirst } from '../request/order-search.js';
import type { Client } from './client.js';
import { type MethodTable, method } from './method.js';

/** What a list of orders may be asked for by that is still open. */
const OPEN_STATUSES: readonly string[] = ['OPEN', 'PENDING', 'PENDING_MARKET_OPEN', 'ACTIVE'];
const LIST_DEFAULT = 100;
const LIST_MAX = 1_000;
const BOOK_DEPTH_DEFAULT = 20;

const NOTHING = Type.Object({}, { additionalProperties: false });

const ORDER_LIST = Type.Object(
  {
    status: Type.Optional(oneOf('status', ['OPEN', ...ORDER_STATUSES])),
    symbol: Type.Optional(symbolField),
    limit: Type.Optional(wholeNumber('limit', 1, LIST_MAX)),
  },
  { additionalProperties: false },
);

const FILL_LIST = Type.Object(
  { limit: Type.Optional(wholeNumber('limit', 1, LIST_MAX)) },
  { additionalProperties: false },
);

const BOOK_QUERY = Type.Object(
  { symbol: symbolField, depth: Type.Optional(wholeNumber('depth', 1, BOOK_DEPTH_MAX)) },
  { additionalProperties: false },
);

/** Everything that only reads: answered at once from this process's copy of the exchange. */
export function queryMethods(venue: Venue): MethodTable {
  return {
    'order.get': method('read', ORDER_REFERENCE, (client, params, responder) => {
      const reference = orderReference(venue.exchange, params);
      if (isRefusal(reference)) return responder.refuse(reference);
      const order = venue.exchange.state.findOrder(client.account, reference.ref);
      if (order === undefined) return responder.fail('ORDER_NOT_FOUND');
      responder.result(`{"order":${venue.views.order(order)}}`);
    }),
    'order.list': method('read', ORDER_LIST, (client, params, responder) => {
      const { status = 'OPEN', symbol, limit = LIST_DEFAULT } = params;
      const market = symbol === undefined ? null : venue.exchange.findMarket(symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const isWanted = (order: Order) =>
        (market === null || order.instrument === market.id) &&
        (status === 'OPEN' ? order.isOpen : order.status === status);
      const orders = ordersOf(venue, client, status, isWanted, limit);
      responder.result(`{"orders":[${orders.map((order) => venue.views.order(order)).join(',')}]}`);
    }),
    'position.list': method('read', NOTHING, (client, _params, responder) => {
      responder.result(`{"positions":${venue.views.positions(client.account)}}`);
    }),
    'account.get': method('read', NOTHING, (client, _params, responder) => {
      responder.result(`{"account":${venue.views.account(client.account)}}`);
    }),
    'fill.list': method('read', FILL_LIST, (client, params, responder) => {
      const fills = venue.feeds.private.newest(client.account, 'fills', params.limit ?? LIST_DEFAULT);
      responder.result(`{"fills":[${fills.join(',')}]}`);
    }),
    'market.list': method('read', NOTHING, (_client, _params, responder) => {
      const markets = venue.exchange.markets.map((market) => venue.views.market(market));
      responder.result(`{"markets":[${markets.join(',')}]}`);
    }),
    'book.get': method('read', BOOK_QUERY, (_client, params, responder) => {
      const market = venue.exchange.findMarket(params.symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const { bids, asks } = bookDepth(market, params.depth ?? BOOK_DEPTH_DEFAULT);
      responder.result(
        `{"bids":${levelsText(market, bids)},"asks":${levelsText(market, asks)},"seq":${venue.exchange.position}}`,
      );
    }),
  };
}

/** Open orders oldest first; of the latest closed ones, newest first. */
function ordersOf(
  venue: Venue,
  client: Client,
  status: string,
  isWanted: (order: Order) => boolean,
  limit: number,
): readonly Order[] {
  const isOpen = OPEN_STATUSES.includes(status);
  const orders = isOpen
    ? openOldestFirst(client.account)
    : latestClosed(venue.exchange.state, [client.account]);
  const found: Order[] = [];
  for (const order of orders) {
    if (!isWanted(order)) continue;
    found.push(order);
    if (found.length >= limit) break;
  }
  return found;
}
