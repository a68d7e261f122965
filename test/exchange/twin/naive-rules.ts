import { ascending, roundedQuotient } from './naive-account.js';
import { type NaiveOrder, openLots } from './naive-book.js';
import { fillableNow, judgeCover } from './naive-margin.js';
import { type NaiveMarket, tickValue, triggerPrice } from './naive-market.js';
import { judgeExits, judgePrice, judgeStop } from './naive-price-rules.js';
import type { NaiveState } from './naive-state.js';

export function worthOf(market: NaiveMarket, lots: number): bigint {
  return roundedQuotient(BigInt(lots) * market.mark, tickValue(market));
}

export function closableLots(world: NaiveState, order: NaiveOrder): number {
  return Math.max(0, -order.side * world.lotsOf(order.account, order.instrument));
}

/** What is asked for: a new order, or a resting one with another size or price. */
export interface Wish {
  readonly order: NaiveOrder;
  readonly lots: number;
  readonly ticks: number;
  readonly stopTicks: number;
  readonly isAmendment: boolean;
}

/** The first broken rule by its error code, or null. */
export function judge(world: NaiveState, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots, ticks, stopTicks, isAmendment } = wish;
  if (market.settledAt !== null) return 'MARKET_CLOSED';
  if (order.reduceOnly && closableLots(world, order) === 0) return 'REDUCE_ONLY_WOULD_INCREASE';
  const pricesStay = ticks === order.ticks && (order.stop === null || stopTicks === order.stop.ticks);
  if (isAmendment && pricesStay && lots < order.lots) {
    return judgeLot(world, market, wish) ?? judgeSize(world, market, wish);
  }
  if (!isAmendment && order.timeInForce === 'GTD') {
    const left = order.expiresAt - world.time;
    if (left <= 0 || left > 366 * 86_400_000) return 'INVALID_REQUEST';
  }
  if (!isAmendment && hasTooMany(world, order)) return 'TOO_MANY_OPEN_ORDERS';
  const asked = BigInt(ticks || stopTicks) * tickValue(market);
  const entry = asked > 0n ? asked : triggerPrice(market);
  const waits = order.stop !== null && order.status === 'PENDING';
  return (
    judgePrice(market, ticks) ??
    judgeLot(world, market, wish) ??
    (!waits || order.stop === null ? null : judgeStop(market, order, order.stop, stopTicks)) ??
    (order.exits === null ? null : judgeExits(market, order.side, entry, order.exits)) ??
    judgeSize(world, market, wish) ??
    (waits ? null : judgeEntry(world, market, wish))
  );
}

/** What is asked of an order that meets the book now. */
export function judgeEntry(world: NaiveState, market: NaiveMarket, wish: Wish): string | null {
  return judgeMatching(world, market, wish) ?? judgeMargin(world, market, wish);
}

/** A thousand orders, and one more for each five million dollars; from then on none that reduces or waits. */
export function hasTooMany(world: NaiveState, order: NaiveOrder): boolean {
  const { membership, perpetualFills } = world.account(order.account);
  const open = world.openOrdersOf(order.account).length;
  if (membership.plan === 'UNLIMITED') return open >= 10_000;
  const volume = perpetualFills.reduce((sum, { notional }) => sum + notional, 0n);
  const limit = ascending(5_000n, 1_000n + volume / 5_000_000_000_000n)[0]!;
  return BigInt(open) >= limit || ((order.reduceOnly || order.stop !== null) && open >= 1_000);
}

/** Whether what a quantity leaves to fill is just the position, the other way round. */
function closesExactly(world: NaiveState, order: NaiveOrder, lots: number): boolean {
  return world.lotsOf(order.account, order.instrument) === -order.side * (lots - order.filled);
}

function judgeLot(world: NaiveState, market: NaiveMarket, { order, lots }: Wish): string | null {
  const isWhole = BigInt(lots) % tickValue(market) === 0n;
  return market.instrument.fractional || isWhole || closesExactly(world, order, lots)
    ? null
    : 'QUANTITY_NOT_ON_LOT';
}

