import type { Lots, Micros, Millis, Ppm, PriceMicros, Ticks } from '../units.js';

/** The order is part of the journal's and the snapshots' format. */
export const ASSET_CLASSES = ['PERPETUAL', 'EQUITY', 'PREDICTION'] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];

/** Where a perpetual's funding rate comes from: the premium of its own book, or the market source. */
export const FUNDING_MODES = ['COMPUTED', 'SOURCE'] as const;
export type FundingMode = (typeof FUNDING_MODES)[number];

/** When an instrument trades: at all hours, or in the regular sessions of the New York Stock Exchange. */
export type TradingHours = 'ALWAYS' | 'NYSE';

/** The two ways in which a binary market can end. The order is part of the format. */
export const PREDICTION_OUTCOMES = ['YES', 'NO'] as const;
export type PredictionOutcome = (typeof PREDICTION_OUTCOMES)[number];

/**
 * What a unit of a prediction is a claim to: one dollar if its outcome comes true, else nothing. A binary market
 * has two instruments, one for each outcome, with the same terms otherwise.
 */
export interface PredictionTerms {
  readonly marketId: string;
  readonly outcome: PredictionOutcome;
  /** The symbol whose oracle decides: YES if it is above the strike at the moment of settlement. */
  readonly reference: string;
  readonly strike: PriceMicros;
  readonly settlesAt: Millis;
}

/** One step of the margin schedule: from `lowerBound` of notional on, at most `maxLeverage`. */
export interface MarginTier {
  readonly lowerBound: Micros;
  readonly maxLeverage: number;
}

/** What is taken of a fill's notional. */
export interface FeeRates {
  readonly makerFee: Ppm;
  readonly takerFee: Ppm;
}

/** One step of the fee schedule: for accounts whose volume is more than so many whole dollars. */
export interface FeeTier extends FeeRates {
  readonly volumeAbove: number;
}

/**
 * What can be traded, and by which rules. It enters by a LIST command, so that a replay never depends on a
 * file that may have changed. `priceDecimals + quantityDecimals` is always 6: one tick times one lot is one
 * micro-dollar, and notionals are exact.
 */
export interface Instrument extends FeeRates {
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: AssetClass;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Prices above it must be whole dollars or have at most this many significant figures; 0: no such rule. */
  readonly significantFigures: number;
  readonly minNotional: Micros;
  readonly maxLots: Lots;
  readonly maxTicks: Ticks;
  readonly maxMarketNotional: Micros;
  readonly defaultLeverage: number;
  readonly marginTiers: readonly MarginTier[];
  /** The notional that impact prices are those of; 0 where there is no funding. */
  readonly impactNotional: Micros;
  readonly fundingMode: FundingMode;
  /** The fees of accounts with more volume, rising; `makerFee` and `takerFee` are those of all others. */
  readonly feeTiers: readonly FeeTier[];
  /** False: only whole units can be ordered, whatever the decimals. */
  readonly fractional: boolean;
  /** Whether margin portfolios may sell it short; predictions nobody can. */
  readonly shortable: boolean;
  readonly hours: TradingHours;
  /** Null for all that is no prediction. */
  readonly prediction: PredictionTerms | null;
}

/** The highest leverage of an instrument: that of its first margin tier. */
export function maxLeverage(instrument: Instrument): number {
  return instrument.marginTiers[0]!.maxLeverage;
}
