import { type Account, HOUSE, type Holding } from '../accounts/account.js';
import { isolatedEquity, positionMaintenance, unrealizedPnl } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import { isCashOnly } from '../equities/equities.js';
import { maintenanceRates } from '../margin/margin-tiers.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import type { InstrumentId } from '../units.js';

/** Beyond any rounding of one position's value and maintenance, in micro-dollars, and of an alarm's own price. */
const ROUNDING_MICROS = 8;
const ROUNDING_SHARE = 1e-9;
const NO_MAINTENANCE = { lowest: 0, highest: 0 };

/**
 * The accounts with something below its maintenance margin, in the order of their ids, among those that changed
 * in this command, that could not be helped before, or whose alarms the mark prices have passed. The alarms of all
 * of these are set anew.
 */
export function accountsAtRisk(state: ExchangeState, announcer: Announcer): readonly Account[] {
  const found: Account[] = [];
  for (const account of announcer.changedAccounts) {
    if (watchAccount(state, account)) found.push(account);
  }
  for (const account of state.distressed) {
    const isDue = !account.changed && mayBeHelped(account, state.markets);
    if (isDue && watchAccount(state, account)) found.push(account);
  }
  for (const { watchlist, mark } of announcer.changedMarkets) {
    if (!watchlist.isAlarmedAt(mark)) continue;
    for (const account of watchlist.take(mark)) {
      if (!account.changed && watchAccount(state, account)) found.push(account);
    }
  }
  return found.length < 2 ? found : [...new Set(found)].sort((one, other) => one.id - other.id);
}

/** Sets the alarms of all accounts, which a snapshot does not hold. */
export function watchAll(state: ExchangeState): void {
  for (const account of state.accounts) {
    if (account !== null && account.id !== HOUSE) watchAccount(state, account);
  }
}

/** Sets the alarms of an account; true when something of it is below maintenance. */
function watchAccount(state: ExchangeState, account: Account): boolean {
  const isBelow = setAlarms(account, state.markets);
  if (isBelow) state.distressed.add(account);
  else if (state.distressed.size > 0) state.distressed.delete(account);
  return isBelow;
}

/** Whether anything can be done in this command for an account that could not be helped before. */
function mayBeHelped(account: Account, markets: readonly Market[]): boolean {
  if (account.lastOpen !== null && isInPool(account, account.lastOpen.instrument)) return true;
  return account.holdings.some(
    (holding) => holding !== null && holding.lots !== 0 && markets[holding.instrument]!.changed,
  );
}

/**
 * Whether an order in an instrument is one that a liquidation of positions that are open would cancel. It is asked
 * of the newest order alone: older ones were there when the account was looked at last.
 */
function isInPool(account: Account, instrument: InstrumentId): boolean {
  const holding = account.holdings[instrument]!;
  return (
    (holding.marginMode === 'ISOLATED' && holding.lots !== 0) ||
    account.holdings.some((other) => other !== null && other.lots !== 0 && other.marginMode === 'CROSS')
  );
}

/**
 * Each cross position may use up an equal part of what they have together beyond maintenance. Predictions use up
 * none of it, whatever their price, and are not watched.
 */
function setAlarms(account: Account, markets: readonly Market[]): boolean {
  let watchedCount = 0;
  let hasCross = false;
  let surplus: number = account.balance;
  let isBelow = false;
  for (const holding of account.holdings) {
    if (holding === null || holding.lots === 0) continue;
    const market = markets[holding.instrument]!;
    if (holding.marginMode === 'CROSS') {
      hasCross = true;
      if (isWatched(market)) watchedCount += 1;
      surplus += unrealizedPnl(holding, market) - positionMaintenance(account, holding, market);
    } else {
      const own = isolatedEquity(holding, market) - positionMaintenance(account, holding, market);
      market.watchlist.set(account, holding, alarmOf(account, holding, market, own));
      if (own < 0) isBelow = true;
    }
  }
  if (!hasCross) return isBelow;
  for (const holding of account.holdings) {
    if (holding === null || holding.lots === 0 || holding.marginMode !== 'CROSS') continue;
    const market = markets[holding.instrument]!;
    if (!isWatched(market)) continue;
    market.watchlist.set(account, holding, alarmOf(account, holding, market, surplus / watchedCount));
  }
  return isBelow || surplus < 0;
}

function isWatched({ instrument }: Market): boolean {
  return instrument.assetClass !== 'PREDICTION';
}

/**
 * The mark price up to which a position alone cannot use up its part of the surplus over maintenance. A long
 * one loses size × move and needs less maintenance by at least the lowest tier's rate of that; a short one
 * needs more by at most the highest's.
 */
function alarmOf(account: Account, holding: Holding, market: Market, surplus: number): number {
  const { instrument, mark, tickMicros } = market;
  const isPaid = isCashOnly(account, instrument);
  const { lowest, highest } = isPaid ? NO_MAINTENANCE : maintenanceRates(instrument.marginTiers);
  const isLong = holding.lots > 0;
  const lossPerMicro = (Math.abs(holding.lots) / tickMicros) * (isLong ? 1 - lowest : 1 + highest);
  const distance = (Math.max(0, surplus - ROUNDING_MICROS) / lossPerMicro) * (1 - ROUNDING_SHARE);
  return isLong ? mark - distance : mark + distance;
}
