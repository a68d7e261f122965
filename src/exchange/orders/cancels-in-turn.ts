import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { ExchangeState } from '../state.js';
import type { OrderId } from '../units.js';
import type { CancelReason } from './order.js';
import { cancelOpenOrders } from './orders.js';

/**
 * How many orders are cancelled so with each journal entry, and the rest of the last portfolio's, so that the loss of a
 * gateway with many of them holds up no other.
 */
export const CANCELS_AT_ONCE = 1_000;

/**
 * Cancels the open orders of an account up to and including a number: within this call, unless so many were cancelled
 * with this entry that the others have to wait for the next.
 */
export function cancelInTurn(
  state: ExchangeState,
  announcer: Announcer,
  { id }: Account,
  last: OrderId,
  reason: CancelReason,
): void {
  const due = state.dueCancels.get(id) ?? { last, reason };
  state.dueCancels.set(id, due.last < last ? { ...due, last } : due);
  cancelDue(state, announcer);
}

/** Goes on with what waits, as far as this entry may. */
export function cancelDue(state: ExchangeState, announcer: Announcer): void {
  for (const [id, { last, reason }] of state.dueCancels) {
    if (state.cancelsLeft <= 0) return;
    state.dueCancels.delete(id);
    const count = cancelOpenOrders(state, announcer, state.account(id)!, (order) => order.id <= last, reason);
    // A portfolio without orders takes some time, too.
    state.cancelsLeft -= Math.max(1, count);
  }
}
