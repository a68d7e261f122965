import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/order.js';
import type { Millis, OrderId } from '../../exchange/units.js';
import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import { orderText } from './order-text.js';
import { ownAccounts } from './own-accounts.js';
import { QueryNumbers } from './query-numbers.js';
import { errorReply, notFoundReply, reply, validationReply } from './reply.js';

const PAGE_MAX = 1_000_000;
const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 500;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The orders of an account: all of its user's portfolios together. */
export function orderListRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const list = (request: HttpRequest, principal: Principal): HttpReply => {
    if (!isOwn(request, principal)) return notFoundReply('Account');
    return pageReply(venue.exchange, request, principal, () => true);
  };

  const filledToday = (request: HttpRequest, principal: Principal): HttpReply => {
    const dayStart = startOfDay(venue.now());
    const isWanted = (order: Order) => order.status === 'FILLED' && order.updatedAt >= dayStart;
    return pageReply(venue.exchange, request, principal, isWanted);
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
function startOfDay(now: Millis): number {
  return now - (now % DAY_MS);
}

/** One page of the caller's orders that are wanted, newest first, and how many there are in all. */
function pageReply(
  exchange: Exchange,
  { query }: HttpRequest,
  principal: Principal,
  isWanted: (order: Order) => boolean,
): HttpReply {
  const numbers = new QueryNumbers(query);
  const page = numbers.whole('page', 1, 1, PAGE_MAX);
  const limit = numbers.whole('limit', LIMIT_DEFAULT, 1, LIMIT_MAX);
  if (numbers.errors !== null) return validationReply(numbers.errors, Object.fromEntries(query));
  const ids = ownOrderIds(exchange, principal, isWanted);
  const end = Math.max(0, ids.length - (page - 1) * limit);
  const texts = [...ids.subarray(Math.max(0, end - limit), end)]
    .reverse()
    .map((id) => orderText(exchange, exchange.state.orders.get(id as OrderId)!, principal.userId));
  return reply(`{"orders":[${texts.join(',')}],"page":${page},"limit":${limit},"total":${ids.length}}`);
}

/** The numbers of the caller's orders, ascending. There may be very many, and typed arrays sort them fast. */
function ownOrderIds(
  exchange: Exchange,
  principal: Principal,
  isWanted: (order: Order) => boolean,
): Float64Array {
  const accounts = new Set(ownAccounts(exchange, principal).map(({ id }) => id));
  const ids: number[] = [];
  for (const order of exchange.state.orders.values()) {
    if (accounts.has(order.account) && isWanted(order)) ids.push(order.id);
  }
  return Float64Array.from(ids).sort();
}
