import type { ConfigureAccount } from '../../../src/exchange/command.js';
import type { Instrument } from '../../../src/exchange/markets/instrument.js';
import type { NaiveAccount } from './naive-account.js';
import { availableFunds } from './naive-margin.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import { offersOf, sumOfOpen } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** Cash portfolios hold equities without leverage, and everybody predictions. */
export function initialLeverageOf(account: NaiveAccount, instrument: Instrument): number {
  const isCash = instrument.assetClass === 'EQUITY' && account.portfolioType === 'CASH';
  if (instrument.assetClass === 'PREDICTION') return 1;
  return isCash ? 1 : instrument.defaultLeverage;
}

/** Changes the type first, and takes it back when something is short, may become so, or is not covered. */
export function configure(state: NaiveState, command: ConfigureAccount): NaiveOutcome {
  const account = state.account(command.account);
  const { portfolioType, broker } = command;
  if (portfolioType !== null && portfolioType !== account.portfolioType) {
    const equities = state.markets.filter(({ instrument }) => instrument.assetClass === 'EQUITY');
    const held = equities.filter(({ id }) => account.positions.has(id));
    const before = held.map(({ id }) => account.positions.get(id)!.leverage);
    account.portfolioType = portfolioType;
    for (const { id, instrument } of held) {
      account.positions.get(id)!.leverage = initialLeverageOf(account, instrument);
    }
    const isFine =
      portfolioType === 'MARGIN' ||
      (equities.every(
        ({ id }) => sumOfOpen(offersOf(state, account.id, id)) <= state.lotsOf(account.id, id),
      ) &&
        availableFunds(state, account.id) >= 0n);
    if (!isFine) {
      account.portfolioType = 'MARGIN';
      for (const [index, { id }] of held.entries()) account.positions.get(id)!.leverage = before[index]!;
      return answer('INSUFFICIENT_MARGIN');
    }
    for (const [index, { id }] of held.entries()) {
      const { lots, leverage } = account.positions.get(id)!;
      if (lots !== 0n && leverage !== before[index]) state.touchedPositions.add(`${account.id}:${id}`);
    }
  }
  if (broker !== null) account.broker = broker;
  state.touchedAccounts.add(account.id);
  return answer(null);
}
