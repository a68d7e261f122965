import type { Lots, Ticks } from '../units.js';
import type { Order } from './order.js';

/** A new order, or what an amended order would become, as it is judged before anything changes. */
export interface Proposal {
  readonly order: Order;
  /** The total quantity. */
  readonly lots: Lots;
  /** The limit price; 0 for a market order. */
  readonly ticks: Ticks;
  /** The trigger price; 0 where there is none, or it trails. */
  readonly stopTicks: Ticks;
  /** True when the order rests or waits already, and its present reserve is to be replaced. */
  readonly isAmendment: boolean;
}
