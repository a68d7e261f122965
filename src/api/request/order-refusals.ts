import type { AmendOrder, Command } from '../../exchange/command.js';
import type { ErrorCode } from '../../exchange/error-code.js';
import { isAmendable } from '../../exchange/orders/amendments.js';
import type { Order } from '../../exchange/orders/order.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { Refusal } from './order-faults.js';

type Changes = Pick<AmendOrder, 'lots' | 'ticks' | 'stopTicks'>;

/**
 * What the exchange's refusal of a command means for the fields of its request, to be asked in the moment of the
 * outcome. Only the exchange can judge what depends on its time and on the order as it is by then.
 */
export function outcomeRefusal(command: Command, error: ErrorCode, { order }: Outcome): Refusal {
  if (error !== 'INVALID_REQUEST') return { error };
  if (command.kind === 'PLACE') return UNTIMELY;
  if (command.kind !== 'AMEND' || order === null) return { error };
  return isAmendable(order, command) ? TOO_SMALL : unamendable(command, order);
}

/** Names the field that an order, as it is now, does not let its client set. */
export function unamendable({ ticks, stopTicks }: Changes, { type }: Order): Refusal {
  const field = stopTicks > 0 ? 'stopPrice' : ticks > 0 ? 'limitPrice' : 'quantity';
  return {
    error: 'INVALID_REQUEST',
    errors: { [field]: [`${field} cannot be changed of this ${type} order`] },
  };
}

const UNTIMELY: Refusal = {
  error: 'INVALID_REQUEST',
  errors: { expiresAt: ['expiresAt must be in the future, and within 366 days'] },
};

const TOO_SMALL: Refusal = {
  error: 'INVALID_REQUEST',
  errors: { quantity: ['quantity must be more than what is filled already'] },
};
