import { divideRounded } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import { premiumOf } from '../markets/premium.js';
import { type Millis, RATE_ONE, type Rate } from '../units.js';

/** The interest of 8 hours: 0.01 %. */
const INTEREST = RATE_ONE / 10_000;
/** How far the interest may pull the rate of 8 hours away from the premium: 0.05 %. */
const PULL_MAX = (5 * RATE_ONE) / 10_000;
/** What one hour costs at the most: 4 %. */
const HOURLY_MAX = (4 * RATE_ONE) / 100;
/** The formula gives the rate of so many hours, and each hour takes its part. */
const HOURS = 8;

/**
 * The hourly rate of an average premium (HL, funding): F = premium + clamp(interest − premium, ±0.05 %) for 8
 * hours, an eighth of it for each, and at most 4 %. The eighth is rounded, halves away from zero.
 */
export function hourlyRateOf(premium: Rate): Rate {
  const rate = premium + within(INTEREST - premium, PULL_MAX);
  return within(divideRounded(rate, HOURS), HOURLY_MAX) as Rate;
}

/** What the hour costs that ends at a moment, which must be a full hour. Without a sample: the interest alone. */
export function rateOfHour(market: Market, hourEnd: Millis): Rate {
  if (market.instrument.fundingMode === 'SOURCE') return within(market.sourceRate, HOURLY_MAX) as Rate;
  return hourlyRateOf(market.premiums.averageAt(hourEnd) ?? (0 as Rate));
}

/**
 * What the hour that is going on would cost by its samples so far, or by the premium of now before the first.
 * Null where there is no funding, or no oracle to tell it by.
 */
export function predictedRate(market: Market, time: Millis): Rate | null {
  if (market.instrument.assetClass !== 'PERPETUAL' || market.oracle === 0) return null;
  if (market.instrument.fundingMode === 'SOURCE') return within(market.sourceRate, HOURLY_MAX) as Rate;
  return hourlyRateOf(market.premiums.averageAt(time) ?? premiumOf(market));
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, -most), most);
}
