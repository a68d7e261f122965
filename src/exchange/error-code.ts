/**
 * Every expected failure of the system, in one table. The order of the rows is part of the snapshot format:
 * add new rows at the end. `status` is the HTTP status of the same failure over REST.
 */
export const ERROR_TABLE = {
  INVALID_JSON: { status: 400, message: 'The frame or body is not valid JSON' },
  INVALID_REQUEST: { status: 400, message: 'Validation failed' },
  UNKNOWN_METHOD: { status: 404, message: 'There is no such method' },
  UNKNOWN_CHANNEL: { status: 400, message: 'There is no such channel' },
  UNKNOWN_SYMBOL: { status: 400, message: 'There is no such instrument' },
  FORBIDDEN: { status: 403, message: 'The credential does not allow this' },
  RATE_LIMITED: { status: 429, message: 'Rate limit exceeded' },
  ORDER_NOT_FOUND: { status: 404, message: 'Order not found' },
  ORDER_NOT_OPEN: { status: 409, message: 'The order is not open any more' },
  DUPLICATE_CLIENT_ORDER_ID: { status: 409, message: 'Another order has this clientOrderId' },
  INSUFFICIENT_MARGIN: { status: 422, message: 'The account does not have enough margin for this order' },
  REDUCE_ONLY_WOULD_INCREASE: { status: 422, message: 'A reduce-only order would increase the position' },
  POST_ONLY_WOULD_CROSS: { status: 422, message: 'A post-only order would match at once' },
  WOULD_NOT_FILL: { status: 422, message: 'The order cannot be filled at once as asked' },
  NO_LIQUIDITY: { status: 422, message: 'There is nothing to trade against' },
  PRICE_NOT_ON_TICK: { status: 400, message: 'The price is not on a tick' },
  QUANTITY_NOT_ON_LOT: { status: 400, message: 'The quantity is not a whole number of lots' },
  BELOW_MIN_NOTIONAL: { status: 422, message: 'The order is worth less than the instrument’s minimum' },
  ORDER_TOO_LARGE: { status: 422, message: 'The order is larger than the instrument allows' },
  PRICE_TOO_FAR: { status: 422, message: 'The price is over 80 % away from the mark price' },
  TOO_MANY_OPEN_ORDERS: { status: 422, message: 'The portfolio has too many open orders' },
  LEVERAGE_NOT_ALLOWED: {
    status: 422,
    message: 'The instrument does not allow this leverage or margin mode',
  },
  MARKET_CLOSED: { status: 422, message: 'The market is closed' },
  ACCOUNT_FROZEN: { status: 403, message: 'The account is frozen' },
  RESUME_UNAVAILABLE: { status: 409, message: 'The events after this position are not available' },
  OVERLOADED: { status: 503, message: 'The gateway has too much waiting; try again' },
  UNAVAILABLE: { status: 503, message: 'The journal is not available; nothing was placed' },
  UNKNOWN_OUTCOME: {
    status: 504,
    message: 'The outcome is not known yet; look the order up by clientOrderId',
  },
  INTERNAL: { status: 500, message: 'Internal error' },
  NO_ORACLE_PRICE: { status: 422, message: 'The instrument has no oracle price yet' },
  INVALID_TRIGGER_PRICE: {
    status: 422,
    message: 'The take profit or stop loss is on the wrong side of the price',
  },
  POSITION_NOT_FOUND: { status: 404, message: 'There is no position in this instrument' },
  POSITION_NOT_ISOLATED: { status: 409, message: 'The position does not have a margin of its own' },
  TRIAL_EXPIRED: { status: 403, message: 'Trial expired' },
  SUBSCRIPTION_EXPIRED: { status: 403, message: 'Subscription expired' },
  BALANCE_TOO_HIGH: { status: 400, message: 'Balance too high for reset' },
  FAULT_INJECTED: { status: 422, message: 'Rejected by a fault that the sandbox was told to inject' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** The codes in the order of the table: a code's number is its place here. */
export const ERROR_CODES = Object.keys(ERROR_TABLE) as readonly ErrorCode[];
