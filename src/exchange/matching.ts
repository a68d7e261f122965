import { type Account, HOUSE, type Holding } from './account.js';
import type { Announcer } from './announcer.js';
import { chargeFill } from './fees.js';
import type { Market } from './market.js';
import { close, endSibling, fitToPosition, reducibleLots, reserve, withdraw } from './open-orders.js';
import type { Order } from './order.js';
import { settle } from './settlement.js';
import type { ExchangeState } from './state.js';
import type { AccountId, Lots, Micros, PriceMicros, Side, Ticks } from './units.js';

/**
 * Matches an incoming order against the book in price-time priority, at the prices of the makers, until it is
 * filled or no maker is left within its limit. A maker of the same portfolio is cancelled instead of traded
 * with, except among the house's own. Matching ends early where the sums would leave the exact integers.
 */
export function match(state: ExchangeState, announcer: Announcer, market: Market, taker: Order): void {
  const makerSide = -taker.side as Side;
  while (taker.openLots > 0 && market.book.crosses(taker.side, taker.ticks)) {
    const maker = market.book.best(makerSide)!.first!;
    if (maker.account === taker.account && maker.account !== HOUSE) {
      withdraw(state, announcer, maker, 'CANCELED', 'SELF_TRADE');
    } else if (!canSettle(state, market, taker, maker)) {
      return;
    } else if (canSettle(state, market, maker, maker)) {
      trade(state, announcer, market, maker, taker);
    } else {
      dropMaker(state, announcer, market, maker);
    }
  }
}

/**
 * Whether an account could book the whole of the maker's order at its price without leaving the exact integers.
 * No real portfolio comes near; but a sandbox may deal in any amounts, and must not end the process.
 */
function canSettle(state: ExchangeState, market: Market, order: Order, maker: Order): boolean {
  const account = state.account(order.account)!;
  const { cost } = state.holding(account, market);
  const notional = maker.openLots * maker.ticks;
  return Math.abs(account.balance) + Math.abs(cost) + 2 * notional <= Number.MAX_SAFE_INTEGER;
}

function dropMaker(state: ExchangeState, announcer: Announcer, market: Market, maker: Order): void {
  if (maker.account !== HOUSE) return withdraw(state, announcer, maker, 'CANCELED', 'TOO_LARGE');
  market.book.remove(maker);
  market.houseOrders(maker.side).delete(maker.ticks);
  announcer.marketChanged(market);
}

function trade(state: ExchangeState, announcer: Announcer, market: Market, maker: Order, taker: Order): void {
  const lots = Math.min(maker.openLots, taker.openLots) as Lots;
  const ticks = maker.ticks;
  const tradeId = state.lastTradeId + 1;
  state.lastTradeId = tradeId;
  market.recordTrade(state.time, ticks, lots);

  const makerAccount = state.account(maker.account)!;
  const makerHolding = state.holding(makerAccount, market);
  if (makerAccount.id !== HOUSE) reserve(makerHolding, maker, -1);
  market.book.fill(maker, lots);
  if (makerAccount.id !== HOUSE && maker.openLots > 0) reserve(makerHolding, maker, 1);
  countFill(state, maker, lots, ticks);
  taker.filledLots = (taker.filledLots + lots) as Lots;
  countFill(state, taker, lots, ticks);

  bookFill(state, announcer, market, maker, lots, 'MAKER', tradeId * 2);
  if (makerAccount.id === HOUSE) dropFilledQuote(market, maker);
  else updateMaker(state, announcer, makerAccount, makerHolding, maker);
  bookFill(state, announcer, market, taker, lots, 'TAKER', tradeId * 2 + 1);
  updateTaker(state, announcer, market, taker);

  announcer.trade({ tradeId, instrument: market.id, ticks, lots, side: taker.side });
  announcer.marketChanged(market);
}

