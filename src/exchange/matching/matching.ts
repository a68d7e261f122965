import { type Account, HOUSE } from '../accounts/account.js';
import { canSettle } from '../accounts/exact-sums.js';
import { chargeFill } from '../accounts/fees.js';
import { emptyMargin, isExact, settle } from '../accounts/settlement.js';
import type { Announcer } from '../announcer.js';
import { assert } from '../assert.js';
import { lossAgainstMark, TrialStance } from '../margin/trial-stance.js';
import type { Market } from '../markets/market.js';
import { close, reducibleLots, reserve, withdraw } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import { endSibling, fitToPosition } from '../orders/reduce-only.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Micros, PriceMicros, Side } from '../units.js';

/**
 * Matches an incoming order against the book in price-time priority, at the prices of the makers, until it is
 * filled or no maker is left within its limit. A maker of the same portfolio is cancelled instead of traded
 * with, except among the house's own; so is one whose account has not the margin any more for what it would
 * open, or the funds for what it would lose. Matching ends early where the sums would leave the exact integers.
 */
export function match(state: ExchangeState, announcer: Announcer, market: Market, taker: Order): void {
  const makerSide = -taker.side as Side;
  while (taker.openLots > 0 && market.book.crosses(taker.side, taker.ticks)) {
    const maker = market.book.best(makerSide)!.first!;
    if (maker.account === taker.account && maker.account !== HOUSE) {
      withdraw(state, announcer, maker, 'CANCELED', 'SELF_TRADE');
      continue;
    }
    // The fills before may have taken what a reduce-only maker was to reduce.
    if (maker.reduceOnly && !fitMaker(state, announcer, market, maker)) continue;
    const wanted = Math.min(maker.openLots, taker.openLots) as Lots;
    const notional = (wanted * maker.ticks) as Micros;
    if (!canSettle(state, market, taker, maker, wanted, notional)) return;
    if (!canSettle(state, market, maker, taker, wanted, notional)) {
      // The house's quotes stay for those who close against it.
      if (maker.account === HOUSE) return;
      withdraw(state, announcer, maker, 'CANCELED', 'TOO_LARGE');
    } else {
      const lots = coveredLots(state, market, maker, wanted);
      if (lots > 0) trade(state, announcer, market, maker, taker, lots);
      else withdraw(state, announcer, maker, 'CANCELED', 'INSUFFICIENT_MARGIN');
    }
  }
}

function fitMaker(state: ExchangeState, announcer: Announcer, market: Market, maker: Order): boolean {
  const holding = state.holding(state.account(maker.account)!, market);
  return fitToPosition(state, announcer, holding, maker);
}

/** How much of a quantity a maker's account can trade: all of it where it only closes, and not at a loss to the mark. */
function coveredLots(state: ExchangeState, market: Market, maker: Order, lots: Lots): Lots {
  if (maker.account === HOUSE) return lots;
  const account = state.account(maker.account)!;
  const holding = state.holding(account, market);
  const notional = (lots * maker.ticks) as Micros;
  const loss = lossAgainstMark(market, maker.side, lots, notional);
  if (loss === 0 && lots <= reducibleLots(holding, maker)) return lots;
  return TrialStance.of(state, account, holding, market).tradable(maker, lots);
}

function trade(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  maker: Order,
  taker: Order,
  lots: Lots,
): void {
  const ticks = maker.ticks;
  const tradeId = state.lastTradeId + 1;
  state.lastTradeId = tradeId;
  market.recordTrade(state.time, ticks, lots);

  const makerAccount = state.account(maker.account)!;
  const makerHolding = state.holding(makerAccount, market);
  if (makerAccount.id !== HOUSE) reserve(makerHolding, maker, -1);
  market.book.fill(maker, lots);
  if (makerAccount.id !== HOUSE && maker.openLots > 0) reserve(makerHolding, maker, 1);
  taker.filledLots = (taker.filledLots + lots) as Lots;

  const notional = (lots * ticks) as Micros;
  const price = (ticks * market.tickMicros) as PriceMicros;
  const deal = { lots, notional, price, isCharged: true };
  bookFill(state, announcer, market, maker, deal, 'MAKER', tradeId * 2);
  if (makerAccount.id === HOUSE) dropFilledQuote(market, maker);
  else updateMaker(state, announcer, makerAccount, maker);
  bookFill(state, announcer, market, taker, deal, 'TAKER', tradeId * 2 + 1);

  announcer.trade({ tradeId, instrument: market.id, ticks, lots, side: taker.side });
  announcer.marketChanged(market);
}

const NO_FEE = 0 as Micros;

/** What changes hands between two accounts, and for how much. */
export interface Deal {
  readonly lots: Lots;
  readonly notional: Micros;
  readonly price: PriceMicros;
  /** False for what the exchange hands over itself, outside of the book. */
  readonly isCharged: boolean;
}

/**
 * Books one side of a deal into the order's account: position, profit, fee, and the fill event. The order counts
 * its filled lots itself. Returns the profit of what was closed.
 */
export function bookFill(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  order: Order,
  { lots, notional, price, isCharged }: Deal,
  liquidity: 'MAKER' | 'TAKER',
  fillId: number,
): Micros {
  const account = state.account(order.account)!;
  const house = state.account(HOUSE)!;
  const holding = state.holding(account, market);
  const lotsBefore = holding.lots;
  order.filledNotional = (order.filledNotional + notional) as Micros;
  order.updatedAt = state.time;
  const realizedPnl = settle(house, account, holding, (order.side * lots) as Lots, notional);
  assert(isExact(account, holding), 'money stays exact');
  market.openInterest = (market.openInterest + Math.max(0, holding.lots) - Math.max(0, lotsBefore)) as Lots;
  if (account.id === HOUSE) return realizedPnl;
  const fee = isCharged ? chargeFill(state, account, holding, market, lots, notional, liquidity) : NO_FEE;
  const forgiven = holding.lots === 0 ? emptyMargin(house, account, holding) : 0;
  if (order.side * lotsBefore < 0) {
    holding.closedPnl = ((holding.closedPnl ?? 0) + realizedPnl + forgiven) as Micros;
  }
  const positionAfter = holding.lots;
  announcer.fill(account, { fillId, order, price, lots, liquidity, fee, realizedPnl, positionAfter });
  if (holding.reduceOnlyOrders.size > 0) announcer.mayExceedPosition(account, holding, order);
  announcer.holdingChanged(account, holding);
  announcer.accountChanged(account);
  return realizedPnl;
}

function updateMaker(state: ExchangeState, announcer: Announcer, account: Account, maker: Order): void {
  if (maker.openLots === 0) close(state, account, maker, 'FILLED', null);
  announcer.order(account, maker);
  // The sibling may be the next maker.
  if (maker.openLots === 0 && maker.trigger !== null) endSibling(state, announcer, maker);
}

function dropFilledQuote(market: Market, maker: Order): void {
  if (maker.openLots === 0) market.houseOrders(maker.side).delete(maker.ticks);
}
