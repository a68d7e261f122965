import type { Ppm } from '../units.js';

/** What is to go wrong for one portfolio, so that a bot's recovery can be tested. */
export interface Faults {
  /** How much later each frame of its sessions arrives, in either direction. */
  readonly latencyMs: number;
  /** The share of the frames to its sessions that vanish. */
  readonly dropRate: Ppm;
  /** The share of its orders that are rejected. */
  readonly rejectRate: Ppm;
  /** True while nothing reaches its sessions. */
  readonly isFrozen: boolean;
  /** Decides which frames and orders are struck: a whole number below 2^32. */
  readonly seed: number;
}
