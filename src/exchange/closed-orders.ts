import type { Order } from './order.js';
import type { Millis } from './units.js';

/** How long a closed order can be looked up, and its `clientOrderId` is kept from being used again. */
export const CLOSED_ORDER_RETENTION_MS = 24 * 60 * 60 * 1_000;
/** How many closed orders of the whole venue are kept; beyond it the oldest are forgotten sooner. */
export const CLOSED_ORDERS_MAX = 1_000_000;
/** The queue is cut once this many forgotten entries have gathered at its front. */
const FORGOTTEN_MAX = 65_536;

/** The closed orders of the venue in the order in which they closed, oldest first. */
export class ClosedOrders {
  private queue: (Order | null)[] = [];
  private first = 0;

  get size(): number {
    return this.queue.length - this.first;
  }

  push(order: Order): void {
    this.queue.push(order);
  }

  /** Takes the oldest closed order when it is over its time, or there are too many. */
  shiftOutdated(now: Millis): Order | null {
    const oldest = this.queue[this.first];
    if (oldest === undefined || oldest === null) return null;
    const outdated = oldest.updatedAt <= now - CLOSED_ORDER_RETENTION_MS || this.size > CLOSED_ORDERS_MAX;
    if (!outdated) return null;
    this.queue[this.first] = null;
    this.first += 1;
    if (this.first > FORGOTTEN_MAX) {
      this.queue = this.queue.slice(this.first);
      this.first = 0;
    }
    return oldest;
  }

  *newestFirst(): Generator<Order> {
    for (let index = this.queue.length - 1; index >= this.first; index--) yield this.queue[index]!;
  }

  *[Symbol.iterator](): Generator<Order> {
    for (let index = this.first; index < this.queue.length; index++) {
      const order = this.queue[index];
      if (order !== undefined && order !== null) yield order;
    }
  }
}
