import { multiplyDivide } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import { reducibleLots } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Micros } from '../units.js';
import type { Account, Holding } from './account.js';

/** In micro-dollars, up to where an account's sums may come: what is left up to 2^53 is for fees and roundings. */
const SUMS_MAX = 9e15;
/**
 * Up to where a trade may bring them by which neither side closes anything. The rest is for those who close against
 * an account, most likely the house, whose position grows by it.
 */
const OPENING_SUMS_MAX = 8e15;

/**
 * Whether an order's account could book a trade with a counterpart, or a part of it, without leaving the exact
 * integers. No real portfolio comes near; but all users together may buy that much from the house, and a sandbox
 * may deal in any amounts, and must not end the process. What takes off the position is booked wherever its
 * result is exact, so that positions can be closed when nobody can open them any more.
 */
export function canSettle(
  state: ExchangeState,
  market: Market,
  order: Order,
  counterpart: Order,
  lots: Lots,
  notional: Micros,
): boolean {
  const account = state.account(order.account)!;
  const holding = state.holding(account, market);
  const { cost, isolatedMargin } = holding;
  const sums = Math.abs(account.balance) + Math.abs(isolatedMargin) + Math.abs(cost) + 2 * notional;
  if (sums <= OPENING_SUMS_MAX) return true;
  if (lots <= reducibleLots(holding, order)) return canClose(account, holding, lots, notional);
  const other = state.holding(state.account(counterpart.account)!, market);
  return lots <= reducibleLots(other, counterpart) && sums <= SUMS_MAX;
}

/** Closing makes the cost smaller, and moves its profit or loss to the margin of its own or to the balance. */
function canClose({ balance }: Account, holding: Holding, lots: Lots, notional: Micros): boolean {
  const size = Math.abs(holding.lots);
  const costShare = multiplyDivide(holding.cost, lots, size);
  const realized = Math.sign(holding.lots) * notional - costShare;
  const released = holding.isolatedMargin + realized;
  return Math.abs(released) <= SUMS_MAX && Math.abs(balance + released) <= SUMS_MAX;
}
