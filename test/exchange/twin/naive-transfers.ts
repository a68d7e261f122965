import { ascending, type NaiveAccount, roundedQuotient } from './naive-account.js';
import { crossValue, isolatedValue, requiredMargin } from './naive-margin.js';
import type { NaiveMarket } from './naive-market.js';
import { worthOf } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** Moves funds to an isolated margin or back; the error, or null. */
export function adjustMargin(
  state: NaiveState,
  account: NaiveAccount,
  market: NaiveMarket,
  amount: bigint,
): string | null {
  if (amount === 0n) return 'INVALID_REQUEST';
  const position = state.positionIn(account, market.id);
  if (position.lots === 0n) return 'POSITION_NOT_FOUND';
  if (!position.isolated) return 'POSITION_NOT_ISOLATED';
  const worth = worthOf(market, Math.abs(Number(position.lots)));
  const initial = roundedQuotient(worth, BigInt(position.leverage));
  const kept = ascending(initial, roundedQuotient(worth, 10n))[1]!;
  const left = isolatedValue(market, position) + amount;
  if (amount > 0n ? amount > withdrawable(state, account.id) : left < kept) return 'INSUFFICIENT_MARGIN';
  account.balance -= amount;
  position.margin += amount;
  return null;
}

/**
 * Cross value less predictions and the bids for them, and less the larger of all other initial margin and a tenth of
 * the other cross positions.
 */
export function withdrawable(state: NaiveState, account: number): bigint {
  const isBet = ({ instrument }: NaiveMarket): boolean => instrument.assetClass === 'PREDICTION';
  const marginOf = (markets: readonly NaiveMarket[]): bigint =>
    markets.reduce((sum, market) => sum + requiredMargin(state, account, market, null), 0n);
  const others = state.markets.filter((market) => !isBet(market));
  let notional = 0n;
  for (const market of others) {
    const { isolated, lots } = state.positionIn(state.account(account), market.id);
    if (!isolated) notional += worthOf(market, Math.abs(Number(lots)));
  }
  const kept = ascending(marginOf(others), roundedQuotient(notional, 10n))[1]!;
  return ascending(0n, crossValue(state, account) - marginOf(state.markets.filter(isBet)) - kept)[1]!;
}

/** Cross value and the equity of the isolated positions. */
export function accountValue(state: NaiveState, account: number): bigint {
  let value = crossValue(state, account);
  for (const market of state.markets) {
    const position = state.account(account).positions.get(market.id);
    if (position?.isolated) value += isolatedValue(market, position);
  }
  return value;
}
