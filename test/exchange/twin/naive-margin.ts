import type { MarginTier } from '../../../src/exchange/markets/instrument.js';
import {
  ascending,
  bookTrade,
  type NaiveAccount,
  type NaivePosition,
  roundedQuotient,
} from './naive-account.js';
import { type NaiveOrder, openLots, reserveTicks } from './naive-book.js';
import type { NaiveMarket } from './naive-market.js';
import { match } from './naive-matching.js';
import { closableLots, markInTicks, type Wish, worthOf } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** Hyperliquid's own form: notional × rate − deduction, with the deduction of each tier built on the one before. */
export function maintenanceFor(notional: bigint, tiers: readonly MarginTier[]): bigint {
  const scale = tiers.reduce((product, { maxLeverage }) => product * 2n * BigInt(maxLeverage), 1n);
  const rate = (tier: MarginTier): bigint => scale / (2n * BigInt(tier.maxLeverage));
  let deduction = 0n;
  let scaled = 0n;
  for (const [index, tier] of tiers.entries()) {
    const bound = BigInt(tier.lowerBound);
    if (index > 0) deduction += bound * (rate(tier) - rate(tiers[index - 1]!));
    if (notional >= bound) scaled = notional * rate(tier) - deduction;
  }
  return roundedQuotient(scaled, scale);
}

/** What a position's funds and profit come to, and the maintenance margin that it needs. */
export function maintenanceOf(account: NaiveAccount, market: NaiveMarket, lots: number): bigint {
  const { assetClass, marginTiers } = market.instrument;
  const worth = worthOf(market, Math.abs(lots));
  if (assetClass === 'PREDICTION') return worth;
  if (assetClass === 'EQUITY' && account.portfolioType === 'CASH') return 0n;
  return maintenanceFor(worth, marginTiers);
}

/** What an order that is considered adds on its side, in place of itself where it rests already. */
interface Effect {
  readonly order: NaiveOrder;
  readonly lots: bigint;
  readonly notional: bigint;
  readonly loss: bigint;
  /** What it trades at once. */
  readonly reached: { readonly lots: number; readonly notional: bigint };
}

/** The notional of a side's plain orders beyond the position that they close first, at their average price. */
function openedBy(
  state: NaiveState,
  account: number,
  market: NaiveMarket,
  side: number,
  effect: Effect | null,
): bigint {
  const orders = state.book.reserved(account, market.id, side).filter((order) => order !== effect?.order);
  let lots = orders.reduce((sum, order) => sum + BigInt(openLots(order)), 0n);
  let notional = orders.reduce(
    (sum, order) => sum + BigInt(openLots(order)) * BigInt(reserveTicks(order)),
    0n,
  );
  if (effect?.order.side === side) {
    lots += effect.lots;
    notional += effect.notional;
  }
  const closes = BigInt(Math.max(0, -side * state.lotsOf(account, market.id)));
  return lots <= closes ? 0n : roundedQuotient(notional * (lots - closes), lots);
}

function worstNotional(
  state: NaiveState,
  account: number,
  market: NaiveMarket,
  effect: Effect | null,
): bigint {
  const lots = state.lotsOf(account, market.id);
  const value = worthOf(market, Math.abs(lots));
  const bought = openedBy(state, account, market, 1, effect) + (lots > 0 ? value : 0n);
  const sold = openedBy(state, account, market, -1, effect) + (lots < 0 ? value : 0n);
  return ascending(value, bought, sold).at(-1)!;
}

/** What an instrument ties up of the account's own funds. */
export function requiredMargin(
  state: NaiveState,
  account: number,
  market: NaiveMarket,
  effect: Effect | null,
): bigint {
  const { isolated, leverage } = state.positionIn(state.account(account), market.id);
  const opened = [1, -1].map((side) => openedBy(state, account, market, side, effect));
  const notional = isolated ? ascending(...opened).at(-1)! : worstNotional(state, account, market, effect);
  return roundedQuotient(notional, BigInt(leverage));
}

/** Balance and unrealised profit of cross positions, less all margin that is tied up. */
export function availableFunds(state: NaiveState, account: number): bigint {
  let available = crossValue(state, account);
  for (const market of state.markets) available -= requiredMargin(state, account, market, null);
  return available;
}

