import type { Account, Holding } from '../accounts/account.js';
import { valueAt } from '../accounts/valuation.js';
import { brokenShortRule, type Sale } from '../equities/equities.js';
import type { ErrorCode } from '../error-code.js';
import { uncoveredBy } from '../margin/order-margin.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import { BUY, type Lots, type PriceMicros } from '../units.js';
import { reducibleLots } from './open-orders.js';
import type { Order } from './order.js';
import { exceedsExitLimit, exceedsOrderLimit } from './order-limits.js';
import { brokenExitRule, brokenPriceRule, brokenStopRule } from './price-rules.js';
import type { Proposal } from './proposal.js';
import { type Reach, reachOf } from './reach.js';

/** How many reduce-only orders may be open in one holding: each command that fills it looks at all of them. */
export const REDUCE_ONLY_ORDERS_MAX = 200;
/** How many trailing stops it may have waiting in one instrument: a new best price looks at all of these. */
export const TRAILING_ORDERS_MAX = 50;
/** How long a GTD order may last. */
export const GTD_MAX_MS = 366 * 24 * 60 * 60 * 1_000;
/** A limit order may be this many times as large as the largest market order. */
const LIMIT_NOTIONAL_FACTOR = 10;

/** The first rule that a proposal breaks, in a fixed order, or null. Of a waiting order the margin is not asked yet. */
export function brokenRule(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  proposal: Proposal,
): ErrorCode | null {
  const { order, isAmendment } = proposal;
  if (market.settlement !== null) return 'MARKET_CLOSED';
  if (order.reduceOnly && reducibleLots(holding, order) === 0) return 'REDUCE_ONLY_WOULD_INCREASE';
  if (isReduction(proposal)) {
    return brokenLotRule(holding, market, proposal) ?? brokenSizeRule(holding, market, proposal);
  }
  return (
    (isAmendment ? null : brokenAdmissionRule(state, account, holding, order)) ??
    brokenPriceRule(market, proposal.ticks) ??
    brokenLotRule(holding, market, proposal) ??
    brokenConditionRule(market, proposal) ??
    brokenSizeRule(holding, market, proposal) ??
    (order.isWaiting ? null : brokenEntryRule(state, account, holding, market, proposal))
  );
}

/** The rules that are left to be asked when an order, perhaps after waiting, is about to meet the book. */
export function brokenEntryRule(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  proposal: Proposal,
): ErrorCode | null {
  const reached = reachOf(state, market, proposal);
  return (
    brokenMatchingRule(market, proposal, reached) ??
    brokenMarginRule(state, account, holding, market, proposal, reached)
  );
}

/** How many orders there may be. */
function brokenCountRule(account: Account, holding: Holding, order: Order): ErrorCode | null {
  const isTooMany =
    exceedsOrderLimit(account, order) ||
    (order.reduceOnly && holding.reduceOnlyOrders.size >= REDUCE_ONLY_ORDERS_MAX) ||
    (order.trigger?.isTrailing === true && holding.trailingCount >= TRAILING_ORDERS_MAX);
  return isTooMany ? 'TOO_MANY_OPEN_ORDERS' : null;
}

/** The same for an exit, when so many more orders are open in the holding by then. */
export function brokenExitCountRule(account: Account, holding: Holding, more: number): ErrorCode | null {
  const isTooMany =
    exceedsExitLimit(account, more) || holding.reduceOnlyOrders.size + more >= REDUCE_ONLY_ORDERS_MAX;
  return isTooMany ? 'TOO_MANY_OPEN_ORDERS' : null;
}

function brokenAdmissionRule(
  { time }: ExchangeState,
  account: Account,
  holding: Holding,
  order: Order,
): ErrorCode | null {
  const { timeInForce, expiresAt } = order;
  const isTimely = timeInForce !== 'GTD' || (expiresAt > time && expiresAt <= time + GTD_MAX_MS);
  // A good time may have passed on the way to the journal.
  return isTimely ? brokenCountRule(account, holding, order) : 'INVALID_REQUEST';
}

function brokenConditionRule(market: Market, proposal: Proposal): ErrorCode | null {
  const { order, stopTicks } = proposal;
  const broken = order.isWaiting ? brokenStopRule(market, order, stopTicks) : null;
  if (broken !== null || order.exits === null) return broken;
  return brokenExitRule(market, order.side, entryPrice(market, proposal), order.exits);
}

