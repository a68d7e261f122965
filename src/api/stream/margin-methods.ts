import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Micros } from '../../exchange/units.js';
import type { Venue } from '../../gateway/venue.js';
import type { Refusal } from '../request/order-faults.js';
import { type MethodTable, method } from './method.js';

const MONEY_DECIMALS = 6;

/** How positions are margined. */
export function marginMethods(venue: Venue) {
  return {
    'leverage.set': method('leverage.set', (client, params, responder) => {
      const market = venue.exchange.findMarket(params.symbol);
      if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
      const { leverage, marginMode, symbol } = params;
      const account = client.account.id;
      const command = { kind: 'SET_LEVERAGE', account, instrument: market.id, leverage, marginMode } as const;
      responder.submit(command, (outcome) =>
        responder.outcome(outcome, () => JSON.stringify({ symbol, leverage, marginMode })),
      );
    }),
    'margin.adjust': method('margin.adjust', (client, params, responder) => {
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
  } satisfies Partial<MethodTable>;
}

/** Why an amount is refused that is a number, but no sum of money that could be moved. */
const WRONG_AMOUNT = {
  error: 'INVALID_REQUEST',
  errors: { amount: [`amount must not be 0 and have at most ${MONEY_DECIMALS} decimals`] },
} as const satisfies Refusal;
