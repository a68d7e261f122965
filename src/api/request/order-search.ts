import type { Account } from '../../exchange/account.js';
import type { Order } from '../../exchange/order.js';
import type { ExchangeState } from '../../exchange/state.js';

/**
 * So many orders a request may read, besides the open ones of one portfolio: what it costs must not grow with
 * the history, lest one client keep everybody waiting.
 */
export const ORDERS_READ_MAX = 1_000;

export function* openOldestFirst({ firstOpen }: Account): Generator<Order> {
  for (let order = firstOpen; order !== null; order = order.openNext) yield order;
}

function* openNewestFirst({ lastOpen }: Account): Generator<Order> {
  for (let order = lastOpen; order !== null; order = order.openPrevious) yield order;
}

/** The orders of some portfolios, newest first; the closed ones of a portfolio in the order in which they closed. */
export function newestOrders(state: ExchangeState, accounts: readonly Account[]): Generator<Order> {
  const sources = accounts.flatMap((account) => [openNewestFirst(account), state.closedOrdersOf(account)]);
  return merged(sources, (one, other) => one.id > other.id);
}

/** The closed orders of some portfolios that can be read at once, the one that closed last first. */
export function* latestClosed(state: ExchangeState, accounts: readonly Account[]): Generator<Order> {
  const sources = accounts.map((account) => state.closedOrdersOf(account));
  let read = 0;
  for (const order of merged(sources, (one, other) => one.updatedAt > other.updatedAt)) {
    yield order;
    read += 1;
    if (read === ORDERS_READ_MAX) return;
  }
}

/** Always takes the head that comes before the other heads. */
function* merged(
  sources: readonly Iterator<Order>[],
  isBefore: (one: Order, other: Order) => boolean,
): Generator<Order> {
  const heads = sources.map((source) => source.next());
  for (;;) {
    let first: Order | null = null;
    let place = 0;
    for (const [index, head] of heads.entries()) {
      if (head.done || (first !== null && !isBefore(head.value, first))) continue;
      first = head.value;
      place = index;
    }
    if (first === null) return;
    yield first;
    heads[place] = sources[place]!.next();
  }
}
