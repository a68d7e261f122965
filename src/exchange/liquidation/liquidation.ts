import { HOUSE, type Holding } from '../accounts/account.js';
import {
  type Health,
  isBelowMaintenance,
  poolsOf,
  positionNotional,
  positionsOf,
} from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import { houseOrder } from '../house.js';
import type { Market } from '../markets/market.js';
import { match } from '../matching/matching.js';
import { withdraw } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Micros, Side, Ticks } from '../units.js';
import { accountsAtRisk } from './at-risk.js';
import { deleverage, Opponents } from './auto-deleveraging.js';
import { handOver } from './hand-over.js';
import { LiquidationCase } from './liquidation-case.js';

/** Of a position worth more than this, in micro-dollars, only a part is liquidated at first. */
const LARGE_POSITION_NOTIONAL = 100_000_000_000;
/** One lot in so many, rounded up to what can be traded, is that part. */
const PARTIAL_DIVISOR = 5;
/** For so long after such a part, the next order of the account is for the whole position. */
const PARTIAL_COOLDOWN_MS = 30_000;

/**
 * One round of liquidations, at the present mark prices: what is below its maintenance margin is closed, account
 * by account (HL "Liquidations"). False when nothing was done, because nothing is below, or because the book
 * has nobody to trade with and the equity is still two thirds of the maintenance margin.
 */
export function liquidate(state: ExchangeState, announcer: Announcer): boolean {
  const accounts = accountsAtRisk(state, announcer);
  if (accounts.length === 0) return false;
  const opponents = new Opponents(state);
  let hasActed = false;
  for (const account of accounts) {
    for (const pool of poolsOf(account)) {
      if (!isBelowMaintenance(pool, state.markets)) continue;
      if (liquidatePool(new LiquidationCase(state, announcer, pool), opponents)) hasActed = true;
    }
  }
  return hasActed;
}

/** Tries the book first; what it cannot save is taken over, or closed against opposite positions. */
function liquidatePool(liquidation: LiquidationCase, opponents: Opponents): boolean {
  let hasActed = cancelOrders(liquidation);
  if (sellToBook(liquidation)) hasActed = true;
  if (liquidation.isBelow) {
    const { health } = liquidation;
    if (health.value < 0) hasActed = deleverage(liquidation, opponents) || hasActed;
    else if (isBackstopped(health)) hasActed = takeOver(liquidation, health) || hasActed;
  }
  payDeficit(liquidation);
  return hasActed;
}

/**
 * Below two thirds of the maintenance margin the exchange does not wait for the book any more. What predictions are
 * worth stands for themselves alone.
 */
function isBackstopped({ value, maintenance, predictions }: Health): boolean {
  return (value - predictions) * 3 < (maintenance - predictions) * 2;
}

/** Cancels all orders of the account, or for an isolated position those of its instrument; true if there were any. */
function cancelOrders({ state, announcer, account, pool }: LiquidationCase): boolean {
  const orders: Order[] = [];
  for (let order = account.firstOpen; order !== null; order = order.openNext) {
    if (pool.isolated === null || order.instrument === pool.isolated.instrument) orders.push(order);
  }
  for (const order of orders) if (order.isOpen) withdraw(state, announcer, order, 'CANCELED', 'LIQUIDATION');
  return orders.length > 0;
}

/**
 * Sends market orders until the margin is met again, or the book has nobody left for any of the positions. True
 * if a book has changed by it, be it only because makers were short of margin themselves.
 */
function sellToBook(liquidation: LiquidationCase): boolean {
  const unsold = new Set<Holding>();
  let hasChanged = false;
  while (liquidation.isBelow) {
    const holding = liquidation.positions.find((position) => !unsold.has(position));
    if (holding === undefined) break;
    const { book, isClosed } = liquidation.marketOf(holding);
    const makerSide = Math.sign(holding.lots) as Side;
    const first = book.best(makerSide)?.first;
    const isSold = first !== undefined && !isClosed && sellOnce(liquidation, holding) > 0;
    if (isSold || book.best(makerSide)?.first !== first) hasChanged = true;
    if (!isSold) unsold.add(holding);
  }
  return hasChanged;
}

/** Returns how many lots were sold, or bought back. */
function sellOnce(liquidation: LiquidationCase, holding: Holding): Lots {
  const { state, announcer, account } = liquidation;
  const market = liquidation.marketOf(holding);
  const size = Math.abs(holding.lots) as Lots;
  const isLarge = positionNotional(holding, market) > LARGE_POSITION_NOTIONAL;
  const isPartial = isLarge && state.time - account.partialLiquidationAt >= PARTIAL_COOLDOWN_MS;
  const lots = isPartial ? partOf(size, market) : size;
  const sold = liquidation.close(holding, lots, 'MARKET', (order) => match(state, announcer, market, order));
  if (isPartial && sold > 0) account.partialLiquidationAt = state.time;
  return sold;
}

/** Where there are no fractions, whole units. */
function partOf(size: Lots, { instrument, tickMicros }: Market): Lots {
  const step = instrument.fractional ? 1 : tickMicros;
  return Math.min(size, Math.ceil(size / (PARTIAL_DIVISOR * step)) * step) as Lots;
}

/**
 * The backstop: the house takes the positions over at the mark price, and the insurance what they stood on, unless
 * positions are left that the house does not take. What predictions are worth stays with the account. False when it
 * took nothing.
 */
function takeOver(liquidation: LiquidationCase, { value, predictions }: Health): boolean {
  const { state, announcer, account } = liquidation;
  let hasTaken = false;
  for (const holding of liquidation.tradedPositions) {
    const market = liquidation.marketOf(holding);
    const size = Math.abs(holding.lots) as Lots;
    const house = houseOrder(state, market, Math.sign(holding.lots) as Side, 0 as Ticks, size);
    const taken = liquidation.close(holding, size, 'BACKSTOP', (order) =>
      handOver(state, announcer, market, order, house, size, market.mark),
    );
    if (taken > 0) hasTaken = true;
  }
  if (positionsOf(liquidation.pool).length > 0) return hasTaken;
  const left = Math.max(0, value - predictions);
  account.balance = (account.balance - left) as Micros;
  state.insurance = (state.insurance + left) as Micros;
  return true;
}

/** The house pays what an account has lost beyond its funds once none of its cross positions is left. */
function payDeficit({ state, account, pool }: LiquidationCase): void {
  if (account.balance >= 0 || pool.isolated !== null || positionsOf(pool).length > 0) return;
  const house = state.account(HOUSE)!;
  house.balance = (house.balance + account.balance) as Micros;
  account.balance = 0 as Micros;
}
