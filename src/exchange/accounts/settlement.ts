import { divideRounded, multiplyDivide } from '../fixed-point.js';
import type { Lots, Micros, Ppm } from '../units.js';
import type { MarginMode } from './account.js';

/** The money of an account. */
export interface Purse {
  balance: Micros;
}

/** The part of a holding that trades change. */
export interface Position {
  lots: Lots;
  cost: Micros;
  realizedPnl: Micros;
  isolatedMargin: Micros;
  readonly leverage: number;
  readonly marginMode: MarginMode;
}

/**
 * Books a trade of a signed quantity for a notional, which is positive, into a position and its account's purse,
 * and returns the profit of what it closed. A closing quantity takes its share of the cost with it, rounded;
 * balance + isolated margin − cost thus changes by exactly the trade's notional, and by the opposite for the
 * other side, whatever the rounding: money is conserved to the micro-dollar. The house pays what an isolated
 * position that flips has lost beyond its margin. Whether the sums are exact is the caller's to see; see `isExact`.
 */
export function settle(
  house: Purse,
  purse: Purse,
  position: Position,
  signedLots: Lots,
  notional: Micros,
): Micros {
  const before = position.lots;
  const size = Math.abs(signedLots);
  const closing = before !== 0 && before > 0 !== signedLots > 0 ? Math.min(Math.abs(before), size) : 0;
  let opening: number = notional;
  let realized = 0;
  if (closing > 0) {
    const closed = closing === size ? notional : multiplyDivide(notional, closing, size);
    const isWhole = closing === Math.abs(before);
    const costShare = isWhole ? position.cost : multiplyDivide(position.cost, closing, Math.abs(before));
    realized = Math.sign(before) * closed - costShare;
    position.cost = (position.cost - costShare) as Micros;
    opening = notional - closed;
  }
  position.cost = (position.cost + Math.sign(signedLots) * opening) as Micros;
  position.lots = (before + signedLots) as Lots;
  position.realizedPnl = (position.realizedPnl + realized) as Micros;
  if (position.marginMode === 'ISOLATED') {
    if (closing > 0) release(purse, position, closing, Math.abs(before), realized);
    if (closing > 0 && opening > 0) emptyMargin(house, purse, position);
    if (opening > 0) fund(purse, position, opening);
  } else {
    purse.balance = (purse.balance + realized) as Micros;
  }
  return realized as Micros;
}

/** Whether no sum has left the exact integers. */
export function isExact(purse: Purse, position: Position): boolean {
  return (
    Number.isSafeInteger(purse.balance) &&
    Number.isSafeInteger(position.cost) &&
    Number.isSafeInteger(position.isolatedMargin)
  );
}

/**
 * Closing a part of an isolated position sets its share of the margin free, with the profit or loss of that
 * part. A loss beyond that share comes out of the rest of the margin, never out of the balance. What was closed
 * whole keeps all of it until its fee is paid; see `emptyMargin`.
 */
function release(purse: Purse, position: Position, closing: number, size: number, realized: number): void {
  if (closing === size) {
    position.isolatedMargin = (position.isolatedMargin + realized) as Micros;
    return;
  }
  const share = multiplyDivide(position.isolatedMargin, closing, size);
  const released = Math.max(0, share + realized);
  position.isolatedMargin = (position.isolatedMargin + realized - released) as Micros;
  purse.balance = (purse.balance + released) as Micros;
}

/** Moves the initial margin of what an isolated position opens out of the balance. */
function fund(purse: Purse, position: Position, notional: number): void {
  const margin = divideRounded(notional, position.leverage);
  purse.balance = (purse.balance - margin) as Micros;
  position.isolatedMargin = (position.isolatedMargin + margin) as Micros;
}

/**
 * Ends the margin of an isolated position that was closed: what is left goes to the balance. What is missing
 * the house pays, since such a position can lose no more than its margin. Returns what it paid.
 */
export function emptyMargin(house: Purse, purse: Purse, position: Position): Micros {
  const margin = position.isolatedMargin;
  const payer = margin < 0 ? house : purse;
  payer.balance = (payer.balance + margin) as Micros;
  position.isolatedMargin = 0 as Micros;
  return Math.max(0, 0 - margin) as Micros;
}

/** Pays an amount that comes of a position, or takes it where negative: an isolated one pays from its own margin. */
export function payInto(purse: Purse, position: Position, amount: Micros): void {
  if (position.marginMode === 'ISOLATED' && (position.lots !== 0 || position.isolatedMargin !== 0)) {
    position.isolatedMargin = (position.isolatedMargin + amount) as Micros;
  } else {
    purse.balance = (purse.balance + amount) as Micros;
  }
}

/** A fee in parts per million of the notional. Split so that no product passes 2^53. */
export function feeOf(notional: Micros, rate: Ppm): Micros {
  const millions = Math.floor(notional / 1_000_000);
  const rest = notional - millions * 1_000_000;
  return (millions * rate + divideRounded(rest * rate, 1_000_000)) as Micros;
}
