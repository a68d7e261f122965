import type { Millis } from './units.js';

export const HOUR_MS = 3_600_000;

/** How many multiples of an interval lie after one moment and up to another one, that one included. */
export function gridPoints(after: number, upTo: number, intervalMs: number): number {
  return Math.floor(upTo / intervalMs) - Math.floor(after / intervalMs);
}

/** The full hour that comes after a moment; of a full hour, the next one. */
export function nextHour(time: Millis): Millis {
  return (Math.floor(time / HOUR_MS) * HOUR_MS + HOUR_MS) as Millis;
}
