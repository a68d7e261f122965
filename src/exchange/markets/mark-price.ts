import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import type { PriceMicros } from '../units.js';
import { MovingAverage } from './moving-average.js';

/** How often the averages take a sample, on a grid of the exchange's clock: as often as Hyperliquid's oracle. */
export const MARK_SAMPLE_MS = 3_000;
/** e^(−3 s / 150 s) and e^(−3 s / 30 s), as literals, because machines differ in the last bit of an exponential. */
const DECAY_150_S = 0.9801986733067553;
const DECAY_30_S = 0.9048374180359595;

/** What a perpetual's mark price is formed from, in micro-dollars a unit; none of it is missing. */
export interface BookPrices {
  oracle: number;
  bid: number;
  ask: number;
  /** The last trade; 0 before the first. */
  last: number;
}

/**
 * The mark price of a perpetual by Hyperliquid's rule (robust price indices), for a venue without quotes of
 * others: the median of a = oracle + EMA150s(middle of the book − oracle), b = median(best bid, best ask, last
 * trade), and EMA30s(b).
 */
export class MarkPrice {
  private readonly premium = new MovingAverage(DECAY_150_S);
  private readonly smoothed = new MovingAverage(DECAY_30_S);

  /** The mark now. The first prices of all are also the first sample, so that no average is ever empty. */
  form(prices: BookPrices): PriceMicros {
    if (this.premium.isEmpty) this.sample(prices, 1);
    const anchored = prices.oracle + this.premium.value;
    return Math.round(median(anchored, bookPrice(prices), this.smoothed.value)) as PriceMicros;
  }

  /** Takes so many samples of the same prices; true when an average moved. */
  sample(prices: BookPrices, count: number): boolean {
    const premiumMoved = this.premium.add((prices.bid + prices.ask) / 2 - prices.oracle, count);
    return this.smoothed.add(bookPrice(prices), count) || premiumMoved;
  }

  /**
   * Whether further samples of these prices can move the mark. The median lies between b and its average, so it
   * rests once these are the same when rounded, or the average has no bit left to change.
   */
  isMoving(prices: BookPrices): boolean {
    const target = bookPrice(prices);
    return Math.round(this.smoothed.value) !== Math.round(target) && this.smoothed.wouldMove(target);
  }

  encode(writer: ByteWriter): void {
    this.premium.encode(writer);
    this.smoothed.encode(writer);
  }

  decode(reader: ByteReader): void {
    this.premium.decode(reader);
    this.smoothed.decode(reader);
  }
}

/** b of the rule; before the first trade the middle of the book. */
function bookPrice({ bid, ask, last }: BookPrices): number {
  return last === 0 ? (bid + ask) / 2 : median(bid, ask, last);
}

function median(one: number, two: number, three: number): number {
  return Math.max(Math.min(one, two), Math.min(Math.max(one, two), three));
}