/** True when nothing changes but that the quantity gets smaller: that is never refused for price or margin. */
function isReduction({ order, lots, ticks, stopTicks, isAmendment }: Proposal): boolean {
  if (!isAmendment || lots >= order.lots || ticks !== order.ticks) return false;
  return order.trigger === null || stopTicks === order.trigger.ticks;
}

/** What the position would be entered at, by which its exits are judged. */
function entryPrice(market: Market, { ticks, stopTicks }: Proposal): PriceMicros {
  const asked = ticks > 0 ? ticks : stopTicks;
  return asked > 0 ? ((asked * market.tickMicros) as PriceMicros) : market.triggerPrice;
}

/** Where there are no fractions, only whole units can be ordered; what is left of a position can always be closed. */
function brokenLotRule(holding: Holding, market: Market, { order, lots }: Proposal): ErrorCode | null {
  if (market.instrument.fractional || lots % market.tickMicros === 0) return null;
  return closesAll(holding, order, lots) ? null : 'QUANTITY_NOT_ON_LOT';
}

/** Whether what a total quantity leaves open of an order is exactly the position, on the other side. */
function closesAll(holding: Holding, { side, filledLots }: Order, lots: Lots): boolean {
  return side * holding.lots === filledLots - lots;
}

function brokenSizeRule(holding: Holding, market: Market, proposal: Proposal): ErrorCode | null {
  const { order, lots, ticks, stopTicks } = proposal;
  const { maxLots, maxMarketNotional, minNotional } = market.instrument;
  const asked = ticks > 0 ? ticks : stopTicks;
  const isPriced = asked > 0 || market.mark > 0;
  const notional = asked > 0 ? lots * asked : valueAt(lots, market.mark, market.tickMicros);
  const limit = ticks > 0 ? maxMarketNotional * LIMIT_NOTIONAL_FACTOR : maxMarketNotional;
  const worstPosition = (Math.abs(holding.lots) + lots) * Math.max(asked, market.lastTicks);
  if (lots > maxLots || notional > limit || !Number.isSafeInteger(worstPosition)) return 'ORDER_TOO_LARGE';
  const isTooSmall = isPriced && notional < minNotional && !closesAll(holding, order, lots);
  return isTooSmall ? 'BELOW_MIN_NOTIONAL' : null;
}

function brokenMatchingRule(market: Market, proposal: Proposal, reached: Reach): ErrorCode | null {
  const { order, lots, ticks } = proposal;
  const open = (lots - order.filledLots) as Lots;
  if (market.isClosed) return isOneMoment(order) ? 'MARKET_CLOSED' : null;
  if (order.postOnly) return market.book.crosses(order.side, ticks) ? 'POST_ONLY_WOULD_CROSS' : null;
  if (order.mayRest) return null;
  if (order.type === 'MARKET' && reached.lots === 0) return 'NO_LIQUIDITY';
  if (order.timeInForce === 'FOK' && reached.lots < open) return 'WOULD_NOT_FILL';
  // A stop that has fired is accepted already: what it does not find is cancelled.
  return reached.lots === 0 && order.trigger === null ? 'WOULD_NOT_FILL' : null;
}

/** Orders that cannot wait for anything. */
function isOneMoment({ timeInForce }: Order): boolean {
  return timeInForce === 'IOC' || timeInForce === 'FOK';
}

/**
 * What an order may add to a position must be covered. Selling what is held of an equity or a
 * prediction needs nothing; how far it may be sold beyond that is a rule of its own.
 */
function brokenMarginRule(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  proposal: Proposal,
  reached: Reach,
): ErrorCode | null {
  const { order } = proposal;
  if (market.instrument.assetClass !== 'PERPETUAL' && order.side !== BUY) {
    const error = brokenShortRule(account, holding, market, saleOf(holding, proposal));
    if (error !== null) return error;
  }
  return uncoveredBy(state, account, holding, market, proposal, reached);
}

function saleOf(holding: Holding, { order, lots, isAmendment }: Proposal): Sale {
  const present = isAmendment ? order.openLots : 0;
  return {
    lots,
    open: (lots - order.filledLots) as Lots,
    otherAsks: (holding.askLots - present) as Lots,
    otherPlainAsks: (holding.plainAskLots - (order.reduceOnly ? 0 : present)) as Lots,
    reduceOnly: order.reduceOnly,
  };
}
