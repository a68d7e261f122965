import type { Micros } from '../../exchange/units.js';

const MICROS_PER_DOLLAR = 1_000_000;

/** Money in dollars, exact to the micro-dollar. */
export function dollarsOf(amount: Micros): number {
  return amount / MICROS_PER_DOLLAR;
}

/** Dollars that were read back from text, in the unit that adds up without rounding. */
export function microsOf(dollars: number): Micros {
  return Math.round(dollars * MICROS_PER_DOLLAR) as Micros;
}

/** A part of a whole in percent, to the tenth; 0 of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole > 0 ? Math.round((part / whole) * 1_000) / 10 : 0;
}
