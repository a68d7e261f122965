import { Type } from 'typebox';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Micros } from '../../exchange/units.js';
import type { Venue } from '../../gateway/venue.js';
import { oneOf, signedDecimal } from '../request/fields.js';
import type { Refusal } from '../request/order-faults.js';
import { symbolField } from '../request/order-schema.js';
import { type MethodTable, method } from './method.js';

const MONEY_DECIMALS = 6;

/** How positions are margined. */
export function marginMethods(venue: Venue): MethodTable {
  return {
    'leverage.set': method('trade', LEVERAGE_REQUEST, (client, params, responder) => {
      const market = venue.exchange.findMarket(params.symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const { leverage, marginMode, symbol } = params;
      const account = client.account.id;
      const command = { kind: 'SET_LEVERAGE', account, instrument: market.id, leverage, marginMode } as const;
      responder.submit(command, (outcome) =>
        responder.outcome(outcome, () => JSON.stringify({ symbol, leverage, marginMode })),
      );
    }),
    'margin.adjust': method('trade', ADJUST_REQUEST, (client, params, responder) => {
      const market = venue.exchange.findMarket(params.symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const amount = parseDecimal(params.amount, MONEY_DECIMALS) as Micros | null;
      if (amount === null || amount === 0) return responder.refuse(WRONG_AMOUNT);
      const { account } = client;
      const command = { kind: 'ADJUST_MARGIN', account: account.id, instrument: market.id, amount } as const;
      responder.submit(command, (outcome) =>
        responder.outcome(outcome, () => {
          const holding = venue.exchange.state.holding(outcome.account!, market);
          return `{"position":${venue.views.position(outcome.account!, holding)}}`;
        }),
      );
    }),
  };
}

/** Why an amount is refused that is a number, but no sum of money that could be moved. */
const WRONG_AMOUNT = {
  error: 'INVALID_REQUEST',
  errors: { amount: [`amount must not be 0 and have at most ${MONEY_DECIMALS} decimals`] },
} as const satisfies Refusal;

const ADJUST_REQUEST = Type.Object(
  { symbol: symbolField, amount: signedDecimal('amount') },
  { additionalProperties: false },
);

const LEVERAGE_REQUEST = Type.Object(
  {
    symbol: symbolField,
    leverage: Type.Integer({
      minimum: 1,
      maximum: 1_000,
      fault: 'leverage must be a whole number from 1 on',
    }),
    marginMode: oneOf('marginMode', ['CROSS', 'ISOLATED']),
  },
  { additionalProperties: false },
);
