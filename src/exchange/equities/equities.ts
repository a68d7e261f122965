import type { Account, Holding } from '../accounts/account.js';
import type { ErrorCode } from '../error-code.js';
import { type Instrument, maxLeverage } from '../markets/instrument.js';
import type { Market } from '../markets/market.js';
import type { Lots, Micros } from '../units.js';

/** How many times its equity a margin portfolio may hold in equities, by their margin tiers. */
export const MARGIN_LEVERAGE = 2;

/** For what equities can be bought, given what is available; nothing when that is negative. */
export function buyingPower({ portfolioType }: Account, available: Micros): Micros {
  return (Math.max(0, available) * (portfolioType === 'MARGIN' ? MARGIN_LEVERAGE : 1)) as Micros;
}

/**
 * The highest leverage that an account may have in an instrument: cash portfolios hold equities without any, and
 * predictions have none to give.
 */
export function leverageLimit(account: Account, instrument: Instrument): number {
  return isCashOnly(account, instrument) ? 1 : maxLeverage(instrument);
}

/** The leverage of a holding that nobody set one for. */
export function initialLeverage(account: Account, instrument: Instrument): number {
  return isCashOnly(account, instrument) ? 1 : instrument.defaultLeverage;
}

/**
 * True for what is paid for in full. It is liquidated only after everything else, when an account has lost more
 * than its funds.
 */
export function isCashOnly(account: Account, { assetClass }: Instrument): boolean {
  return assetClass === 'PREDICTION' || (assetClass === 'EQUITY' && account.portfolioType === 'CASH');
}

/**
 * In which turn a position is closed in a liquidation: what is held on margin first, then equities that are paid
 * for, and predictions last.
 */
export function liquidationTurn(account: Account, instrument: Instrument): number {
  if (!isCashOnly(account, instrument)) return 0;
  return instrument.assetClass === 'EQUITY' ? 1 : 2;
}

/** Whether an account may sell more of an instrument than it has. */
export function maySellShort(account: Account, { assetClass, shortable }: Instrument): boolean {
  if (assetClass === 'PERPETUAL') return true;
  return assetClass === 'EQUITY' && account.portfolioType === 'MARGIN' && shortable;
}

/** A sale as it would be: `open` lots are still to be filled of an order of `lots`. */
export interface Sale {
  readonly lots: Lots;
  readonly open: Lots;
  /** The open lots of the holding's other sell orders, and of those alone that are not reduce-only. */
  readonly otherAsks: Lots;
  readonly otherPlainAsks: Lots;
  readonly reduceOnly: boolean;
}

/**
 * How far an equity or a prediction may be sold beyond what is held, if all open asks are filled. Cash portfolios
 * sell what they have; margin portfolios go short where the instrument allows it, by whole shares. An order that sells short
 * with all of its rest is judged as a whole, since a fill may leave a fraction of it.
 */
export function brokenShortRule(
  account: Account,
  holding: Holding,
  { instrument, tickMicros }: Market,
  { lots, open, otherAsks, otherPlainAsks, reduceOnly }: Sale,
): ErrorCode | null {
  const held = Math.max(0, holding.lots);
  // Reduce-only orders shrink with the position; they cannot sell it short among themselves.
  if (reduceOnly && otherPlainAsks === 0) return null;
  if (!maySellShort(account, instrument)) return otherAsks + open > held ? 'INSUFFICIENT_MARGIN' : null;
  const short = otherPlainAsks + open - held;
  if (reduceOnly || short <= 0) return null;
  return (short >= open ? lots : short) % tickMicros === 0 ? null : 'QUANTITY_NOT_ON_LOT';
}
