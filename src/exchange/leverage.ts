import type { Announcer } from './announcer.js';
import type { SetLeverage } from './command.js';
import { leverageLimit } from './equities.js';
import { done, type Outcome, refused } from './outcome.js';
import type { ExchangeState } from './state.js';
import { availableMargin } from './valuation.js';

/** Sets how an account's position in an instrument, present or to come, is margined. */
export function setLeverage(state: ExchangeState, announcer: Announcer, command: SetLeverage): Outcome {
  const account = state.account(command.account);
  const market = state.market(command.instrument);
  if (account === undefined) return refused('FORBIDDEN');
  if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
  if (command.marginMode !== 'CROSS') return refused('LEVERAGE_NOT_ALLOWED', account);
  if (command.leverage < 1 || command.leverage > leverageLimit(account, market.instrument)) {
    return refused('LEVERAGE_NOT_ALLOWED', account);
  }
  const holding = state.holding(account, market);
  const before = holding.leverage;
  holding.leverage = command.leverage;
  if (command.leverage < before && availableMargin(account, state.markets) < 0) {
    holding.leverage = before;
    return refused('INSUFFICIENT_MARGIN', account);
  }
  if (holding.lots !== 0 && before !== command.leverage) announcer.holdingChanged(account, holding);
  return done(account);
}
