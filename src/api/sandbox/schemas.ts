import { Type } from 'typebox';
import { PREDICTION_OUTCOMES } from '../../exchange/markets/instrument.js';
import { oneOf, positiveDecimal, signedDecimal } from '../request/fields.js';
import { portfolioIdField, symbolField } from '../request/order-schema.js';

/** More levels of a side are refused. */
const LEVELS_MAX = 1_000;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
/** The clock is moved on by at most so much at once. */
const ADVANCE_MAX_MS = 10 * YEAR_MS;

function levels(side: string) {
  return Type.Unsafe<readonly (readonly [price: number | string, quantity: number | string])[]>({
    type: 'array',
    maxItems: LEVELS_MAX,
    items: {
      type: 'array',
      minItems: 2,
      maxItems: 2,
      items: positiveDecimal('a price or quantity'),
      fault: `a level of ${side} must be [price, quantity]`,
    },
    fault: `${side} must be a list of at most ${LEVELS_MAX} levels [price, quantity]`,
  });
}

export const MARKET_REQUEST = Type.Object(
  {
    symbol: symbolField,
    oracle: Type.Optional(positiveDecimal('oracle')),
    bids: Type.Optional(levels('bids')),
    asks: Type.Optional(levels('asks')),
    fundingRate: Type.Optional(signedDecimal('fundingRate')),
  },
  { additionalProperties: false },
);

export const FLOW_REQUEST = Type.Object(
  { symbol: symbolField, side: oneOf('side', ['BUY', 'SELL']), quantity: positiveDecimal('quantity') },
  { additionalProperties: false },
);

export const FUNDING_REQUEST = Type.Object(
  { symbol: symbolField, rate: Type.Optional(signedDecimal('rate')) },
  { additionalProperties: false },
);

export const SETTLE_REQUEST = Type.Object(
  {
    marketId: Type.String({
      minLength: 1,
      maxLength: 64,
      fault: 'marketId must be that of a prediction in market.list',
    }),
    outcome: oneOf('outcome', PREDICTION_OUTCOMES),
  },
  { additionalProperties: false },
);

export const CLOCK_REQUEST = Type.Object(
  {
    advanceMs: Type.Integer({
      minimum: 1,
      maximum: ADVANCE_MAX_MS,
      fault: `advanceMs must be a whole number from 1 to ${ADVANCE_MAX_MS}, ten years`,
    }),
  },
  { additionalProperties: false },
);

export const DEPOSIT_REQUEST = Type.Object(
  {
    portfolioId: portfolioIdField,
    amount: signedDecimal('amount'),
  },
  { additionalProperties: false },
);
