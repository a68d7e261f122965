import { type Static, Type } from 'typebox';
import { ASSET_CLASSES } from '../../exchange/markets/instrument.js';
import { TIMES_IN_FORCE } from '../../exchange/orders/order.js';
import { flag, oneOf, positiveDecimal, uuidField } from './fields.js';

/** How many orders one batch may hold. */
export const BATCH_ORDERS_MAX = 50;

/** The order types that can be asked for. */
export const ORDER_TYPE_NAMES = [
  'MARKET',
  'LIMIT',
  'STOP',
  'STOP_LIMIT',
  'TRAILING_STOP',
  'TRAILING_STOP_LIMIT',
] as const;

export const POSITION_INTENTS = ['BUY_TO_OPEN', 'BUY_TO_CLOSE', 'SELL_TO_OPEN', 'SELL_TO_CLOSE'] as const;

export const symbolField = Type.String({
  minLength: 1,
  maxLength: 32,
  fault: 'symbol must be the name of an instrument',
});

const clientOrderIdField = Type.String({
  minLength: 1,
  maxLength: 128,
  fault: 'clientOrderId must be a string of 1 to 128 characters',
});

export const portfolioIdField = uuidField('portfolioId must be a UUID');

const EXIT_FAULT = 'must be {triggerPrice, limitPrice?}';

function exitFields(field: string) {
  return {
    triggerPrice: positiveDecimal(`${field}.triggerPrice`),
    limitPrice: Type.Optional(positiveDecimal(`${field}.limitPrice`)),
  };
}

function exitField(field: string) {
  return Type.Object(exitFields(field), { additionalProperties: false, fault: `${field} ${EXIT_FAULT}` });
}
export type ExitRequest = Static<ReturnType<typeof exitField>>;

/** The same, where null takes it away. */
function exitChangeField(field: string) {
  return Type.Unsafe<ExitRequest | null>({
    ...exitField(field),
    type: ['object', 'null'],
    fault: `${field} ${EXIT_FAULT} or null`,
  });
}

const instant = (field: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
    fault: `${field} must be an ISO 8601 time in UTC`,
  });

/** An order as a client asks for it, over the stream and over REST alike. */
export const ORDER_REQUEST = Type.Object(
  {
    symbol: symbolField,
    orderType: oneOf('orderType', ORDER_TYPE_NAMES),
    quantity: positiveDecimal('quantity'),
    positionIntent: Type.Optional(oneOf('positionIntent', POSITION_INTENTS)),
    side: Type.Optional(oneOf('side', ['BUY', 'SELL'])),
    reduceOnly: Type.Optional(flag('reduceOnly')),
    limitPrice: Type.Optional(positiveDecimal('limitPrice')),
    stopPrice: Type.Optional(positiveDecimal('stopPrice')),
    trailAmount: Type.Optional(positiveDecimal('trailAmount')),
    trailPercent: Type.Optional(positiveDecimal('trailPercent')),
    takeProfit: Type.Optional(exitField('takeProfit')),
    stopLoss: Type.Optional(exitField('stopLoss')),
    timeInForce: Type.Optional(oneOf('timeInForce', TIMES_IN_FORCE)),
    expiresAt: Type.Optional(instant('expiresAt')),
    postOnly: Type.Optional(flag('postOnly')),
    clientOrderId: Type.Optional(clientOrderIdField),
    portfolioId: Type.Optional(portfolioIdField),
    assetClass: Type.Optional(oneOf('assetClass', ASSET_CLASSES)),
  },
  { additionalProperties: false, fault: 'an order must be an object' },
);
export type OrderRequest = Static<typeof ORDER_REQUEST>;

export const AMEND_REQUEST = Type.Object(
  {
    orderId: Type.Optional(Type.String({ maxLength: 64, fault: 'orderId must be a UUID' })),
    clientOrderId: Type.Optional(clientOrderIdField),
    quantity: Type.Optional(positiveDecimal('quantity')),
    limitPrice: Type.Optional(positiveDecimal('limitPrice')),
    stopPrice: Type.Optional(positiveDecimal('stopPrice')),
  },
  { additionalProperties: false },
);
export type AmendRequest = Static<typeof AMEND_REQUEST>;

/** Names one order: by either id. */
export const ORDER_REFERENCE = Type.Object(
  {
    orderId: Type.Optional(Type.String({ maxLength: 64, fault: 'orderId must be a UUID' })),
    clientOrderId: Type.Optional(clientOrderIdField),
  },
  { additionalProperties: false },
);
export type OrderReference = Static<typeof ORDER_REFERENCE>;

/** What is to become of the exits of a position: what is left out stays as it is. */
export const PROTECT_REQUEST = Type.Object(
  {
    symbol: symbolField,
    takeProfit: Type.Optional(exitChangeField('takeProfit')),
    stopLoss: Type.Optional(exitChangeField('stopLoss')),
  },
  { additionalProperties: false },
);
export type ProtectRequest = Static<typeof PROTECT_REQUEST>;
