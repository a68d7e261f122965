import type { Account } from '../../exchange/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/order.js';
import type { Millis } from '../../exchange/units.js';
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
/** How many orders one request reads at the most, lest it keep everybody waiting; later pages are empty. */
const READ_MAX = 20_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The orders of an account: all of its user's portfolios together. */
export function orderListRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const list = (request: HttpRequest, principal: Principal): HttpReply => {
    if (!isOwn(request, principal)) return notFoundReply('Account');
    return pageReply(
      venue.exchange,
      request,
      principal,
      (account) => allOrders(venue.exchange, account),
      ({ openCount, closedCount }) => openCount + closedCount,
    );
  };

  const filledToday = (request: HttpRequest, principal: Principal): HttpReply => {
    const dayStart = startOfDay(venue.now());
    const filled = (account: Account) => filledSince(venue.exchange, account, dayStart);
    return pageReply(venue.exchange, request, principal, filled, null);
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

/** All orders of an account that are kept: the open ones first, then the closed ones; each newest first. */
function* allOrders({ state }: Exchange, account: Account): Generator<Order> {
  for (let order = account.lastOpen; order !== null; order = order.openPrevious) yield order;
  yield* state.closedOrders.newestFirst(account);
}

/** The orders that were filled since a moment, newest first. */
function* filledSince({ state }: Exchange, account: Account, since: number): Generator<Order> {
  for (const order of state.closedOrders.newestFirst(account)) {
    if (order.updatedAt < since) return;
    if (order.status === 'FILLED') yield order;
  }
}

/** One page of the orders of all portfolios, and how many there are; `totalOf` counts without reading them. */
function pageReply(
  exchange: Exchange,
  { query }: HttpRequest,
  principal: Principal,
  ordersOf: (account: Account) => Iterable<Order>,
  totalOf: ((account: Account) => number) | null,
): HttpReply {
  const numbers = new QueryNumbers(query);
  const page = numbers.whole('page', 1, 1, PAGE_MAX);
  const limit = numbers.whole('limit', LIMIT_DEFAULT, 1, LIMIT_MAX);
  if (numbers.errors !== null) return validationReply(numbers.errors, Object.fromEntries(query));
  const accounts = ownAccounts(exchange, principal);
  const first = (page - 1) * limit;
  const texts: string[] = [];
  let read = 0;
  for (const account of accounts) {
    for (const order of ordersOf(account)) {
      if (read >= first && read < first + limit) texts.push(orderText(exchange, order, principal.userId));
      read += 1;
      if (read >= (totalOf === null ? READ_MAX : Math.min(first + limit, READ_MAX))) break;
    }
  }
  const total = totalOf === null ? read : accounts.reduce((sum, account) => sum + totalOf(account), 0);
  return reply(`{"orders":[${texts.join(',')}],"page":${page},"limit":${limit},"total":${total}}`);
}
