import type { Account } from '../accounts/account.js';
import { isConditional, type Order } from './order.js';

/** How many orders of a portfolio may be open at once before its volume counts. */
const ORDERS_BASE = 1_000;
/** One more for so many whole dollars traded in perpetuals. */
const DOLLARS_PER_ORDER = 5_000_000;
const ORDERS_MAX = 5_000;
/** How many orders a portfolio of the unlimited plan may have open, for load tests. */
const UNLIMITED_ORDERS_MAX = 10_000;

/**
 * Whether a portfolio has too many open orders for this one (HL "Rate limits and user limits"). From a thousand on
 * there is no place for reduce-only and conditional orders, since every fill or price looks at all of these.
 */
export function exceedsOrderLimit(account: Account, order: Order): boolean {
  if (account.openCount < ORDERS_BASE) return false;
  if (order.reduceOnly || isConditional(order)) return exceedsExitLimit(account, 0);
  if (account.membership.plan === 'UNLIMITED') return account.openCount >= UNLIMITED_ORDERS_MAX;
  const earned = Math.floor(account.volume.lifetime.dollars / DOLLARS_PER_ORDER);
  return account.openCount >= Math.min(ORDERS_MAX, ORDERS_BASE + earned);
}

/** The same for a reduce-only or conditional order, when so many more orders are open by then. */
export function exceedsExitLimit({ openCount, membership }: Account, more: number): boolean {
  return openCount + more >= (membership.plan === 'UNLIMITED' ? UNLIMITED_ORDERS_MAX : ORDERS_BASE);
}
