import { Type } from 'typebox';
import { ORDER_STATUSES } from '../../../exchange/orders/order.js';
import { count } from '../../request/answer-schema.js';
import { oneOf, wholeNumber } from '../../request/fields.js';
import {
  AMEND_REQUEST,
  BATCH_ORDERS_MAX,
  ORDER_REFERENCE,
  ORDER_REQUEST,
  symbolField,
} from '../../request/order-schema.js';
import { ERROR } from './error.js';
import type { MethodSpec } from './method-spec.js';
import { FILL, ORDER } from './order.js';

const LIST_MAX = 1_000;

const batchBounds = {
  minItems: 1,
  maxItems: BATCH_ORDERS_MAX,
  fault: `orders must be a list of 1 to ${BATCH_ORDERS_MAX} orders`,
};

/** Each order is checked for itself, since one that is refused does not stop the others. */
const BATCH_REQUEST = Type.Object(
  { orders: Type.Array(Type.Unknown(), batchBounds) },
  { additionalProperties: false },
);

const CANCEL_ALL_REQUEST = Type.Object(
  { symbol: Type.Optional(symbolField) },
  { additionalProperties: false },
);

const ORDER_LIST = Type.Object(
  {
    status: Type.Optional(oneOf('status', ['OPEN', ...ORDER_STATUSES])),
    symbol: Type.Optional(symbolField),
    limit: Type.Optional(wholeNumber('limit', 1, LIST_MAX)),
  },
  { additionalProperties: false },
);

const FILL_LIST = Type.Object(
  { limit: Type.Optional(wholeNumber('limit', 1, LIST_MAX)) },
  { additionalProperties: false },
);

const ORDER_RESULT = Type.Object({ order: ORDER });
const BATCH_RESULT = Type.Object({
  results: Type.Array(Type.Union([ORDER_RESULT, Type.Object({ error: ERROR })])),
});

const BID = {
  symbol: 'BTC',
  side: 'BUY',
  orderType: 'LIMIT',
  quantity: 0.25,
  limitPrice: 64200,
  clientOrderId: 'bid-1',
};

/** The methods about orders and fills. */
export const ORDER_SPECS = {
  'order.place': {
    scope: 'trade',
    summary: 'Places an order; safe to repeat with the same clientOrderId',
    params: ORDER_REQUEST,
    result: ORDER_RESULT,
    example: BID,
  },
  'order.placeBatch': {
    scope: 'trade',
    summary: 'Places several orders, each for itself; results keep their order',
    params: BATCH_REQUEST,
    documentedParams: Type.Object(
      { orders: Type.Array(ORDER_REQUEST, batchBounds) },
      { additionalProperties: false },
    ),
    result: BATCH_RESULT,
    example: { orders: [BID, { symbol: 'ETH', side: 'SELL', orderType: 'MARKET', quantity: 1 }] },
  },
  'order.amend': {
    scope: 'trade',
    summary: 'Changes the quantity or a price of an order',
    params: AMEND_REQUEST,
    result: ORDER_RESULT,
    example: { clientOrderId: 'bid-1', quantity: 0.2 },
  },
  'order.cancel': {
    scope: 'trade',
    summary: 'Cancels an order',
    params: ORDER_REFERENCE,
    result: ORDER_RESULT,
    example: { clientOrderId: 'bid-1' },
  },
  'order.cancelAll': {
    scope: 'trade',
    summary: 'Cancels all open orders, or those of an instrument',
    params: CANCEL_ALL_REQUEST,
    result: Type.Object({ canceled: count }),
    example: { symbol: 'BTC' },
  },
  'order.get': {
    scope: 'read',
    summary: 'An order, open or closed',
    params: ORDER_REFERENCE,
    result: ORDER_RESULT,
    example: { clientOrderId: 'bid-1' },
  },
  'order.list': {
    scope: 'read',
    summary: 'Open orders oldest first, or closed ones newest first',
    params: ORDER_LIST,
    result: Type.Object({ orders: Type.Array(ORDER) }),
    example: { status: 'FILLED', limit: 10 },
  },
  'fill.list': {
    scope: 'read',
    summary: 'Fills, newest first',
    params: FILL_LIST,
    result: Type.Object({ fills: Type.Array(FILL) }),
    example: { limit: 10 },
  },
} as const satisfies Readonly<Record<string, MethodSpec>>;
