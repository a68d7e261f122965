import { absolute, ascending, HOUSE_ID, type NaiveAccount, roundedQuotient } from './naive-account.js';
import { type NaiveBook, type NaiveOrder, openLots, reserveTicks } from './naive-book.js';
import { type NaiveMarket, tickValue, triggerPrice } from './naive-market.js';
import { judgeExits, judgePrice, judgeStop } from './naive-price-rules.js';

/** What the rules look at, and nothing else. */
export interface NaiveWorld {
  readonly time: number;
  readonly book: NaiveBook;
  readonly markets: readonly NaiveMarket[];
  account(id: number): NaiveAccount;
  openOrdersOf(account: number): NaiveOrder[];
  lotsOf(account: number, instrument: number): number;
  leverageOf(account: number, instrument: number): number;
}

export function worthOf(market: NaiveMarket, lots: number): bigint {
  return roundedQuotient(BigInt(lots) * market.mark, tickValue(market));
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
  const value = worthOf(market, world.lotsOf(account, market.id));
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
    available += worthOf(market, world.lotsOf(account, market.id)) - (position?.cost ?? 0n);
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
  readonly stopTicks: number;
  readonly isAmendment: boolean;
}

/** The first broken rule by its error code, or null. */
export function judge(world: NaiveWorld, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots, ticks, stopTicks, isAmendment } = wish;
  if (order.reduceOnly && closableLots(world, order) === 0) return 'REDUCE_ONLY_WOULD_INCREASE';
  const pricesStay = ticks === order.ticks && (order.stop === null || stopTicks === order.stop.ticks);
  if (isAmendment && pricesStay && lots < order.lots) {
    return judgeLot(world, market, wish) ?? judgeSize(world, market, wish);
  }
  if (!isAmendment && hasTooMany(world, order)) return 'TOO_MANY_OPEN_ORDERS';
  if (!isAmendment && order.timeInForce === 'GTD') {
    const left = order.expiresAt - world.time;
    if (left <= 0 || left > 366 * 86_400_000) return 'INVALID_REQUEST';
  }
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
export function judgeEntry(world: NaiveWorld, market: NaiveMarket, wish: Wish): string | null {
  return judgeMatching(world, market, wish) ?? judgeMargin(world, market, wish);
}

/** A thousand orders, and one more for each five million dollars; from then on none that reduces or waits. */
function hasTooMany(world: NaiveWorld, order: NaiveOrder): boolean {
  const { orderLimit, perpetualFills } = world.account(order.account);
  const open = world.openOrdersOf(order.account).length;
  if (orderLimit === 'LOAD') return open >= 10_000;
  const volume = perpetualFills.reduce((sum, { notional }) => sum + notional, 0n);
  const limit = ascending(5_000n, 1_000n + volume / 5_000_000_000_000n)[0]!;
  return BigInt(open) >= limit || ((order.reduceOnly || order.stop !== null) && open >= 1_000);
}

function judgeLot(world: NaiveWorld, market: NaiveMarket, { order, lots }: Wish): string | null {
  const isWhole = BigInt(lots) % tickValue(market) === 0n;
  const closesExactly = world.lotsOf(order.account, market.id) === -order.side * lots;
  return market.instrument.fractional || isWhole || closesExactly ? null : 'QUANTITY_NOT_ON_LOT';
}

function judgeSize(world: NaiveWorld, market: NaiveMarket, wish: Wish): string | null {
  const { order, lots, ticks } = wish;
  const asked = ticks || wish.stopTicks;
  const { maxLots, maxMarketNotional, minNotional } = market.instrument;
  const position = world.lotsOf(order.account, market.id);
  const isUnpriced = asked === 0;
  const notional = isUnpriced ? worthOf(market, lots) : BigInt(lots) * BigInt(asked);
  const most = BigInt(maxMarketNotional) * (ticks === 0 ? 1n : 10n);
  const worst = BigInt(Math.abs(position) + lots) * BigInt(Math.max(asked, market.lastTicks));
  if (lots > maxLots || notional > most || worst > BigInt(Number.MAX_SAFE_INTEGER)) return 'ORDER_TOO_LARGE';
  const closesTheRest = order.side * position < 0 && lots >= Math.abs(position);
  // Nothing is known of what a market order is worth before there is any price.
  if (isUnpriced && market.mark === 0n) return null;
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
  return order.timeInForce === 'IOC' && order.stop === null && fillable === 0 ? 'WOULD_NOT_FILL' : null;
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
    const plain = sumOfOpen(offers.filter(({ reduceOnly }) => !reduceOnly));
    if (order.reduceOnly && plain === 0) return null;
    if (world.account(order.account).portfolioType === 'CASH') {
      return sumOfOpen(offers) + open > held ? 'INSUFFICIENT_MARGIN' : null;
    }
    const short = plain + open - held;
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
  if (market.held !== null) return BigInt(open) * BigInt(ticks || markInTicks(market));
  const now = fillableNow(world, order, ticks, open);
  return now.notional + BigInt(open - now.lots) * BigInt(ticks);
}

/** The mark price in whole ticks, rounded up. */
export function markInTicks(market: NaiveMarket): number {
  const tick = tickValue(market);
  return Number((market.mark + tick - 1n) / tick);
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
