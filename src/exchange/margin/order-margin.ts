import type { Account, Holding } from '../accounts/account.js';
import { crossFunds, markTicks, valueAt } from '../accounts/valuation.js';
import type { ErrorCode } from '../error-code.js';
import type { Market } from '../markets/market.js';
import { reducibleLots, reserveTicks } from '../orders/open-orders.js';
import type { Proposal } from '../orders/proposal.js';
import type { Reach } from '../orders/reach.js';
import type { ExchangeState } from '../state.js';
import { BUY, type Lots, type Side } from '../units.js';
import { type Addition, availableMargin, marginRequired, worstNotional } from './initial-margin.js';
import { tierOf } from './margin-tiers.js';
import { lossAgainstMark, TrialStance } from './trial-stance.js';

/** What an order adds to position and resting orders, and what it loses at once. */
interface Effect extends Addition {
  readonly loss: number;
}

/**
 * Whether the account could not carry an order filled as far as it can be, with the rest of it resting. The
 * instrument's leverage must be allowed in the tier of the largest notional that its position could come to, and
 * the margin for that, together with what the order would lose against the mark by trading at once, must be
 * available. An isolated position must not be liquidated by the very trade. What trades at once must not lose more
 * than there is, be it only to close. But for that, an order that adds nothing to what is needed, and opens nothing
 * at a loss, always passes; fees do not count. `reached` is what the order would find in the book now.
 */
export function uncoveredBy(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  proposal: Proposal,
  reached: Reach,
): ErrorCode | null {
  const { order } = proposal;
  const isOverdrawn = () => overdraws(state, account, holding, market, order.side, reached);
  if (order.reduceOnly) return isOverdrawn() ? 'INSUFFICIENT_MARGIN' : null;
  const effect = effectOf(holding, market, proposal, reached);
  const more = marginRequired(holding, market, effect) - marginRequired(holding, market);
  const worst = worstNotional(holding, market, effect);
  const isLarger = worst > worstNotional(holding, market);
  const opensAtLoss = effect.loss > 0 && reached.lots > reducibleLots(holding, order);
  if (more <= 0 && !isLarger && !opensAtLoss) return isOverdrawn() ? 'INSUFFICIENT_MARGIN' : null;
  const { maxLeverage } = tierOf(worst, market.instrument.marginTiers);
  if (isLarger && holding.leverage > maxLeverage) return 'LEVERAGE_NOT_ALLOWED';
  if (more + effect.loss > availableMargin(account, state.markets)) return 'INSUFFICIENT_MARGIN';
  if (holding.marginMode === 'CROSS' || reached.lots === 0) return null;
  const trial = TrialStance.of(state, account, holding, market);
  trial.book((order.side * reached.lots) as Lots, reached.notional);
  const losesTooMuch =
    trial.isOverdrawn && lossAgainstMark(market, order.side, reached.lots, reached.notional) > 0;
  return trial.isExact && trial.standsAlone && !losesTooMuch ? null : 'INSUFFICIENT_MARGIN';
}

/** More than rounding can move the value of a position that is traded, in micro-dollars. */
const ROUNDING_MICROS = 8;

/**
 * Whether a trade would cost more than there is: nobody is to lose to another what the house has to pay. What is
 * far from that is seen without a trial.
 */
function overdraws(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  side: Side,
  { lots, notional }: Reach,
): boolean {
  const loss = lossAgainstMark(market, side, lots, notional);
  if (loss === 0) return false;
  const isCross = holding.marginMode === 'CROSS';
  if (isCross && crossFunds(account, state.markets) - loss >= ROUNDING_MICROS) return false;
  const trial = TrialStance.of(state, account, holding, market);
  trial.book((side * lots) as Lots, notional);
  return !trial.isExact || trial.isOverdrawn;
}

/**
 * What trades at once becomes a position at the mark price, and the difference to what was paid for it a profit or
 * loss. A loss must be covered; a profit only makes a purchase below the mark cheaper to open, while a sale needs
 * the margin of what it is worth wherever it trades. What is left rests at the limit, a market order that must wait
 * for the open at the mark. An isolated position moves margin at the makers' prices, and bears a loss itself. While
 * no mark is known, the makers' prices stand for it.
 */
function effectOf(holding: Holding, market: Market, proposal: Proposal, reached: Reach): Effect {
  const { order, ticks } = proposal;
  const open = (proposal.lots - order.filledLots) as Lots;
  const present = proposal.isAmendment ? order.openLots : 0;
  const isMarked = market.mark > 0 && holding.marginMode === 'CROSS';
  const worth = isMarked ? valueAt(reached.lots, market.mark, market.tickMicros) : reached.notional;
  const limit = market.isClosed && ticks === 0 ? markTicks(market) : ticks;
  const resting = (open - reached.lots) * limit - present * reserveTicks(order);
  return {
    side: order.side,
    lots: open - present,
    notional: (order.side === BUY ? Math.min(worth, reached.notional) : worth) + resting,
    loss: Math.max(0, order.side * (reached.notional - worth)),
  };
}
