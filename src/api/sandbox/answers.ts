import { Type } from 'typebox';
import { PREDICTION_OUTCOMES } from '../../exchange/markets/instrument.js';
import { count, dollarAmount, instant, orNull } from '../request/answer-schema.js';

const LEVELS = Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
  description: '`[price, quantity]`, the best first.',
});
const price = orNull(dollarAmount);

export const MARKET = Type.Object({
  symbol: Type.String(),
  oracle: price,
  mark: price,
  bids: LEVELS,
  asks: LEVELS,
});

export const FLOW = Type.Object({
  symbol: Type.String(),
  side: Type.Enum(['BUY', 'SELL']),
  quantity: Type.Number(),
  filledQuantity: Type.Number(),
  last: dollarAmount,
  mark: price,
});

export const CLOCK = Type.Object({ time: instant, advancedMs: count });

export const FUNDING = Type.Object({
  symbol: Type.String(),
  fundingRate: Type.Number(),
  oraclePrice: price,
  payments: count,
  time: instant,
});

export const SETTLEMENT = Type.Object({
  marketId: Type.String(),
  outcome: Type.Enum([...PREDICTION_OUTCOMES]),
  settlements: count,
  time: instant,
});

export const LEDGER = Type.Object({
  users: dollarAmount,
  house: dollarAmount,
  fees: dollarAmount,
  insurance: dollarAmount,
  total: dollarAmount,
  deposits: dollarAmount,
});

export const STATE = Type.Object({
  epoch: Type.String(),
  position: count,
  time: instant,
  hash: Type.String(),
});
