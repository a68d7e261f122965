import type { Market } from '../../exchange/markets/market.js';
import { isOpenStatus, Order } from '../../exchange/orders/order.js';
import { bookDepth, levelsText } from '../../gateway/channels/book-depth.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { Venue } from '../../gateway/venue.js';
import { OrderHistory } from '../request/order-history.js';
import { isRefusal, orderReference } from '../request/order-intake.js';
import { openOldestFirst } from '../request/order-search.js';
import { type MethodTable, method } from './method.js';

const LIST_DEFAULT = 100;
const BOOK_DEPTH_DEFAULT = 20;

/** Everything that only reads: from this process's copy of the exchange, and what is older from the archive. */
export function queryMethods(venue: Venue, past: PastEvents) {
  const history = new OrderHistory(venue, past);
  return {
    'order.get': method('order.get', async (client, params, responder) => {
      const reference = orderReference(venue.exchange, params);
      if (isRefusal(reference)) return responder.refuse(reference);
      const order = venue.exchange.state.findOrder(client.account, reference.ref);
      if (order !== undefined) return responder.result(`{"order":${venue.views.order(order)}}`);
      const pastOrder = await history.pastOrder(client.account, params);
      if (pastOrder === null) return responder.fail('UNAVAILABLE');
      if (pastOrder === undefined) return responder.fail(venue.absence);
      responder.result(`{"order":${pastOrder.text}}`);
    }),
    'order.list': method('order.list', async (client, params, responder) => {
      const { status = 'OPEN', symbol, limit = LIST_DEFAULT } = params;
      const market = symbol === undefined ? null : venue.exchange.findMarket(symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const { views } = venue;
      const isMeant = ({ id }: Market) => market === null || id === market.id;
      const isWanted = (order: Order) =>
        isMeant(venue.exchange.markets[order.instrument]!) && (status === 'OPEN' || order.status === status);
      const orders =
        status === 'OPEN' || isOpenStatus(status)
          ? [...openOldestFirst(client.account)].filter(isWanted).slice(0, limit)
          : await history.closed(client.account, { status, isMeant, limit });
      if (orders === null) return responder.fail('UNAVAILABLE');
      const texts = orders.map((order) => (order instanceof Order ? views.order(order) : order.text));
      responder.result(`{"orders":[${texts.join(',')}]}`);
    }),
    'position.list': method('position.list', (client, _params, responder) => {
      responder.result(`{"positions":${venue.views.positions(client.account)}}`);
    }),
    'account.get': method('account.get', (client, _params, responder) => {
      responder.result(`{"account":${venue.views.account(client.account)}}`);
    }),
    'fill.list': method('fill.list', async (client, { limit = LIST_DEFAULT }, responder) => {
      const fills = await past.find(client.account, { listed: 'fills', limit, isWanted: () => true });
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