export function crossValue(state: NaiveState, account: number): bigint {
  const { balance, positions } = state.account(account);
  let value = balance;
  for (const market of state.markets) {
    const position = positions.get(market.id);
    if (position === undefined || position.isolated) continue;
    value += worthOf(market, Number(position.lots)) - position.cost;
  }
  return value;
}

/** What the predictions of an account are worth. */
export function predictionsOf(state: NaiveState, account: number): bigint {
  return state.markets
    .filter(({ instrument }) => instrument.assetClass === 'PREDICTION')
    .reduce((sum, market) => sum + worthOf(market, state.lotsOf(account, market.id)), 0n);
}

export function isolatedValue(market: NaiveMarket, position: NaivePosition): bigint {
  return position.margin + worthOf(market, Number(position.lots)) - position.cost;
}

/** What a match would do, found out by matching in a copy of the world. */
export function fillableNow(
  state: NaiveState,
  order: NaiveOrder,
  ticks: number,
  wanted: number,
): { lots: number; notional: bigint } {
  if (state.markets[order.instrument]!.held !== null) return { lots: 0, notional: 0n };
  if (state.book.makersWithin(order.instrument, order.side, ticks).length === 0)
    return { lots: 0, notional: 0n };
  const stop = order.stop && { ...order.stop, sibling: null };
  const taker = { ...order, stop, ticks, lots: wanted, filled: 0, filledNotional: 0n };
  const world = state.clone();
  match(world, taker);
  return { lots: taker.filled, notional: taker.filledNotional };
}

/** How much notional an order adds, and what it loses against the mark by trading at once. */
function effectOf(state: NaiveState, market: NaiveMarket, { order, lots, ticks }: Wish): Effect {
  const open = lots - order.filled;
  const limit = market.held === null ? ticks : ticks || markInTicks(market);
  const reached = fillableNow(state, order, ticks, open);
  const { isolated } = state.positionIn(state.account(order.account), market.id);
  const worth = isolated || market.mark === 0n ? reached.notional : worthOf(market, reached.lots);
  const loss = BigInt(order.side) * (reached.notional - worth);
  const position = order.side < 0 ? worth : ascending(worth, reached.notional)[0]!;
  const notional = position + BigInt(open - reached.lots) * BigInt(limit);
  return { order, lots: BigInt(open), notional, loss: loss > 0n ? loss : 0n, reached };
}

/** Whether the margin covers an order; one that needs no more than before, and opens nothing at a loss, passes. */
export function judgeCover(state: NaiveState, market: NaiveMarket, wish: Wish): string | null {
  const { account, side } = wish.order;
  const effect = effectOf(state, market, wish);
  const floor = overdraws(state, wish.order, effect.reached) ? 'INSUFFICIENT_MARGIN' : null;
  if (wish.order.reduceOnly) return floor;
  const more = requiredMargin(state, account, market, effect) - requiredMargin(state, account, market, null);
  const worst = worstNotional(state, account, market, effect);
  const isLarger = worst > worstNotional(state, account, market, null);
  const opens = effect.reached.lots > closableLots(state, wish.order);
  if (more <= 0n && !isLarger && !(opens && effect.loss > 0n)) return floor;
  const position = state.positionIn(state.account(account), market.id);
  if (isLarger && position.leverage > leverageFor(market, worst)) return 'LEVERAGE_NOT_ALLOWED';
  if (more + effect.loss > availableFunds(state, account)) return 'INSUFFICIENT_MARGIN';
  if (!position.isolated || effect.reached.lots === 0) return floor;
  const stands = tryOut(state, account, market.id, (purse) => {
    bookTrade(state.house, purse, position, BigInt(side * effect.reached.lots), effect.reached.notional);
    return standsAlone(market, position);
  });
  return stands ? floor : 'INSUFFICIENT_MARGIN';
}

