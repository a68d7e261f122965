import { PPM_ONE, type Ppm } from '../units.js';

/** What lots are drawn for; each kind has a series of its own. */
const SERIES = { ORDER: 1, EVENT: 2, RESPONSE: 3, PUBLIC: 4 } as const;
export type FaultSeries = keyof typeof SERIES;

/**
 * Whether a fault strikes one of a series. The lot is a mix of the seed, the series and the number alone, so it falls
 * in the same way on every gateway, in every run and whatever the timing.
 */
export function strikes(seed: number, series: FaultSeries, number: number, rate: Ppm): boolean {
  if (rate === 0) return false;
  let lot = mixed(seed, SERIES[series]);
  lot = mixed(lot, number % 0x1_0000_0000);
  lot = mixed(lot, Math.floor(number / 0x1_0000_0000));
  return (lot >>> 0) % PPM_ONE < rate;
}

function mixed(lot: number, part: number): number {
  let next = Math.imul(lot ^ part, 0x9e3779b1) + 0x3c6ef372;
  next = Math.imul(next ^ (next >>> 15), 0x85ebca6b);
  next = Math.imul(next ^ (next >>> 13), 0xc2b2ae35);
  return next ^ (next >>> 16);
}
