import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import { Order } from '../../exchange/orders/order.js';
import type { Millis } from '../../exchange/units.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { cancelAll } from '../request/cancel-all.js';
import { COMMAND_FAILURES } from '../request/command-failures.js';
import { wholeNumber } from '../request/fields.js';
import { NO_HISTORY, type OrderHistory, type OrderList } from '../request/order-history.js';
import { isRefusal } from '../request/order-intake.js';
import { ORDERS_READ_MAX } from '../request/order-search.js';
import { ownAccounts } from '../request/own-accounts.js';
import { errorReply, notFoundReply, reply, validationReply } from '../request/reply.js';
import { CANCELED_COUNT, ORDER_PAGE } from './order-answers.js';
import { orderText } from './order-text.js';
import { isOwn } from './own-account-id.js';
import { pastOrderText } from './past-order-text.js';

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 500;
const DAY_MS = 24 * 60 * 60 * 1_000;
const ACCOUNT_PATH = '/v1/orders/account/:accountId';

const PAGE_QUERY = Type.Object({
  limit: wholeNumber('limit', 1, LIMIT_MAX, { default: LIMIT_DEFAULT }),
  page: wholeNumber('page', 1, ORDERS_READ_MAX, { default: 1 }),
});
type PageQuery = Static<typeof PAGE_QUERY>;

const A_PAGE = { description: 'One page', schema: ORDER_PAGE };
const NO_ACCOUNT = { description: 'There is no such account, or it is another user’s' };

/** The orders of an account: all of its user's portfolios together. */
export function orderListRoutes(family: Family, venue: Venue, history: OrderHistory): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: ACCOUNT_PATH,
        summary: 'All orders as far back as the plan’s history reaches, newest first',
        access: 'read',
        query: PAGE_QUERY,
        answers: { 200: A_PAGE, 404: NO_ACCOUNT, 503: NO_HISTORY },
      },
      ({ params: { accountId }, query, principal }) => {
        if (!isOwn(accountId, principal)) return notFoundReply('Account');
        const accounts = ownAccounts(venue.exchange, principal);
        return pageReply(venue, query, principal, (limit) => history.newest(accounts, limit));
      },
    ),
    family.closed(
      {
        method: 'GET',
        path: '/v1/orders/filled/today',
        summary: 'The orders filled today (UTC), the latest first',
        access: 'read',
        query: PAGE_QUERY,
        answers: { 200: A_PAGE, 503: NO_HISTORY },
      },
      ({ query, principal }) => {
        const accounts = ownAccounts(venue.exchange, principal);
        const since = startOfDay(venue.now());
        return pageReply(venue, query, principal, (limit) => history.filledSince(accounts, since, limit));
      },
    ),
    family.trading(
      {
        method: 'DELETE',
        path: ACCOUNT_PATH,
        summary: 'Cancel all open orders',
        access: 'trade',
        isCancel: true,
        answers: {
          200: { description: 'How many', schema: CANCELED_COUNT },
          ...COMMAND_FAILURES,
          404: NO_ACCOUNT,
        },
      },
      ({ desk, params: { accountId }, principal }) =>
        isOwn(accountId, principal)
          ? cancelOwn(desk, ownAccounts(venue.exchange, principal))
          : notFoundReply('Account'),
    ),
  ];
}

async function cancelOwn(desk: CommandDesk, accounts: readonly Account[]): Promise<HttpReply> {
  const places = accounts.map(({ id }) => ({ account: id, instrument: null }));
  const result = await cancelAll(desk, places);
  return isRefusal(result) ? errorReply(result.error) : reply(JSON.stringify(result));
}

/** The day of UTC, as all times of this interface are. */
function startOfDay(now: Millis): Millis {
  return (now - (now % DAY_MS)) as Millis;
}

/** One page of a list that `read` has the first orders of. Pages beyond what a request may read are refused by name. */
async function pageReply(
  { exchange }: Venue,
  query: PageQuery,
  { userId }: Principal,
  read: (limit: number) => Promise<OrderList | null>,
): Promise<HttpReply> {
  const { limit, page } = query;
  const pageMax = Math.floor(ORDERS_READ_MAX / limit);
  if (page < 1 || page > pageMax) {
    return validationReply({ page: [`page must be a whole number from 1 to ${pageMax}`] }, query);
  }
  const list = await read(page * limit);
  if (list === null) return errorReply('UNAVAILABLE');
  const texts = list.orders
    .slice((page - 1) * limit)
    .map((order) =>
      order instanceof Order ? orderText(exchange, order, userId) : pastOrderText(order.text, userId),
    );
  return reply(`{"orders":[${texts.join(',')}],"page":${page},"limit":${limit},"total":${list.total}}`);
}
