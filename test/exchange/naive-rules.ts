import type { QuoteLevel } from '../../src/exchange/command.js';
import type { Instrument } from '../../src/exchange/instrument.js';
import { absolute, ascending, HOUSE_ID, type NaiveAccount, roundedQuotient } from './naive-account.js';
import { type NaiveBook, type NaiveOrder, openLots, reserveTicks } from './naive-book.js';
import { markOf, type NaivePrices, tickValue } from './naive-prices.js';

export interface NaiveMarket {
  readonly id: number;
  readonly instrument: Instrument;
  oracle: bigint;
  lastTicks: number;
  step: number;
  pinned: boolean;
  readonly prices: NaivePrices;
  /** The house's quotes for the next open; null while the market is open. */
  held: { bids: readonly QuoteLevel[]; asks: readonly QuoteLevel[] } | null;
}

/** What the rules look at, and nothing else. */
export interface NaiveWorld {
  readonly book: NaiveBook;
  readonly markets: readonly NaiveMarket[];
  account(id: number): NaiveAccount;
  lotsOf(account: number, instrument: number): number;
  leverageOf(account: number, instrument: number): number;
}

export function worthOf(world: NaiveWorld, market: NaiveMarket, lots: number): bigint {
  return roundedQuotient(BigInt(lots) * markOf(world, market), tickValue(market));
}

export function closableLots(world: NaiveWorld, order: NaiveOrder): number {
  return Math.max(0, -order.side * world.lotsOf(order.account, order.instrument));
}

/** What a holding ties up, with the notional of a further order of a side. */
export function requiredMargin(
  world: NaiveWorld,
  account: number,
  market: NaiveMarket,
  further: { side: number; notional: bigint },
  without: NaiveOrder | null,
): bigint {
  const notionalOf = (side: number): bigint =>
    world.book
      .reserved(account, market.id, side)
      .filter((order) => order !== without)
      .reduce((sum, order) => sum + BigInt(openLots(order)) * BigInt(reserveTicks(order)), 0n) +
    (further.side === side ? further.notional : 0n);
  const value = worthOf(world, market, world.lotsOf(account, market.id));
  const exposure = ascending(absolute(value), value + notionalOf(1), notionalOf(-1) - value).at(-1)!;
  return roundedQuotient(exposure, BigInt(world.leverageOf(account, market.id)));
}

const NOTHING = { side: 0, notional: 0n };

/** Balance and unrealised profit, less all margin that is tied up. */
export function availableFunds(world: NaiveWorld, account: number): bigint {
  const { balance, positions } = world.account(account);
  let available = balance;
  for (const market of world.markets) {
    const position = positions.get(market.id);
    available += worthOf(world, market, world.lotsOf(account, market.id)) - (position?.cost ?? 0n);
    available -= requiredMargin(world, account, market, NOTHING, null);
  }
  return available;
}

/** Walks the book as a match would, with every maker's position as it would be by then. */
export function fillableNow(
  world: NaiveWorld,
  order: NaiveOrder,
  ticks: number,
  wanted: number,
): { lots: number; notional: bigint } {
  const lotsAfter = new Map<number, number>();
  let lots = 0;
  let notional = 0n;
  for (const maker of world.book.makersWithin(order.instrument, order.side, ticks)) {
    if (maker.account === order.account && maker.account !== HOUSE_ID) continue;
    const position = lotsAfter.get(maker.account) ?? world.lotsOf(maker.account, maker.instrument);
    const closable = Math.max(0, -maker.side * position);
    const available = maker.reduceOnly ? Math.min(openLots(maker), closable) : openLots(maker);
    const fill = Math.min(available, wanted - lots);
    lotsAfter.set(maker.account, position + maker.side * fill);
    lots += fill;
    notional += BigInt(fill) * BigInt(maker.ticks);
  }
  return { lots, notional };
}

/** What is asked for: a new order, or a resting one with another size or price. */
export interface Wish {
  readonly order: NaiveOrder;
  readonly lots: number;
  readonly ticks: number;
  readonly isAmendment: boolean;
}

/** The first broken rule by its error code, or null. */
export function judge(world: NaiveWorld, market: NaiveMarket, wish: Wish): string | null {
  if (!wish.isAmendment && hasTooMany(world, wish.order)) return 'TOO_MANY_OPEN_ORDERS';
  if (wish.order.reduceOnly && closableLots(world, wish.order) === 0) return 'REDUCE_ONLY_WOULD_INCREASE';
  return (
    judgePrice(world, market, wish.ticks) ??
    judgeLot(world, market, wish) ??
    judgeSize(world, market, wish) ??
    judgeMatching(world, market, wish) ??
    judgeMargin(world, market, wish)
  );
}

/** A thousand orders, and one more for each five million dollars of volume; from a thousand on none that reduces. */
function hasTooMany(world: NaiveWorld, order: NaiveOrder): boolean {
  const { orderLimit, perpetualFills } = world.account(order.account);
  const open = [...world.book.resting, ...world.book.waiting].filter(
    ({ account }) => account === order.account,
  ).length;
  if (orderLimit === 'LOAD') return open >= 10_000;
  const volume = perpetualFills.reduce((sum, { notional }) => sum + notional, 0n);
  const limit = ascending(5_000n, 1_000n + volume / 5_000_000_000_000n)[0]!;
  return BigInt(open) >= limit || (order.reduceOnly && open >= 1_000);
}

