import { type TProperties, Type } from 'typebox';
import { ERROR_CODES } from '../../exchange/error-code.js';
import { ASSET_CLASSES } from '../../exchange/markets/instrument.js';
import { CANCEL_REASONS, ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from '../../exchange/orders/order.js';
import { count, dollarAmount, instant, uuid } from '../request/answer-schema.js';
import { POSITION_INTENTS } from '../request/order-schema.js';

const EXIT = Type.Object({ triggerPrice: dollarAmount, limitPrice: Type.Optional(dollarAmount) });

function optional<Fields extends TProperties>(fields: Fields) {
  return Type.Partial(Type.Object(fields)).properties;
}

/** An order in this family's words; fields that do not apply to it are left out. */
export const ORDER = Type.Object(
  {
    orderId: uuid,
    portfolioId: uuid,
    symbol: Type.String(),
    quantity: Type.Number(),
    orderType: Type.Enum([...ORDER_TYPES]),
    positionIntent: Type.Enum([...POSITION_INTENTS]),
    timeInForce: Type.Enum([...TIMES_IN_FORCE]),
    assetClass: Type.Enum([...ASSET_CLASSES]),
    status: Type.Enum([...ORDER_STATUSES]),
    createdAt: instant,
    updatedAt: instant,
    accountId: uuid,
    filledQuantity: Type.Number(),
    ...optional({
      limitPrice: dollarAmount,
      postOnly: Type.Literal(true),
      expiresAt: instant,
      stopPrice: dollarAmount,
      trailAmount: dollarAmount,
      trailPercent: Type.Number(),
      parentOrderId: uuid,
      takeProfit: EXIT,
      stopLoss: EXIT,
      clientOrderId: Type.String(),
      avgFillPrice: dollarAmount,
      reason: Type.Enum([...CANCEL_REASONS, ...ERROR_CODES]),
    }),
  },
  { title: 'Order' },
);

export const ORDER_PAGE = Type.Object(
  { orders: Type.Array(ORDER), page: count, limit: count, total: count },
  { title: 'OrderPage' },
);

/** Both lists keep the order of the request. */
export const BATCH_RESULT = Type.Object(
  {
    orders: Type.Array(ORDER),
    errors: Type.Array(
      Type.Object({
        index: Type.Integer({ minimum: 0, description: 'The place of the order in the request.' }),
        message: Type.String(),
        code: Type.Enum([...ERROR_CODES]),
        errors: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
      }),
    ),
  },
  { title: 'BatchResult' },
);

export const CANCELED_COUNT = Type.Object({ canceled: count }, { title: 'CanceledCount' });
