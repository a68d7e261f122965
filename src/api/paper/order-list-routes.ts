import type { Account } from '../../exchange/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/order.js';
import type { ExchangeState } from '../../exchange/state.js';
import type { Millis } from '../../exchange/units.js';
import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import { latestClosed, newestOrders, ORDERS_READ_MAX } from '../request/order-search.js';
import { errorReply, notFoundReply, reply, validationReply } from '../request/reply.js';
import { orderText } from './order-text.js';
import { ownAccounts } from './own-accounts.js';
import { QueryNumbers } from './query-numbers.js';

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 500;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The orders of an account: all of its user's portfolios together. */
export function orderListRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const list = (request: HttpRequest, principal: Principal): HttpReply => {
    if (!isOwn(request, principal)) return notFoundReply('Account');
    const accounts = ownAccounts(venue.exchange, principal);
    const orders = newestOrders(venue.exchange.state, accounts);
    return pageReply(venue.exchange, request, principal, orders, orderCount(accounts));
  };

  const filledToday = (request: HttpRequest, principal: Principal): HttpReply => {
    const accounts = ownAccounts(venue.exchange, principal);
    const orders = filledSince(venue.exchange.state, accounts, startOfDay(venue.now()));
    return pageReply(venue.exchange, request, principal, orders, orders.length);
  };

  const cancelAll = async (request: HttpRequest, principal: Principal): Promise<HttpReply> => {
    if (!isOwn(request, principal)) return notFoundReply('Account');
    const outcomes = await Promise.all(
      ownAccounts(venue.exchange, principal).map(({ id }) =>
        venue.execute({ kind: 'CANCEL_ALL', account: id, instrument: null }),
      ),
    );
    for (const { error } of outcomes) if (error !== null) return errorReply(error);
    const canceled = outcomes.reduce((sum, { count }) => sum + count, 0);
    return reply(JSON.stringify({ canceled }));
  };

  const accountPath = '/v1/orders/account/:accountId';
  return [
    { method: 'GET', path: accountPath, handle: authorization.requiring('read', list) },
    { method: 'DELETE', path: accountPath, handle: authorization.requiring('trade', cancelAll) },
    {
      method: 'GET',
      path: '/v1/orders/filled/today',
      handle: authorization.requiring('read', filledToday),
    },
  ];
}

/** An account is its user's; whether another user's exists is not told. */
function isOwn({ params }: HttpRequest, { userId }: Principal): boolean {
  return params['accountId']!.toLowerCase() === userId;
}

/** The day of UTC, as all times of this interface are. */
function startOfDay(now: Millis): Millis {
  return (now - (now % DAY_MS)) as Millis;
}

function orderCount(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { openCount, closedOrders }) => sum + openCount + closedOrders.size, 0);
}

/** Those of the latest closed orders that were filled from a moment on, the latest first. */
function filledSince(state: ExchangeState, accounts: readonly Account[], since: Millis): readonly Order[] {
  const found: Order[] = [];
  for (const order of latestClosed(state, accounts)) {
    if (order.updatedAt < since) break;
    if (order.status === 'FILLED') found.push(order);
  }
  return found;
}

/** One page of orders, of which there are `total`. Pages beyond what a request may read are refused by name. */
function pageReply(
  exchange: Exchange,
  { query }: HttpRequest,
  { userId }: Principal,
  orders: Iterable<Order>,
  total: number,
): HttpReply {
  const numbers = new QueryNumbers(query);
  const limit = numbers.whole('limit', LIMIT_DEFAULT, 1, LIMIT_MAX);
  const page = numbers.whole('page', 1, 1, Math.floor(ORDERS_READ_MAX / limit));
  if (numbers.errors !== null) return validationReply(numbers.errors, Object.fromEntries(query));
  const texts: string[] = [];
  let read = 0;
  for (const order of orders) {
    if (read === page * limit) break;
    if (read >= (page - 1) * limit) texts.push(orderText(exchange, order, userId));
    read += 1;
  }
  return reply(`{"orders":[${texts.join(',')}],"page":${page},"limit":${limit},"total":${total}}`);
}
