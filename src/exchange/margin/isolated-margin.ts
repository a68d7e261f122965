import { transferMarginRequired, valueAccount } from '../accounts/account-value.js';
import { isolatedEquity, positionNotional } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import type { AdjustMargin } from '../command.js';
import { divideRounded } from '../fixed-point.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Micros } from '../units.js';

/**
 * Moves funds between the balance and the margin of an isolated position. No more can be added than is
 * withdrawable, and what stays must be the initial margin, or a tenth of the position's value where that is more.
 */
export function adjustMargin(state: ExchangeState, announcer: Announcer, command: AdjustMargin): Outcome {
  const { amount } = command;
  const account = state.account(command.account);
  const market = state.market(command.instrument);
  if (account === undefined) return refused('FORBIDDEN');
  if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
  if (amount === 0) return refused('INVALID_REQUEST', account);
  const holding = state.holding(account, market);
  if (holding.lots === 0) return refused('POSITION_NOT_FOUND', account);
  if (holding.marginMode !== 'ISOLATED') return refused('POSITION_NOT_ISOLATED', account);
  const notional = positionNotional(holding, market);
  const kept = transferMarginRequired(divideRounded(notional, holding.leverage), notional);
  const isCovered =
    amount > 0
      ? amount <= valueAccount(account, state.markets).withdrawable
      : isolatedEquity(holding, market) + amount >= kept;
  if (!isCovered) return refused('INSUFFICIENT_MARGIN', account);
  account.balance = (account.balance - amount) as Micros;
  holding.isolatedMargin = (holding.isolatedMargin + amount) as Micros;
  announcer.holdingChanged(account, holding);
  announcer.accountChanged(account);
  return done(account);
}
