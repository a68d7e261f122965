import type { Order } from '../../exchange/order.js';
import { bookDepth, levelsText } from '../../gateway/channels/book-depth.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { Venue } from '../../gateway/venue.js';
import { isRefusal, orderReference } from '../request/order-intake.js';
import { latestClosed, ORDERS_READ_MAX, openOldestFirst } from '../request/order-search.js';
import { pastOrderOf, pastOrdersOf } from '../request/past-orders.js';
import type { Client } from './client.js';
import { type MethodTable, method } from './method.js';

/** What a list of orders may be asked for by that is still open. */
const OPEN_STATUSES: readonly string[] = ['OPEN', 'PENDING', 'PENDING_MARKET_OPEN', 'ACTIVE'];
const LIST_DEFAULT = 100;
const BOOK_DEPTH_DEFAULT = 20;

/** Everything that only reads: from this process's copy of the exchange, and what is older from the archive. */
export function queryMethods(venue: Venue, past: PastEvents) {
  return {
    'order.get': method('order.get', async (client, params, responder) => {
      const reference = orderReference(venue.exchange, params);
      if (isRefusal(reference)) return responder.refuse(reference);
      const order = venue.exchange.state.findOrder(client.account, reference.ref);
      if (order !== undefined) return responder.result(`{"order":${venue.views.order(order)}}`);
      const pastOrder = await pastOrderOf(venue.exchange, past, client.account, params);
      if (pastOrder === null) return responder.fail('UNAVAILABLE');
      if (pastOrder === undefined) return responder.fail(venue.absence);
      responder.result(`{"order":${pastOrder}}`);
    }),
    'order.list': method('order.list', async (client, params, responder) => {
      const { status = 'OPEN', symbol, limit = LIST_DEFAULT } = params;
      const market = symbol === undefined ? null : venue.exchange.findMarket(symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const isWanted = (order: Order) =>
        (market === null || order.instrument === market.id) &&
        (status === 'OPEN' ? order.isOpen : order.status === status);
      const found = ordersOf(venue, client, status, isWanted, limit);
      const texts = found.orders.map((order) => venue.views.order(order));
      if (found.isComplete) return responder.result(`{"orders":[${texts.join(',')}]}`);
      const older = { status, symbol, limit: limit - texts.length };
      const pastOrders = await pastOrdersOf(venue.exchange, past, client.account, older);
      if (pastOrders === null) return responder.fail('UNAVAILABLE');
      responder.result(`{"orders":[${[...texts, ...pastOrders].join(',')}]}`);
    }),
    'position.list': method('position.list', (client, _params, responder) => {
      responder.result(`{"positions":${venue.views.positions(client.account)}}`);
    }),
    'account.get': method('account.get', (client, _params, responder) => {
      responder.result(`{"account":${venue.views.account(client.account)}}`);
    }),
    'fill.list': method('fill.list', async (client, { limit = LIST_DEFAULT }, responder) => {
      const fills = await past.find(client.account, { channel: 'fills', limit, isWanted: () => true });
      if (fills === null) return responder.fail('UNAVAILABLE');
      responder.result(`{"fills":[${fills.map(({ data }) => data).join(',')}]}`);
    }),
    'market.list': method('market.list', (_client, _params, responder) => {
      responder.result(`{"markets":${venue.views.markets()}}`);
    }),
    'book.get': method('book.get', (_client, params, responder) => {
      const market = venue.exchange.findMarket(params.symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const { bids, asks } = bookDepth(market, params.depth ?? BOOK_DEPTH_DEFAULT);
      responder.result(
        `{"bids":${levelsText(market, bids)},"asks":${levelsText(market, asks)},"seq":${venue.exchange.position}}`,
      );
    }),
  } satisfies Partial<MethodTable>;
}

interface FoundOrders {
  readonly orders: readonly Order[];
  /** False where older ones may be in the archive. */
  readonly isComplete: boolean;
}

/** Open orders oldest first; of the latest closed ones, newest first. */
function ordersOf(
  venue: Venue,
  client: Client,
  status: string,
  isWanted: (order: Order) => boolean,
  limit: number,
): FoundOrders {
  const isOpen = OPEN_STATUSES.includes(status);
  const searched = isOpen
    ? openOldestFirst(client.account)
    : latestClosed(venue.exchange.state, [client.account]);
  const orders: Order[] = [];
  let read = 0;
  for (const order of searched) {
    read += 1;
    if (isWanted(order) && orders.push(order) === limit) return { orders, isComplete: true };
  }
  return { orders, isComplete: isOpen || read === ORDERS_READ_MAX };
}
