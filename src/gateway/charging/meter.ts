import type { Account } from '../../exchange/accounts/account.js';

/** What a request is charged to. */
export interface Meter {
  /** A key, or all log-ins of a user. */
  readonly meterId: string;
  /** Whose plan sets the limit; undefined while the exchange does not know it, which is as if it had the smallest. */
  readonly payer: Account | undefined;
}

/** One that the exchange can charge. */
export interface PayingMeter extends Meter {
  readonly payer: Account;
}

export function isPaying(meter: Meter): meter is PayingMeter {
  return meter.payer !== undefined;
}