/** Whether a trade is made at a worse price than the mark, and leaves less than nothing to those it belongs to. */
function overdraws(
  state: NaiveState,
  { account, instrument, side }: NaiveOrder,
  trade: { readonly lots: number; readonly notional: bigint },
): boolean {
  const market = state.markets[instrument]!;
  if (market.mark === 0n) return false;
  if (BigInt(side) * (trade.notional - worthOf(market, trade.lots)) <= 0n) return false;
  const houseBefore = state.house.balance;
  return tryOut(state, account, instrument, (purse, position) => {
    bookTrade(state.house, purse, position, BigInt(side * trade.lots), trade.notional);
    if (!position.isolated) return crossValue(state, account) - predictionsOf(state, account) < 0n;
    return state.house.balance < houseBefore || isolatedValue(market, position) < 0n;
  });
}

/** The highest leverage of the tier that a notional lies in. */
export function leverageFor(market: NaiveMarket, notional: bigint): number {
  const tiers = market.instrument.marginTiers;
  return (tiers.findLast(({ lowerBound }) => notional > BigInt(lowerBound)) ?? tiers[0]!).maxLeverage;
}

/** How much of a maker's next trade its account can bear, at the present mark and without fees. */
export function coveredLots(state: NaiveState, maker: NaiveOrder, lots: number): number {
  const market = state.markets[maker.instrument]!;
  if (maker.account === state.house.id || market.mark === 0n) return lots;
  const closing = Math.min(lots, closableLots(state, maker));
  return [lots, closing].find((some) => some > 0 && bears(state, market, maker, some)) ?? 0;
}

function bears(state: NaiveState, market: NaiveMarket, maker: NaiveOrder, lots: number): boolean {
  const notional = BigInt(lots) * BigInt(maker.ticks);
  if (overdraws(state, maker, { lots, notional })) return false;
  if (lots <= closableLots(state, maker)) return true;
  return tryOut(state, maker.account, market.id, (account, position) => {
    maker.filled += lots;
    bookTrade(state.house, account, position, BigInt(maker.side * lots), notional);
    const covers = availableFunds(state, account.id) >= 0n && standsAlone(market, position);
    maker.filled -= lots;
    return covers;
  });
}

/** An isolated position that is opened must not be liquidated at once. */
function standsAlone(market: NaiveMarket, position: NaivePosition): boolean {
  if (!position.isolated || position.lots === 0n || market.mark === 0n) return true;
  const worth = worthOf(market, Math.abs(Number(position.lots)));
  return isolatedValue(market, position) >= maintenanceFor(worth, market.instrument.marginTiers);
}

/** Does something to a position and its account, looks, and undoes it. */
function tryOut<Result>(
  state: NaiveState,
  account: number,
  instrument: number,
  look: (account: NaiveAccount, position: NaivePosition) => Result,
): Result {
  const own = state.account(account);
  const position = state.positionIn(own, instrument);
  const before = { position: { ...position }, balance: own.balance, house: state.house.balance };
  const result = look(own, position);
  Object.assign(position, before.position);
  own.balance = before.balance;
  state.house.balance = before.house;
  return result;
}

/** Whether the margin of a position covers a leverage that was set, and the account's funds all of it. */
export function coversLeverage(state: NaiveState, account: number, market: NaiveMarket): boolean {
  const position = state.positionIn(state.account(account), market.id);
  const worth = worthOf(market, Math.abs(Number(position.lots)));
  const ownIsEnough =
    !position.isolated || isolatedValue(market, position) * BigInt(position.leverage) >= worth;
  return ownIsEnough && availableFunds(state, account) >= 0n;
}

/** Whether a leverage and mode can be set at all, given position and orders. */
export function allowsLeverage(
  state: NaiveState,
  account: number,
  market: NaiveMarket,
  leverage: number,
  isolated: boolean,
): boolean {
  const { assetClass, marginTiers } = market.instrument;
  const isCash = assetClass === 'EQUITY' && state.account(account).portfolioType === 'CASH';
  if (leverage < 1 || leverage > (isCash ? 1 : marginTiers[0]!.maxLeverage)) return false;
  if (isolated && assetClass !== 'PERPETUAL') return false;
  const position = state.positionIn(state.account(account), market.id);
  const plain = [1, -1].flatMap((side) => state.book.reserved(account, market.id, side));
  if (position.lots === 0n && plain.length === 0) return true;
  if (isolated !== position.isolated) return false;
  const most = leverageFor(market, worstNotional(state, account, market, null));
  return leverage <= most || leverage <= position.leverage;
}
