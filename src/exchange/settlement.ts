import type { Account, Holding } from './account.js';
import { assert } from './assert.js';
import { divideRounded, multiplyDivide } from './fixed-point.js';
import type { Lots, Micros, Ppm } from './units.js';

/**
 * Books a trade of a signed quantity for a notional, which is positive, into a holding and its account, and returns the profit of what it closed. A closing quantity
 * takes its share of the cost with it, rounded; balance − cost thus changes by exactly the trade's notional,
 * and by the opposite for the other side, whatever the rounding: money is conserved to the micro-dollar.
 */
export function settle(account: Account, holding: Holding, signedLots: Lots, notional: Micros): Micros {
  const before = holding.lots;
  const size = Math.abs(signedLots);
  let opening: number = notional;
  let realized = 0;
  if (before !== 0 && before > 0 !== signedLots > 0) {
    const closing = Math.min(Math.abs(before), size);
    const closed = closing === size ? notional : multiplyDivide(notional, closing, size);
    const costShare = multiplyDivide(holding.cost, closing, Math.abs(before));
    realized = Math.sign(before) * closed - costShare;
    holding.cost = (holding.cost - costShare) as Micros;
    opening = notional - closed;
  }
  holding.cost = (holding.cost + Math.sign(signedLots) * opening) as Micros;
  holding.lots = (before + signedLots) as Lots;
  holding.realizedPnl = (holding.realizedPnl + realized) as Micros;
  account.balance = (account.balance + realized) as Micros;
  assert(Number.isSafeInteger(account.balance) && Number.isSafeInteger(holding.cost), 'money stays exact');
  return realized as Micros;
}

/** Pays an amount that comes of a position, or takes it where negative: an isolated one pays from its own margin. */
export function payInto(account: Account, holding: Holding, amount: Micros): void {
  if (holding.marginMode === 'ISOLATED' && holding.lots !== 0) {
    holding.isolatedMargin = (holding.isolatedMargin + amount) as Micros;
  } else {
    account.balance = (account.balance + amount) as Micros;
  }
}

/** A fee in parts per million of the notional. Split so that no product passes 2^53. */
export function feeOf(notional: Micros, rate: Ppm): Micros {
  const millions = Math.floor(notional / 1_000_000);
  const rest = notional - millions * 1_000_000;
  return (millions * rate + divideRounded(rest * rate, 1_000_000)) as Micros;
}
