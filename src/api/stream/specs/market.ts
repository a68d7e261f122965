import { Type } from 'typebox';
import { ASSET_CLASSES, PREDICTION_OUTCOMES } from '../../../exchange/markets/instrument.js';
import { count, dollarAmount, instant, orNull } from '../../request/answer-schema.js';
import { side } from './order.js';

const feeRates = { makerFee: Type.Number(), takerFee: Type.Number() };

/** An instrument: its rules, and whether it trades now. */
export const MARKET = Type.Object(
  {
    symbol: Type.String(),
    assetClass: Type.Enum([...ASSET_CLASSES]),
    name: Type.String(),
    priceDecimals: count,
    quantityDecimals: count,
    significantFigures: orNull(Type.Integer({ minimum: 1 })),
    minNotional: dollarAmount,
    maxLeverage: Type.Integer({ minimum: 1 }),
    marginTiers: Type.Array(Type.Object({ lowerBound: dollarAmount, maxLeverage: Type.Integer() })),
    ...feeRates,
    feeTiers: Type.Array(Type.Object({ volumeAbove: dollarAmount, ...feeRates })),
    fractional: Type.Boolean(),
    shortable: Type.Boolean(),
    status: Type.Enum(['OPEN', 'CLOSED', 'SETTLED']),
    nextOpen: Type.Optional(instant),
    nextClose: Type.Optional(instant),
    prediction: Type.Optional(
      Type.Object({
        marketId: Type.String(),
        outcome: Type.Enum([...PREDICTION_OUTCOMES]),
        reference: Type.String(),
        strike: dollarAmount,
        settlesAt: instant,
      }),
    ),
    settlementPrice: Type.Optional(orNull(dollarAmount)),
  },
  { title: 'Market' },
);

/** One side of a book, or what changed of it. */
export const levels = Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
  title: 'Levels',
  description: '`[price, quantity]`, best first; quantity 0 removes a level.',
});

export const TRADE = Type.Object(
  {
    tradeId: Type.Integer(),
    price: dollarAmount,
    quantity: Type.Number(),
    side: Type.Enum(side.enum, { description: 'That of the taker.' }),
    time: instant,
  },
  { title: 'Trade' },
);

/** The present state of an instrument; null for what is not known or does not apply. */
export const TICKER = Type.Object(
  {
    symbol: Type.String(),
    bid: orNull(dollarAmount),
    ask: orNull(dollarAmount),
    last: orNull(dollarAmount),
    mark: orNull(dollarAmount),
    oracle: orNull(dollarAmount),
    fundingRate: orNull(Type.Number({ description: 'Hourly.' })),
    nextFundingTime: orNull(instant),
    openInterest: Type.Number(),
    volume24h: Type.Number({ description: 'In units of the instrument.' }),
    change24h: orNull(Type.Number({ description: 'In percent.' })),
  },
  { title: 'Ticker' },
);

export const CANDLE = Type.Object(
  {
    start: instant,
    open: dollarAmount,
    high: dollarAmount,
    low: dollarAmount,
    close: dollarAmount,
    volume: Type.Number(),
    trades: count,
    closed: Type.Boolean(),
  },
  { title: 'Candle' },
);
