import type { ExchangeState } from '../state.js';
import type { Lots, Micros } from '../units.js';
import { HOUSE } from './account.js';
import { valueAt } from './valuation.js';

/** Where all money is, at the present mark prices. The total equals the deposits, always. */
export interface Ledger {
  readonly users: Micros;
  readonly house: Micros;
  readonly fees: Micros;
  readonly insurance: Micros;
  readonly total: Micros;
  readonly deposits: Micros;
}

/**
 * Sums all accounts. The users' positions are valued together, an instrument at a time: the house holds the
 * exact opposite, so that rounding cannot open a gap.
 */
export function ledger(state: ExchangeState): Ledger {
  let users = 0;
  let house = 0;
  const positions = state.markets.map(() => 0);
  for (const account of state.accounts) {
    if (account === null) continue;
    let cash: number = account.balance;
    for (const holding of account.holdings) {
      if (holding === null) continue;
      cash += holding.isolatedMargin - holding.cost;
      if (account.id !== HOUSE) positions[holding.instrument]! += holding.lots;
    }
    if (account.id === HOUSE) house += cash;
    else users += cash;
  }
  for (const market of state.markets) {
    const value = valueAt(positions[market.id] as Lots, market.mark, market.tickMicros);
    users += value;
    house -= value;
  }
  return {
    users: users as Micros,
    house: house as Micros,
    fees: state.fees,
    insurance: state.insurance,
    total: (users + house + state.fees + state.insurance) as Micros,
    deposits: state.deposits,
  };
}
