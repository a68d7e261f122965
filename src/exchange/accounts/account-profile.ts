import type { Announcer } from '../announcer.js';
import type { ConfigureAccount } from '../command.js';
import { initialLeverage } from '../equities/equities.js';
import { availableMargin } from '../margin/initial-margin.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Account, Holding, PortfolioType } from './account.js';

/**
 * Sets what kind of brokerage account a portfolio is, and whose commissions it pays. A margin portfolio becomes a
 * cash one only when nothing of its equities is short, or could become so, and all of them are paid for in full.
 */
export function configureAccount(
  state: ExchangeState,
  announcer: Announcer,
  command: ConfigureAccount,
): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const { portfolioType, broker } = command;
  if (portfolioType !== null && portfolioType !== account.portfolioType) {
    if (!changeType(state, announcer, account, portfolioType)) return refused('INSUFFICIENT_MARGIN', account);
  }
  if (broker !== null) account.broker = broker;
  announcer.accountChanged(account);
  return done(account);
}

/** False, and nothing changed, when the equities do not allow it. */
function changeType(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  portfolioType: PortfolioType,
): boolean {
  const equities = equityHoldings(state, account);
  if (portfolioType === 'CASH' && equities.some(({ lots, askLots }) => askLots > lots)) return false;
  const before = equities.map(({ leverage }) => leverage);
  account.portfolioType = portfolioType;
  for (const holding of equities) {
    holding.leverage = initialLeverage(account, state.market(holding.instrument)!.instrument);
  }
  if (portfolioType === 'CASH' && availableMargin(account, state.markets) < 0) {
    account.portfolioType = 'MARGIN';
    for (const [index, holding] of equities.entries()) holding.leverage = before[index]!;
    return false;
  }
  for (const [index, holding] of equities.entries()) {
    if (holding.lots !== 0 && holding.leverage !== before[index]) announcer.holdingChanged(account, holding);
  }
  return true;
}

function equityHoldings(state: ExchangeState, account: Account): readonly Holding[] {
  return account.holdings.filter(
    (holding): holding is Holding =>
      holding !== null && state.market(holding.instrument)!.instrument.assetClass === 'EQUITY',
  );
}
