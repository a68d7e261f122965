import type { Millis } from './units.js';

export const HOUR_MS = 3_600_000;

/** How many multiples of an interval lie after one moment and up to another one, that one included. */
export function gridPoints(after: number, upTo: number, intervalMs: number): number {
  return Math.floor(upTo / intervalMs) - Math.floor(after / intervalMs);
}

/** The first multiple of an interval that comes after a moment. */
export function nextGridPoint(after: Millis, intervalMs: number): Millis {
  return (Math.floor(after / intervalMs) * intervalMs + intervalMs) as Millis;
}

/** The full hour that comes after a moment; of a full hour, the next one. */
export function nextHour(time: Millis): Millis {
  return nextGridPoint(time, HOUR_MS);
}
