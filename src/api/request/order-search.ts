import type { Account } from '../../exchange/accounts/account.js';
import type { Order } from '../../exchange/orders/order.js';

/**
 * So many orders of a portfolio a request may read at once, besides the open ones: what it costs must not grow with
 * the history, lest one client keep everybody waiting.
 */
export const ORDERS_READ_MAX = 1_000;

export function* openOldestFirst({ firstOpen }: Account): Generator<Order> {
  for (let order = firstOpen; order !== null; order = order.openNext) yield order;
}

export function* openNewestFirst({ lastOpen }: Account): Generator<Order> {
  for (let order = lastOpen; order !== null; order = order.openPrevious) yield order;
}

/** Makes one list of several, whose next one is always that of the heads that comes before the other heads. */
export function* merged<Item>(
  lists: readonly (readonly Item[])[],
  isBefore: (one: Item, other: Item) => boolean,
): Generator<Item> {
  const places = lists.map(() => 0);
  for (;;) {
    let first: Item | undefined;
    let chosen = 0;
    for (const [index, list] of lists.entries()) {
      const head = list[places[index]!];
      if (head === undefined || (first !== undefined && !isBefore(head, first))) continue;
      first = head;
      chosen = index;
    }
    if (first === undefined) return;
    yield first;
    places[chosen]! += 1;
  }
}
