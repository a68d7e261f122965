import type { Lots, PriceMicros, Ticks } from '../exchange/units.js';

/** How the synthetic market of one instrument looks and moves. */
export interface SyntheticProfile {
  /** Where the price begins, and what it gently returns to. */
  readonly startPrice: PriceMicros;
  /** Standard deviation of a day's return: 0.03 is 3 %. */
  readonly volatilityPerDay: number;
  /** The part of the distance to the start price that a day takes back. */
  readonly reversionPerDay: number;
  /** Best ask less best bid in quiet times, in hundredths of a percent of the price. */
  readonly spreadBps: number;
  /** Deeper levels lie on multiples of it, so that they stay where they are while the touch moves. */
  readonly levelSpacing: Ticks;
  readonly levels: number;
  /** The usual quantity of a level, before the depth profile. */
  readonly levelLots: Lots;
  /** Factors of that quantity from the touch to the deepest level, evenly spread over the levels. */
  readonly depthProfile: readonly number[];
  /** How many market orders a second, on average. */
  readonly flowPerSecond: number;
  /** Their mean quantity. */
  readonly flowLots: Lots;
  /** Time from one turn to the next. */
  readonly intervalMs: number;
}
