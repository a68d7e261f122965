import { absolute, ascending, roundedQuotient } from './naive-account.js';
import { openLots } from './naive-book.js';
import { type NaiveMarket, tickValue } from './naive-market.js';
import type { NaiveState } from './naive-state.js';

/** e^(−3/150) and e^(−3/30): what a sample of three seconds ago still weighs. */
const DECAY_150_S = 0.9801986733067553;
const DECAY_30_S = 0.9048374180359595;
const HOUR_MS = 3_600_000;
const ONE = 10n ** 12n;

interface Average {
  numerator: number;
  denominator: number;
}

/** All that has to be remembered of an instrument's prices. */
export interface NaivePrices {
  readonly premium: Average;
  readonly bookPrice: Average;
  /** The premiums that were seen, each with the end of the hour it belongs to. */
  premiums: { hourEnd: number; premium: bigint }[];
  sourceRate: bigint;
}

export function newPrices(): NaivePrices {
  return {
    premium: { numerator: 0, denominator: 0 },
    bookPrice: { numerator: 0, denominator: 0 },
    premiums: [],
    sourceRate: 0n,
  };
}

interface Book {
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
  readonly oracle: number;
  readonly isComplete: boolean;
}

function bookOf(world: NaiveState, market: NaiveMarket): Book {
  const tick = Number(tickValue(market));
  const bid = world.book.bestTicks(market.id, 1) * tick;
  const ask = world.book.bestTicks(market.id, -1) * tick;
  const oracle = Number(market.oracle);
  return { bid, ask, last: market.lastTicks * tick, oracle, isComplete: bid > 0 && ask > 0 && oracle > 0 };
}

function middleOf(...values: number[]): number {
  return values.sort((one, other) => one - other)[(values.length - 1) / 2]!;
}

function bookPriceOf({ bid, ask, last }: Book): number {
  return last === 0 ? (bid + ask) / 2 : middleOf(bid, ask, last);
}

/** The mark price by the rule for the class of the instrument; the oracle alone while a side is missing. */
export function markOf(world: NaiveState, market: NaiveMarket): bigint {
  const book = bookOf(world, market);
  if (market.settledAt !== null) return market.settledAt;
  if (!book.isComplete) {
    if (book.oracle > 0) return market.oracle;
    return BigInt(book.bid > 0 && book.ask > 0 ? Math.floor((book.bid + book.ask) / 2) : book.last);
  }
  if (market.instrument.assetClass !== 'PERPETUAL') return BigInt(middleOf(book.bid, book.ask, book.oracle));
  const { premium, bookPrice } = market.prices;
  const isFirst = premium.denominator === 0;
  const premiumNow = (book.bid + book.ask) / 2 - book.oracle;
  const anchored = book.oracle + (isFirst ? premiumNow : premium.numerator / premium.denominator);
  const smoothed = isFirst ? bookPriceOf(book) : bookPrice.numerator / bookPrice.denominator;
  return BigInt(Math.round(middleOf(anchored, bookPriceOf(book), smoothed)));
}

function addSample(average: Average, sample: number, decay: number): void {
  average.numerator = average.numerator * decay + sample;
  average.denominator = average.denominator * decay + 1;
}

function sampleMark(market: NaiveMarket, book: Book): void {
  if (market.instrument.assetClass !== 'PERPETUAL' || !book.isComplete) return;
  addSample(market.prices.premium, (book.bid + book.ask) / 2 - book.oracle, DECAY_150_S);
  addSample(market.prices.bookPrice, bookPriceOf(book), DECAY_30_S);
}

/** The first prices of all are the first sample. */
export function sampleFirst(world: NaiveState, market: NaiveMarket): void {
  if (market.prices.premium.denominator === 0) sampleMark(market, bookOf(world, market));
}

