import type { QuoteLevel } from '../../../src/exchange/command.js';
import type { Instrument } from '../../../src/exchange/markets/instrument.js';
import type { NaivePrices } from './naive-prices.js';

export interface NaiveMarket {
  readonly id: number;
  readonly instrument: Instrument;
  oracle: bigint;
  mark: bigint;
  markBefore: bigint;
  lastTicks: number;
  step: number;
  pinned: boolean;
  readonly prices: NaivePrices;
  /** What a prediction was worth in the end; null before. */
  settledAt: bigint | null;
  /** The house's quotes for the next open; null while the market is open. */
  held: { bids: readonly QuoteLevel[]; asks: readonly QuoteLevel[] } | null;
}

const POWERS_OF_TEN = Array.from({ length: 19 }, (_, exponent) => 10n ** BigInt(exponent));

/** Micro-dollars a unit in one tick. */
export function tickValue(market: NaiveMarket): bigint {
  return POWERS_OF_TEN[market.instrument.quantityDecimals]!;
}

/** The price that triggers look at. */
export function triggerPrice(market: NaiveMarket): bigint {
  return market.instrument.assetClass === 'PERPETUAL'
    ? market.mark
    : BigInt(market.lastTicks) * tickValue(market);
}
