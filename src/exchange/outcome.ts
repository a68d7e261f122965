import type { Account } from './accounts/account.js';
import type { ErrorCode } from './error-code.js';
import type { Order } from './orders/order.js';

/** What became of one command. */
export interface Outcome {
  /** Null when the command was carried out. */
  readonly error: ErrorCode | null;
  /** The order concerned, also when it was rejected; null where there is none. */
  readonly order: Order | null;
  /** The portfolio concerned; null where there is none. */
  readonly account: Account | null;
  /** How many orders a CANCEL_ALL ended, or how many lots a FLOW traded. */
  readonly count: number;
}

export function refused(error: ErrorCode, account: Account | null = null): Outcome {
  return { error, order: null, account, count: 0 };
}

export function done(account: Account | null = null, order: Order | null = null): Outcome {
  return { error: null, order, account, count: 0 };
}