/** The multiples of an interval after one moment and up to another. */
function gridBetween(after: number, upTo: number, intervalMs: number): number[] {
  const times: number[] = [];
  for (let time = (Math.floor(after / intervalMs) + 1) * intervalMs; time <= upTo; time += intervalMs) {
    times.push(time);
  }
  return times;
}

/** The next multiple of three seconds. */
export function nextSample(time: number): number {
  return (Math.floor(time / 3_000) + 1) * 3_000;
}

/** Whether the price of the book and its average differ still, so that samples bring the mark nearer to it. */
export function isMarkMoving(world: NaiveState, market: NaiveMarket): boolean {
  const book = bookOf(world, market);
  if (market.instrument.assetClass !== 'PERPETUAL' || !book.isComplete) return false;
  const average = { ...market.prices.bookPrice };

  if (Math.round(average.numerator / average.denominator) === Math.round(bookPriceOf(book))) return false;
  const before = { ...average };
  addSample(average, bookPriceOf(book), DECAY_30_S);
  return average.numerator !== before.numerator || average.denominator !== before.denominator;
}

/** Takes every sample that falls after one moment and up to another. */
export function sampleBetween(world: NaiveState, market: NaiveMarket, after: number, upTo: number): void {
  if (market.instrument.assetClass !== 'PERPETUAL' || market.oracle === 0n) return;
  const markTimes = gridBetween(after, upTo, 3_000);
  const premiumTimes = gridBetween(after, upTo, 5_000);
  if (markTimes.length + premiumTimes.length === 0) return;
  const book = bookOf(world, market);
  const premium = premiumNow(world, market);
  for (const _ of markTimes) sampleMark(market, book);
  for (const time of premiumTimes) {
    market.prices.premiums.push({ hourEnd: Math.ceil(time / HOUR_MS) * HOUR_MS, premium });
  }
  const hourEnd = Math.ceil(upTo / HOUR_MS) * HOUR_MS;
  market.prices.premiums = market.prices.premiums.filter((seen) => seen.hourEnd === hourEnd);
}

/** (max(impact bid − oracle, 0) − max(oracle − impact ask, 0)) / oracle, rounded once. */
export function premiumNow(world: NaiveState, market: NaiveMarket): bigint {
  const above = distance(world, market, 1);
  const below = distance(world, market, -1);
  const premium = above > 0n ? above : -below;
  return absolute(premium) > 10n * ONE ? (premium / absolute(premium)) * 10n * ONE : premium;
}

/** How far the impact price of a side lies beyond the oracle, over the oracle; 0 where it does not. */
function distance(world: NaiveState, market: NaiveMarket, side: number): bigint {
  let left = BigInt(market.instrument.impactNotional);
  let lots = 0n;
  for (const order of world.book.queue(market.id, side)) {
    const ticks = BigInt(order.ticks);
    const worth = BigInt(openLots(order)) * ticks;
    if (worth < left) {
      left -= worth;
      lots += BigInt(openLots(order));
      continue;
    }
    // The average price is the notional over (lots + left / ticks); all is multiplied with ticks.
    const paid = BigInt(market.instrument.impactNotional) * tickValue(market) * ticks;
    const atOracle = market.oracle * (lots * ticks + left);
    const beyond = BigInt(side) * (paid - atOracle);
    return beyond > 0n ? roundedQuotient(beyond * ONE, atOracle) : 0n;
  }
  return 0n;
}

/** The mean premium of the hour that ends with the moment or after it; null without a sample. */
export function averagePremium(market: NaiveMarket, time: number): bigint | null {
  const hourEnd = Math.ceil(time / HOUR_MS) * HOUR_MS;
  const seen = market.prices.premiums.filter((sample) => sample.hourEnd === hourEnd);
  if (seen.length === 0) return null;
  const sum = seen.reduce((total, { premium }) => total + premium, 0n);
  return roundedQuotient(sum, BigInt(seen.length));
}

export function within(value: bigint, most: bigint): bigint {
  return ascending(-most, value, most)[1]!;
}
