import { Type } from 'typebox';
import { ERROR_CODES } from '../../../exchange/error-code.js';
import { ASSET_CLASSES } from '../../../exchange/markets/instrument.js';
import {
  CANCEL_REASONS,
  ORDER_STATUSES,
  ORDER_TYPES,
  TIMES_IN_FORCE,
} from '../../../exchange/orders/order.js';
import { dollarAmount, instant, orNull, uuid } from '../../request/answer-schema.js';
import { POSITION_INTENTS } from '../../request/order-schema.js';

export const side = Type.Enum(['BUY', 'SELL']);

const EXIT = Type.Object(
  { triggerPrice: dollarAmount, limitPrice: Type.Optional(dollarAmount) },
  { title: 'Exit' },
);

/** An order as the stream tells it; fields that do not apply to it are left out. */
export const ORDER = Type.Object(
  {
    orderId: uuid,
    portfolioId: uuid,
    symbol: Type.String(),
    assetClass: Type.Enum([...ASSET_CLASSES]),
    orderType: Type.Enum([...ORDER_TYPES]),
    positionIntent: Type.Enum([...POSITION_INTENTS]),
    side,
    quantity: Type.Number(),
    limitPrice: Type.Optional(dollarAmount),
    timeInForce: Type.Enum([...TIMES_IN_FORCE]),
    postOnly: Type.Boolean(),
    reduceOnly: Type.Boolean(),
    clientOrderId: Type.Optional(Type.String()),
    stopPrice: Type.Optional(dollarAmount),
    trailAmount: Type.Optional(dollarAmount),
    trailPercent: Type.Optional(Type.Number()),
    parentOrderId: Type.Optional(uuid),
    takeProfit: Type.Optional(EXIT),
    stopLoss: Type.Optional(EXIT),
    expiresAt: Type.Optional(instant),
    filledQuantity: Type.Number(),
    avgFillPrice: orNull(dollarAmount),
    status: Type.Enum([...ORDER_STATUSES]),
    reason: Type.Optional(Type.Enum([...CANCEL_REASONS, ...ERROR_CODES])),
    createdAt: instant,
    updatedAt: instant,
  },
  { title: 'Order' },
);

/** A fill of an order. */
export const FILL = Type.Object(
  {
    fillId: Type.Integer(),
    orderId: uuid,
    clientOrderId: orNull(Type.String()),
    symbol: Type.String(),
    side,
    price: dollarAmount,
    quantity: Type.Number(),
    liquidity: Type.Enum(['MAKER', 'TAKER']),
    fee: Type.Number({ description: 'What was paid, in dollars; negative: a rebate.' }),
    realizedPnl: Type.Number({ description: 'Of what it closed, without the fee.' }),
    positionAfter: Type.Number({ description: 'Signed.' }),
  },
  { title: 'Fill' },
);
