import { divideRounded } from '../fixed-point.js';
import type { MarginTier } from '../markets/instrument.js';
import type { Micros } from '../units.js';

/** The tier of a notional: exactly on a bound, the one below still counts. */
export function tierOf(notional: number, tiers: readonly MarginTier[]): MarginTier {
  let found = tiers[0]!;
  for (const tier of tiers) if (notional > tier.lowerBound) found = tier;
  return found;
}

/**
 * Maintenance margin of a notional. Hyperliquid writes notional × rate − deduction, with a tier's rate half of
 * 1 / its maximum leverage; that is the sum, over the tiers, of what lies within each at that tier's rate. The
 * sum is exact, and rounded once.
 */
export function maintenanceMargin(notional: number, tiers: readonly MarginTier[]): Micros {
  const second = tiers[1];
  if (second === undefined || notional <= second.lowerBound) {
    return divideRounded(notional, 2 * tiers[0]!.maxLeverage) as Micros;
  }
  return progressiveMargin(notional, tiers);
}

/** In BigInt, since few positions ever reach a second tier, and a common denominator of all can be large. */
function progressiveMargin(notional: number, tiers: readonly MarginTier[]): Micros {
  const denominator = tiers.reduce((product, tier) => product * BigInt(2 * tier.maxLeverage), 1n);
  let sum = 0n;
  for (const [index, tier] of tiers.entries()) {
    if (notional <= tier.lowerBound) break;
    const upper = Math.min(notional, tiers[index + 1]?.lowerBound ?? notional);
    sum += BigInt(upper - tier.lowerBound) * (denominator / BigInt(2 * tier.maxLeverage));
  }
  return Number((2n * sum + denominator) / (2n * denominator)) as Micros;
}

/** The share of the notional that a further dollar of it adds to the maintenance margin: at least and at most. */
export function maintenanceRates(tiers: readonly MarginTier[]): {
  readonly lowest: number;
  readonly highest: number;
} {
  let lowest = 1;
  let highest = 0;
  for (const { maxLeverage } of tiers) {
    lowest = Math.min(lowest, 1 / (2 * maxLeverage));
    highest = Math.max(highest, 1 / (2 * maxLeverage));
  }
  return { lowest, highest };
}
