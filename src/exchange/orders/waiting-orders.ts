import { BUY, type PriceMicros } from '../units.js';
import { isTakeProfit, type Order } from './order.js';
import { PlacedHeap } from './placed-heap.js';

/**
 * The orders of one instrument that wait for a price, sorted by it, so that a price at which none fires costs
 * next to nothing. Trailing stops are sorted by where they stand now, and looked through only when the price is
 * beyond the best that one of them has seen.
 */
export class WaitingOrders {
  /** Those that fire at their price or above, the lowest first; and at their price or below, the highest first. */
  private readonly rising = new PlacedHeap<Order>(isLower);
  private readonly falling = new PlacedHeap<Order>(isHigher);
  private readonly trailing = new Set<Order>();
  /** No trailing stop has anything to follow between these two. */
  private followAbove = Number.POSITIVE_INFINITY;
  private followBelow = 0;

  constructor(private readonly tickMicros: number) {}

  get isEmpty(): boolean {
    return this.rising.first === undefined && this.falling.first === undefined && this.trailing.size === 0;
  }

  add(order: Order): void {
    const trigger = order.trigger!;
    if (trigger.isTrailing) {
      this.trailing.add(order);
      this.widen(order);
    }
    if (trigger.ticks > 0) this.heapOf(order).push(order);
  }

  /** Takes an order out; nothing happens when it does not wait here. */
  remove(order: Order): void {
    this.trailing.delete(order);
    this.heapOf(order).remove(order);
  }

  /** True when a price fires something or moves a trailing stop. */
  stirsAt(price: PriceMicros): boolean {
    return (
      price > 0 && (price > this.followAbove || price < this.followBelow || this.nextDue(price) !== null)
    );
  }

  /** Has the trailing stops follow a price, and takes out what fires at it, in the order of the numbers. */
  takeDue(price: PriceMicros): readonly Order[] {
    if (price > this.followAbove || price < this.followBelow) this.follow(price);
    const due: Order[] = [];
    for (let order = this.nextDue(price); order !== null; order = this.nextDue(price)) {
      this.remove(order);
      due.push(order);
    }
    return due.sort((one, other) => one.id - other.id);
  }

  private nextDue(price: PriceMicros): Order | null {
    const { rising, falling, tickMicros } = this;
    if (rising.first !== undefined && rising.first.trigger!.ticks * tickMicros <= price) return rising.first;
    if (falling.first !== undefined && falling.first.trigger!.ticks * tickMicros >= price)
      return falling.first;
    return null;
  }

  private follow(price: PriceMicros): void {
    this.followAbove = Number.POSITIVE_INFINITY;
    this.followBelow = 0;
    for (const order of this.trailing) {
      const { extreme } = order.trigger!;
      if (extreme === 0 || (order.side === BUY ? price < extreme : price > extreme)) {
        this.heapOf(order).remove(order);
        order.trigger!.follow(order.side, price, this.tickMicros);
        if (order.trigger!.ticks > 0) this.heapOf(order).push(order);
      }
      this.widen(order);
    }
  }

  /** Takes in where a trailing stop has something to follow. */
  private widen({ side, trigger }: Order): void {
    const { extreme } = trigger!;
    if (side === BUY && extreme > 0) this.followBelow = Math.max(this.followBelow, extreme);
    else this.followAbove = Math.min(this.followAbove, extreme);
  }

  private heapOf({ side, type }: Order): PlacedHeap<Order> {
    return (side === BUY) === isTakeProfit(type) ? this.falling : this.rising;
  }
}

function isLower(one: Order, other: Order): boolean {
  const distance = one.trigger!.ticks - other.trigger!.ticks;
  return distance < 0 || (distance === 0 && one.id < other.id);
}

function isHigher(one: Order, other: Order): boolean {
  const distance = one.trigger!.ticks - other.trigger!.ticks;
  return distance > 0 || (distance === 0 && one.id < other.id);
}
