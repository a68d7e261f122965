import type { Account } from '../../exchange/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/order.js';
import type { Millis } from '../../exchange/units.js';

/** So many closed orders of a portfolio are looked through, lest one request keep everybody waiting. */
const CLOSED_SEARCH_MAX = 10_000;

/** How many orders of some portfolios there are to list. */
export function orderCount(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { openCount, closedOrders }) => sum + openCount + closedOrders.size, 0);
}

/** The orders of some portfolios, newest first; the closed ones of a portfolio in the order in which they closed. */
export function* newestOrders({ state }: Exchange, accounts: readonly Account[]): Generator<Order> {
  const sources = accounts.flatMap((account) => [
    openOrders(account),
    state.closedOrdersOf(account),
  ]);
  const heads = sources.map((source) => source.next());
  for (;;) {
    let newest: Order | null = null;
    let place = 0;
    for (const [index, head] of heads.entries()) {
      if (head.done || (newest !== null && newest.id > head.value.id)) continue;
      newest = head.value;
      place = index;
    }
    if (newest === null) return;
    yield newest;
    heads[place] = sources[place]!.next();
  }
}

/** The orders of some portfolios that were filled from a moment on, the latest first. */
export function ordersFilledSince(
  { state }: Exchange,
  accounts: readonly Account[],
  since: Millis,
): readonly Order[] {
  const found: Order[] = [];
  for (const account of accounts) {
    let searched = 0;
    for (const order of state.closedOrdersOf(account)) {
      if (order.updatedAt < since || searched === CLOSED_SEARCH_MAX) break;
      searched += 1;
      if (order.status === 'FILLED') found.push(order);
    }
  }
  return found.sort((one, other) => other.updatedAt - one.updatedAt);
}

function* openOrders({ lastOpen }: Account): Generator<Order> {
  for (let order = lastOpen; order !== null; order = order.openPrevious) yield order;
}
