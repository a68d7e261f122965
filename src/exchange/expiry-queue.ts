import type { Order } from './order.js';
import type { Millis } from './units.js';

/** How many entries of orders that are gone may wait before the queue is rebuilt without them. */
const STALE_MAX = 1_000;

/**
 * Open orders by the moment they end, soonest first: a binary heap, ordered by number among equals so that
 * every process expires in the same order. Orders that ended otherwise are dropped when they come up.
 */
export class ExpiryQueue {
  private heap: Order[] = [];

  push(order: Order): void {
    this.heap.push(order);
    this.rise(this.heap.length - 1);
  }

  /** When the next open order ends; null when none will. */
  get nextAt(): Millis | null {
    this.dropEnded();
    return this.heap[0]?.expiresAt ?? null;
  }

  /** Takes the next open order that ends at or before a moment. */
  popDue(at: Millis): Order | null {
    this.dropEnded();
    const order = this.heap[0];
    if (order === undefined || order.expiresAt > at) return null;
    this.popFirst();
    return order;
  }

  /** Keeps the queue in proportion to the orders that are still open. */
  compact(openCount: number): void {
    if (this.heap.length <= 2 * openCount + STALE_MAX) return;
    const open = this.heap.filter((order) => order.isOpen);
    this.heap = [];
    for (const order of open) this.push(order);
  }

  private dropEnded(): void {
    while (this.heap.length > 0 && !this.heap[0]!.isOpen) this.popFirst();
  }

  private popFirst(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(index: number): void {
    const heap = this.heap;
    let child = index;
    while (child > 0) {
      const parent = (child - 1) >>> 1;
      if (!isSooner(heap[child]!, heap[parent]!)) return;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  private sink(index: number): void {
    const heap = this.heap;
    let parent = index;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && isSooner(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isSooner(heap[child]!, heap[parent]!)) return;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      parent = child;
    }
  }
}

function isSooner(left: Order, right: Order): boolean {
  return left.expiresAt < right.expiresAt || (left.expiresAt === right.expiresAt && left.id < right.id);
}
