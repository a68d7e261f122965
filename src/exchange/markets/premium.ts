import { divideWideRounded } from '../fixed-point.js';
import type { OrderBook } from '../matching/order-book.js';
import { BUY, type PriceMicros, RATE_ONE, type Rate, SELL, type Side } from '../units.js';
import type { Instrument } from './instrument.js';

/** What a market has that a premium depends on. */
interface PricedBook {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  readonly oracle: PriceMicros;
  /** Micro-dollars a unit in one tick. */
  readonly tickMicros: number;
}

/** A premium is taken to lie within ±10, so that the sum of an hour's samples stays exact. */
const PREMIUM_MAX = 10 * RATE_ONE;

/**
 * How far the book lies above the oracle (HL, funding): (max(impact bid − oracle, 0) − max(oracle − impact ask,
 * 0)) / oracle, rounded once at the end. The impact bid is never above the impact ask, so at most one of the
 * two differs from 0; a side that cannot fill the impact notional counts as 0. The oracle must be known.
 */
export function premiumOf(market: PricedBook): Rate {
  const oracleTicks = market.oracle / market.tickMicros;
  if (market.book.bestTicks(BUY) > oracleTicks) return premiumOfSide(market, BUY);
  const ask = market.book.bestTicks(SELL);
  return ask > 0 && ask < oracleTicks ? premiumOfSide(market, SELL) : (0 as Rate);
}

/** The distance of a side's impact price beyond the oracle, over the oracle; 0 where it does not reach it. */
function premiumOfSide(market: PricedBook, side: Side): Rate {
  const impact = impactOf(market, side);
  if (impact === null) return 0 as Rate;
  const atOracle = BigInt(market.oracle) * impact.divisor;
  const rate = divideWideRounded((impact.dividend - atOracle) * BigInt(RATE_ONE), atOracle);
  return (side * Math.min(Math.max(side * rate, 0), PREMIUM_MAX)) as Rate;
}

/**
 * The average price of trading the impact notional against a side of the book, in micro-dollars a unit, as a
 * fraction; null when the side is not worth that much. The last level is taken in part, to a fraction of a lot.
 */
function impactOf(market: PricedBook, side: Side): { dividend: bigint; divisor: bigint } | null {
  const levels = market.book.levels(side);
  let left: number = market.instrument.impactNotional;
  let lots = 0;
  for (let index = levels.length - 1; index >= 0; index--) {
    const level = levels[index]!;
    const notional = level.lots * level.ticks;
    if (notional < left) {
      left -= notional;
      lots += level.lots;
      continue;
    }
    // The quantity is lots + left / ticks, and the price the impact notional over it.
    const ticks = BigInt(level.ticks);
    const worth = BigInt(market.instrument.impactNotional) * BigInt(market.tickMicros);
    return { dividend: worth * ticks, divisor: BigInt(lots) * ticks + BigInt(left) };
  }
  return null;
}