function judgeSize(world: NaiveState, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots, ticks } = wish;
  const asked = ticks || wish.stopTicks;
  const { maxLots, maxMarketNotional, minNotional } = market.instrument;
  const position = world.lotsOf(order.account, market.id);
  const isUnpriced = asked === 0;
  const notional = isUnpriced ? worthOf(market, lots) : BigInt(lots) * BigInt(asked);
  const most = BigInt(maxMarketNotional) * (ticks === 0 ? 1n : 10n);
  const worst = BigInt(Math.abs(position) + lots) * BigInt(Math.max(asked, market.lastTicks));
  if (lots > maxLots || notional > most || worst > BigInt(Number.MAX_SAFE_INTEGER)) return 'ORDER_TOO_LARGE';
  // Nothing is known of what a market order is worth before there is any price.
  if (isUnpriced && market.mark === 0n) return null;
  return notional < BigInt(minNotional) && !closesExactly(world, order, lots) ? 'BELOW_MIN_NOTIONAL' : null;
}

function judgeMatching(world: NaiveState, market: NaiveMarket, { order, lots, ticks }: Wish): string | null {
  if (market.held !== null) return ['IOC', 'FOK'].includes(order.timeInForce) ? 'MARKET_CLOSED' : null;
  const makers = world.book.makersWithin(order.instrument, order.side, ticks);
  if (order.postOnly) return makers.length > 0 ? 'POST_ONLY_WOULD_CROSS' : null;
  const open = lots - order.filled;
  const mayRest = /LIMIT/.test(order.type) && !['IOC', 'FOK'].includes(order.timeInForce);
  if (mayRest) return null;
  const fillable = fillableNow(world, order, ticks, open).lots;
  if (order.type === 'MARKET' && fillable === 0) return 'NO_LIQUIDITY';
  if (order.timeInForce === 'FOK' && fillable < open) return 'WOULD_NOT_FILL';
  return order.timeInForce === 'IOC' && order.stop === null && fillable === 0 ? 'WOULD_NOT_FILL' : null;
}

/** Predictions are sold as far as they are held. Equities are sold beyond what is held by margin portfolios only, and by whole shares. */
function judgeMargin(world: NaiveState, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots } = wish;
  const open = lots - order.filled;
  const replaced = wish.isAmendment ? order : null;
  if (market.instrument.assetClass !== 'PERPETUAL' && order.side < 0) {
    const held = Math.max(0, world.lotsOf(order.account, market.id));
    const offers = offersOf(world, order.account, market.id).filter((other) => other !== replaced);
    const plain = sumOfOpen(offers.filter(({ reduceOnly }) => !reduceOnly));
    const isMargin = world.account(order.account).portfolioType === 'MARGIN';
    const isOversold = sumOfOpen(offers) + open > held;
    const isExempt = order.reduceOnly && plain === 0;
    const isLent = market.instrument.assetClass === 'EQUITY' && market.instrument.shortable;
    const maySellShort = isMargin && isLent;
    if (!isExempt && !maySellShort && isOversold) return 'INSUFFICIENT_MARGIN';
    const short = plain + open - held;
    if (maySellShort && short > 0 && !order.reduceOnly) {
      const judged = short >= open ? lots : short;
      if (BigInt(judged) % tickValue(market) !== 0n) return 'QUANTITY_NOT_ON_LOT';
    }
  }
  return judgeCover(world, market, wish);
}

/** The mark price in whole ticks, rounded up. */
export function markInTicks(market: NaiveMarket): number {
  const tick = tickValue(market);
  return Number((market.mark + tick - 1n) / tick);
}

/** A portfolio's sell orders, those that wait for the open too. */
export function offersOf(world: NaiveState, account: number, instrument: number): NaiveOrder[] {
  return [...world.book.resting, ...world.book.waiting].filter(
    (order) => order.account === account && order.instrument === instrument && order.side < 0,
  );
}

export function sumOfOpen(orders: readonly NaiveOrder[]): number {
  return orders.reduce((sum, order) => sum + openLots(order), 0);
}