function judgePrice(world: NaiveWorld, market: NaiveMarket, ticks: number): string | null {
  if (ticks === 0) return null;
  const { priceDecimals, significantFigures, maxTicks } = market.instrument;
  if (ticks > maxTicks) return 'PRICE_TOO_FAR';
  const isWhole = ticks % 10 ** priceDecimals === 0;
  const figures = String(ticks).replace(/0+$/, '').length;
  if (significantFigures > 0 && !isWhole && figures > significantFigures) return 'PRICE_NOT_ON_TICK';
  const mark = markOf(world, market);
  const distance = absolute(BigInt(ticks) * tickValue(market) - mark);
  return mark > 0n && distance * 10n > mark * 8n ? 'PRICE_TOO_FAR' : null;
}

function judgeLot(world: NaiveWorld, market: NaiveMarket, { order, lots }: Wish): string | null {
  const isWhole = BigInt(lots) % tickValue(market) === 0n;
  const closesExactly = world.lotsOf(order.account, market.id) === -order.side * lots;
  return market.instrument.fractional || isWhole || closesExactly ? null : 'QUANTITY_NOT_ON_LOT';
}

function judgeSize(world: NaiveWorld, market: NaiveMarket, { order, lots, ticks }: Wish): string | null {
  const { maxLots, maxMarketNotional, minNotional } = market.instrument;
  const position = world.lotsOf(order.account, market.id);
  const isMarket = ticks === 0;
  const notional = isMarket ? worthOf(world, market, lots) : BigInt(lots) * BigInt(ticks);
  const most = BigInt(maxMarketNotional) * (isMarket ? 1n : 10n);
  const worst = BigInt(Math.abs(position) + lots) * BigInt(Math.max(ticks, market.lastTicks));
  if (lots > maxLots || notional > most || worst > BigInt(Number.MAX_SAFE_INTEGER)) return 'ORDER_TOO_LARGE';
  const closesTheRest = order.side * position < 0 && lots >= Math.abs(position);
  // Nothing is known of what a market order is worth before there is any price.
  if (isMarket && markOf(world, market) === 0n) return null;
  return notional < BigInt(minNotional) && !closesTheRest ? 'BELOW_MIN_NOTIONAL' : null;
}

function judgeMatching(world: NaiveWorld, market: NaiveMarket, { order, lots, ticks }: Wish): string | null {
  if (market.held !== null) return ['IOC', 'FOK'].includes(order.timeInForce) ? 'MARKET_CLOSED' : null;
  const makers = world.book.makersWithin(order.instrument, order.side, ticks);
  if (order.postOnly) return makers.length > 0 ? 'POST_ONLY_WOULD_CROSS' : null;
  const open = lots - order.filled;
  const fillable = fillableNow(world, order, ticks, open).lots;
  if (order.type === 'MARKET' && fillable === 0) return 'NO_LIQUIDITY';
  if (order.timeInForce === 'FOK' && fillable < open) return 'WOULD_NOT_FILL';
  return order.timeInForce === 'IOC' && fillable === 0 ? 'WOULD_NOT_FILL' : null;
}

/**
 * What trades at once counts at the prices it would trade at, the rest at the limit. An order that needs no
 * more margin than before is always allowed. Equities are sold beyond what is held by margin portfolios only, and by
 * whole shares.
 */
function judgeMargin(world: NaiveWorld, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots } = wish;
  const open = lots - order.filled;
  const replaced = wish.isAmendment ? order : null;
  if (market.instrument.assetClass === 'EQUITY' && order.side < 0) {
    const held = Math.max(0, world.lotsOf(order.account, market.id));
    const offers = offersOf(world, order.account, market.id).filter((other) => other !== replaced);
    if (world.account(order.account).portfolioType === 'CASH') {
      return sumOfOpen(offers) + open > held ? 'INSUFFICIENT_MARGIN' : null;
    }
    const short = sumOfOpen(offers.filter(({ reduceOnly }) => !reduceOnly)) + open - held;
    if (short > 0 && !order.reduceOnly) {
      if (!market.instrument.shortable) return 'INSUFFICIENT_MARGIN';
      const judged = short >= open ? lots : short;
      if (BigInt(judged) % tickValue(market) !== 0n) return 'QUANTITY_NOT_ON_LOT';
    }
  }
  if (order.reduceOnly) return null;
  const notional = notionalOf(world, market, wish, open);
  const before = requiredMargin(world, order.account, market, NOTHING, null);
  const after = requiredMargin(world, order.account, market, { side: order.side, notional }, replaced);
  const isCovered = after <= before || after - before <= availableFunds(world, order.account);
  return isCovered ? null : 'INSUFFICIENT_MARGIN';
}

/** What trades at once counts at its price, the rest at the limit; while the market is closed nothing trades. */
function notionalOf(world: NaiveWorld, market: NaiveMarket, { order, ticks }: Wish, open: number): bigint {
  if (market.held !== null) return BigInt(open) * BigInt(ticks || markInTicks(world, market));
  const now = fillableNow(world, order, ticks, open);
  return now.notional + BigInt(open - now.lots) * BigInt(ticks);
}

/** The mark price in whole ticks, rounded up. */
export function markInTicks(world: NaiveWorld, market: NaiveMarket): number {
  const tick = tickValue(market);
  return Number((markOf(world, market) + tick - 1n) / tick);
}

/** A portfolio's sell orders, those that wait for the open too. */
export function offersOf(world: NaiveWorld, account: number, instrument: number): NaiveOrder[] {
  return [...world.book.resting, ...world.book.waiting].filter(
    (order) => order.account === account && order.instrument === instrument && order.side < 0,
  );
}

export function sumOfOpen(orders: readonly NaiveOrder[]): number {
  return orders.reduce((sum, order) => sum + openLots(order), 0);
}
