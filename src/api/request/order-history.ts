import type { Account } from '../../exchange/accounts/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Order, OrderStatus } from '../../exchange/orders/order.js';
import { orderIdOf } from '../../exchange/orders/order-uuid.js';
import type { Millis, OrderId } from '../../exchange/units.js';
import type { PrivateEvent } from '../../gateway/channels/event-log.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { Venue } from '../../gateway/venue.js';
import type { OrderReference } from './order-schema.js';
import { merged, ORDERS_READ_MAX, openNewestFirst } from './order-search.js';

/** The answer where the archive is needed and cannot be read. */
export const NO_HISTORY = { description: 'The history cannot be read now; try again' };

/** An order that the exchange has forgotten, as it ended. */
export interface PastOrder {
  readonly id: OrderId;
  readonly updatedAt: Millis;
  /** JSON text of the native protocol. */
  readonly text: string;
}

/** An order of a list; what the exchange knows of it stays true of the exchange that it was listed by. */
export type ListedOrder = Order | PastOrder;

/** What is asked for of the orders that have ended. */
export interface ClosedOrderQuery {
  /** How they ended; in whichever way where none is named. */
  readonly status?: OrderStatus;
  /** In which markets; in all of them where nothing is said. */
  readonly isMeant?: (market: Market) => boolean;
  readonly since?: Millis;
  readonly limit: number;
}

/** The first orders of a list, and how long the list is. */
export interface OrderList {
  readonly orders: readonly ListedOrder[];
  readonly total: number;
}

/**
 * The orders that there were: those that the exchange holds, and behind them those that the archive tells of, as far back
 * as the owner's plan reaches. What is listed is as it was when it was asked for, whatever changes while the archive is
 * read. Everything is null where the archive is needed and cannot be read now.
 */
export class OrderHistory {
  constructor(
    private readonly venue: Venue,
    private readonly past: PastEvents,
  ) {}

  /** An order that the exchange has forgotten; undefined when none is found. */
  async pastOrder(
    account: Account,
    { orderId, clientOrderId }: OrderReference,
  ): Promise<PastOrder | undefined | null> {
    const { exchange } = this.venue;
    if (orderId !== undefined && orderIdOf(exchange.state.venueTag, orderId) === null) return undefined;
    const field =
      orderId === undefined
        ? `"clientOrderId":${JSON.stringify(clientOrderId)}`
        : `"orderId":${JSON.stringify(orderId.toLowerCase())}`;
    const found = await this.past.find(account, {
      listed: 'closedOrders',
      isWanted: (data) => data.includes(field),
      limit: 1,
      until: account.closedOrders.forgottenUntil(exchange.time),
    });
    if (found === null) return null;
    const [event] = found;
    return event && pastOrderOf(exchange, event);
  }

  /**
   * The closed orders of a portfolio, the one that closed last first. Of those that the exchange holds as many are read as
   * a request may read at once; the archive goes on from there.
   */
  async closed(account: Account, query: ClosedOrderQuery): Promise<readonly ListedOrder[] | null> {
    const { exchange } = this.venue;
    const { status, since, limit } = query;
    const found: ListedOrder[] = [];
    const read: Order[] = [];
    for (const order of exchange.state.closedOrdersOf(account)) {
      if (since !== undefined && order.updatedAt < since) return found;
      if (isWanted(exchange, order, query) && found.push(order) === limit) return found;
      if (read.push(order) === ORDERS_READ_MAX) break;
    }
    const older = await this.past.find(account, {
      listed: status === 'FILLED' ? 'filledOrders' : 'closedOrders',
      isWanted: wantedBehind(exchange, read, query),
      limit: limit - found.length,
      since,
      until: read.at(-1)?.updatedAt,
    });
    if (older === null) return null;
    return [...found, ...older.map((event) => pastOrderOf(exchange, event))];
  }

  /** The first orders of some portfolios, newest first; the closed ones of a portfolio in the order in which they closed. */
  async newest(accounts: readonly Account[], limit: number): Promise<OrderList | null> {
    const open = accounts.map((account) => [...openNewestFirst(account)].slice(0, limit));
    const openCount = accounts.reduce((sum, account) => sum + account.openCount, 0);
    const closed = await this.closedLists(accounts, { limit }, 'closedOrders');
    if (closed === null) return null;
    const orders = merged([...open, ...closed.lists], (one, other) => one.id > other.id);
    return { orders: [...orders].slice(0, limit), total: openCount + closed.total };
  }

  /** The first orders of some portfolios that were filled since a moment, the latest first. */
  async filledSince(accounts: readonly Account[], since: Millis, limit: number): Promise<OrderList | null> {
    const filled = await this.closedLists(accounts, { status: 'FILLED', since, limit }, 'filledOrders');
    if (filled === null) return null;
    const orders = merged(filled.lists, (one, other) => one.updatedAt > other.updatedAt);
    return { orders: [...orders].slice(0, limit), total: filled.total };
  }

  /** The list of each portfolio, and how long all of them are. What was forgotten before its time is not counted. */
  private async closedLists(
    accounts: readonly Account[],
    query: ClosedOrderQuery,
    listed: 'closedOrders' | 'filledOrders',
  ): Promise<{ readonly lists: readonly (readonly ListedOrder[])[]; readonly total: number } | null> {
    const read = accounts.map((account) =>
      Promise.all([this.closed(account, query), this.past.count(account, listed, query.since)]),
    );
    const lists: (readonly ListedOrder[])[] = [];
    let total = 0;
    for (const [list, count] of await Promise.all(read)) {
      if (list === null || count === null) return null;
      lists.push(list);
      total += Math.max(list.length, count);
    }
    return { lists, total };
  }
}

/** The market that an archived order is in, by the text of its event. */
export function marketOf(exchange: Exchange, text: string): Market | undefined {
  const symbol = /"symbol":"([^"]+)"/.exec(text)?.[1];
  return symbol === undefined ? undefined : exchange.findMarket(symbol);
}

function isWanted(exchange: Exchange, order: Order, { status, isMeant }: ClosedOrderQuery): boolean {
  if (status !== undefined && order.status !== status) return false;
  return isMeant === undefined || isMeant(exchange.markets[order.instrument]!);
}

/** Judges what the archive tells: an order that closed with the last one that the exchange was asked for is known already. */
function wantedBehind(
  exchange: Exchange,
  read: readonly Order[],
  { status, isMeant }: ClosedOrderQuery,
): (data: string) => boolean {
  const closedLast = read.at(-1)?.updatedAt;
  const known = new Set(read.filter(({ updatedAt }) => updatedAt === closedLast).map(({ id }) => id));
  const field = status === undefined ? '' : `"status":"${status}"`;
  return (data) => {
    if (!data.includes(field)) return false;
    const id = orderIdOf(exchange.state.venueTag, uuidOf(data));
    if (id === null || known.has(id)) return false;
    if (isMeant === undefined) return true;
    const market = marketOf(exchange, data);
    return market !== undefined && isMeant(market);
  };
}

function pastOrderOf(exchange: Exchange, { data, time }: PrivateEvent): PastOrder {
  return { id: orderIdOf(exchange.state.venueTag, uuidOf(data))!, updatedAt: time, text: data };
}

/** The id that the text of an order begins with. */
function uuidOf(order: string): string {
  const start = '{"orderId":"'.length;
  return order.slice(start, order.indexOf('"', start));
}
