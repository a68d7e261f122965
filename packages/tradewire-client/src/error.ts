import type { RateLimit } from './session.js';

/** The codes a server answers with: see its docs/errors.md. It may gain others. */
export const SERVER_ERROR_CODES = [
  'INVALID_JSON',
  'INVALID_REQUEST',
  'UNKNOWN_METHOD',
  'UNKNOWN_CHANNEL',
  'UNKNOWN_SYMBOL',
  'FORBIDDEN',
  'RATE_LIMITED',
  'ORDER_NOT_FOUND',
  'ORDER_NOT_OPEN',
  'DUPLICATE_CLIENT_ORDER_ID',
  'INSUFFICIENT_MARGIN',
  'REDUCE_ONLY_WOULD_INCREASE',
  'POST_ONLY_WOULD_CROSS',
  'WOULD_NOT_FILL',
  'NO_LIQUIDITY',
  'PRICE_NOT_ON_TICK',
  'QUANTITY_NOT_ON_LOT',
  'BELOW_MIN_NOTIONAL',
  'ORDER_TOO_LARGE',
  'PRICE_TOO_FAR',
  'TOO_MANY_OPEN_ORDERS',
  'LEVERAGE_NOT_ALLOWED',
  'MARKET_CLOSED',
  'ACCOUNT_FROZEN',
  'RESUME_UNAVAILABLE',
  'OVERLOADED',
  'UNAVAILABLE',
  'UNKNOWN_OUTCOME',
  'INTERNAL',
  'NO_ORACLE_PRICE',
  'INVALID_TRIGGER_PRICE',
  'POSITION_NOT_FOUND',
  'POSITION_NOT_ISOLATED',
  'TRIAL_EXPIRED',
  'SUBSCRIPTION_EXPIRED',
  'BALANCE_TOO_HIGH',
  'FAULT_INJECTED',
] as const;
export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];

/**
 * What the client itself tells: `TIMED_OUT` of a question without an answer in time, `DISCONNECTED` of one that
 * ended with its session, `REFUSED` when the server does not let this client in, `CLOSED` after `close()`.
 */
export type ClientErrorCode = 'TIMED_OUT' | 'DISCONNECTED' | 'REFUSED' | 'CLOSED';

export type ErrorCode = ServerErrorCode | ClientErrorCode | (string & Record<never, never>);

/** What comes with some of the codes. */
export interface ErrorDetails {
  readonly RATE_LIMITED: RateLimit;
  readonly INVALID_REQUEST: { readonly errors: Readonly<Record<string, readonly string[]>> } | undefined;
  readonly UNKNOWN_CHANNEL: { readonly channel: string };
  readonly RESUME_UNAVAILABLE: { readonly epoch: string; readonly oldest: number; readonly newest: number };
  /** Of an order: the id to look it up by. */
  readonly UNKNOWN_OUTCOME: { readonly clientOrderId: string } | undefined;
  /** The HTTP status of a refused connection, or the code that a session was closed with for good. */
  readonly REFUSED: { readonly status: number } | { readonly closeCode: number };
}

/** What every method of the client rejects with. Go by the code, as `isError` does: messages are for people. */
export class TradewireError extends Error {
  override readonly name = 'TradewireError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: unknown,
    /**
     * True when the request was sent again because an answer was lost: then what it is refused for may be what
     * it had done itself the first time.
     */
    readonly isRepeat = false,
  ) {
    super(`${code}: ${message}`);
  }
}

/** Whether something that was caught is an error of this code; tells the type of its details, too. */
export function isError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is TradewireError & {
  readonly details: Code extends keyof ErrorDetails ? ErrorDetails[Code] : unknown;
} {
  return error instanceof TradewireError && error.code === code;
}
