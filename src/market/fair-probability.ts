import type { PriceMicros } from '../exchange/units.js';

const DAY_MS = 86_400_000;
/** Beyond so many standard deviations nothing is left to be seen in a price. */
const WIDEST = 6;
/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.19: the error is below 1.5 × 10^-7. */
const COEFFICIENTS = [
  0.049867347, 0.0211410061, 0.0032776263, 0.0000380036, 0.0000488906, 0.000005383,
] as const;

/**
 * How likely a price is above a strike after a time, if it moves by a volatility (the standard deviation of a day's
 * return) and as likely up as down. Only exactly rounded arithmetic is used, so that all machines agree.
 */
export function probabilityAbove(
  price: PriceMicros,
  strike: PriceMicros,
  volatilityPerDay: number,
  timeLeftMs: number,
): number {
  const deviation = price * volatilityPerDay * Math.sqrt(timeLeftMs / DAY_MS);
  if (deviation === 0) return price > strike ? 1 : 0;
  return normalDistribution((price - strike) / deviation);
}

/** The share of a standard normal distribution that lies below a value. */
function normalDistribution(value: number): number {
  const distance = Math.min(Math.abs(value), WIDEST);
  let sum = 1;
  let power = 1;
  for (const coefficient of COEFFICIENTS) {
    power *= distance;
    sum += coefficient * power;
  }
  // The formula takes the sum to the power of −16.
  const squared = sum * sum;
  const fourth = squared * squared;
  const eighth = fourth * fourth;
  const tail = 0.5 / (eighth * eighth);
  return value < 0 ? tail : 1 - tail;
}
