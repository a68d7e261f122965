import type { Account, Holding } from '../accounts/account.js';
import { isolatedEquity, positionNotional } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import type { SetLeverage } from '../command.js';
import { leverageLimit } from '../equities/equities.js';
import type { ErrorCode } from '../error-code.js';
import type { Market } from '../markets/market.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import { availableMargin, isTied, worstNotional } from './initial-margin.js';
import { tierOf } from './margin-tiers.js';

/**
 * Sets how an account's position in an instrument, present or to come, is margined. The mode of an open position,
 * or of one that resting orders may open, cannot be changed. A higher leverage of an open position is always good
 * where its tier allows it; a lower one needs the margin.
 */
export function setLeverage(state: ExchangeState, announcer: Announcer, command: SetLeverage): Outcome {
  const account = state.account(command.account);
  const market = state.market(command.instrument);
  if (account === undefined) return refused('FORBIDDEN');
  if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
  const holding = state.holding(account, market);
  if (!isAllowed(account, holding, market, command)) return refused('LEVERAGE_NOT_ALLOWED', account);
  const { leverage, marginMode } = holding;
  holding.leverage = command.leverage;
  holding.marginMode = command.marginMode;
  const error = command.leverage < leverage ? uncovered(state, account, holding, market) : null;
  if (error !== null) {
    holding.leverage = leverage;
    holding.marginMode = marginMode;
    return refused(error, account);
  }
  if (holding.lots !== 0 && leverage !== command.leverage) announcer.holdingChanged(account, holding);
  return done(account);
}

/** Stocks and predictions have no margin of their own: they are in the account as its cash is. */
function isAllowed(
  account: Account,
  holding: Holding,
  market: Market,
  { leverage, marginMode }: SetLeverage,
): boolean {
  const { instrument } = market;
  if (leverage < 1 || leverage > leverageLimit(account, instrument)) return false;
  if (marginMode === 'ISOLATED' && instrument.assetClass !== 'PERPETUAL') return false;
  if (!isTied(holding)) return true;
  if (marginMode !== holding.marginMode) return false;
  const allowed = tierOf(worstNotional(holding, market), instrument.marginTiers).maxLeverage;
  return leverage <= Math.max(allowed, holding.leverage);
}

function uncovered(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
): ErrorCode | null {
  const lacksOwn =
    holding.marginMode === 'ISOLATED' &&
    isolatedEquity(holding, market) * holding.leverage < positionNotional(holding, market);
  return lacksOwn || availableMargin(account, state.markets) < 0 ? 'INSUFFICIENT_MARGIN' : null;
}