function countFill(state: ExchangeState, order: Order, lots: Lots, ticks: Ticks): void {
  order.filledNotional = (order.filledNotional + lots * ticks) as Micros;
  order.updatedAt = state.time;
}

/** Books one side of a trade: position, profit, fee, and the fill event. */
function bookFill(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  order: Order,
  lots: Lots,
  liquidity: 'MAKER' | 'TAKER',
  fillId: number,
): void {
  const account = state.account(order.account)!;
  const holding = state.holding(account, market);
  const longBefore = Math.max(0, holding.lots);
  const ticks = market.lastTicks;
  const notional = (lots * ticks) as Micros;
  const realizedPnl = settle(account, holding, (order.side * lots) as Lots, notional);
  if (account.id === HOUSE) return;
  market.openInterest = (market.openInterest + Math.max(0, holding.lots) - longBefore) as Lots;
  const fee = chargeFill(state, account, holding, market, lots, notional, liquidity);
  announcer.fill(account, {
    fillId,
    order,
    price: (ticks * market.tickMicros) as PriceMicros,
    lots,
    liquidity,
    fee,
    realizedPnl,
    positionAfter: holding.lots,
  });
  announcer.holdingChanged(account, holding);
  announcer.accountChanged(account);
}

function updateMaker(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
  maker: Order,
): void {
  if (maker.openLots === 0) close(state, account, maker, 'FILLED', null);
  announcer.order(account, maker);
  if (maker.openLots === 0 && maker.trigger !== null) endSibling(state, announcer, maker);
  if (holding.reduceOnlyOrders.size > 0) fitToPosition(state, announcer, account, holding);
}

function updateTaker(state: ExchangeState, announcer: Announcer, market: Market, taker: Order): void {
  if (taker.openLots === 0 && taker.trigger !== null) endSibling(state, announcer, taker);
  const account = state.account(taker.account)!;
  const holding = state.holding(account, market);
  if (holding.reduceOnlyOrders.size > 0) fitToPosition(state, announcer, account, holding);
}

function dropFilledQuote(market: Market, maker: Order): void {
  if (maker.openLots === 0) market.houseOrders(maker.side).delete(maker.ticks);
}

/** What an order would find in the book if it came now. */
export interface Reach {
  readonly lots: Lots;
  readonly notional: Micros;
}

/**
 * How much of a quantity could be filled at once within a limit, and for how much. Makers of the same
 * portfolio do not count, and reduce-only makers no more than what the makers before them left of their
 * portfolio's position.
 */
export function reach(
  state: ExchangeState,
  market: Market,
  side: Side,
  limit: Ticks,
  wanted: Lots,
  taker: AccountId,
): Reach {
  const levels = market.book.levels(-side as Side);
  const reducible = new Map<AccountId, number>();
  let lots = 0;
  let notional = 0;
  for (let index = levels.length - 1; index >= 0 && lots < wanted; index--) {
    const level = levels[index]!;
    if (limit !== 0 && side * level.ticks > side * limit) break;
    for (let maker = level.first; maker !== null && lots < wanted; maker = maker.queueNext) {
      if (maker.account === taker && taker !== HOUSE) continue;
      const available = Math.min(wanted - lots, fillableOf(state, market, maker, reducible));
      lots += available;
      notional += available * level.ticks;
    }
  }
  return { lots: lots as Lots, notional: notional as Micros };
}

function fillableOf(
  state: ExchangeState,
  market: Market,
  maker: Order,
  reducible: Map<AccountId, number>,
): number {
  if (maker.account === HOUSE) return maker.openLots;
  const holding = state.holding(state.account(maker.account)!, market);
  if (holding.reduceOnlyOrders.size === 0) return maker.openLots;
  const left = reducible.get(maker.account) ?? reducibleLots(holding, maker);
  const fillable = maker.reduceOnly ? Math.min(left, maker.openLots) : maker.openLots;
  reducible.set(maker.account, Math.max(0, left - fillable));
  return fillable;
}
