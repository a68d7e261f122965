import { assert } from '../assert.js';
import { Level, type Order } from '../orders/order.js';
import { BUY, type Lots, type Side, type Ticks } from '../units.js';

/**
 * The resting orders of one instrument in price-time priority. Each side is an array of levels sorted worst
 * first, so that the best is at the end, where most levels come and go. Orders are linked into their level,
 * so a cancel costs the same in a queue of ten or ten thousand.
 */
export class OrderBook {
  private readonly bids: Level[] = [];
  private readonly asks: Level[] = [];

  /** The levels of a side, worst first. Read only. */
  levels(side: Side): readonly Level[] {
    return side === BUY ? this.bids : this.asks;
  }

  best(side: Side): Level | undefined {
    const levels = this.levels(side);
    return levels[levels.length - 1];
  }

  /** The best price of a side, or 0 when the side is empty. */
  bestTicks(side: Side): Ticks {
    return this.best(side)?.ticks ?? (0 as Ticks);
  }

  /** True when an order of this side and limit would match at once. A limit of 0 is any price. */
  crosses(side: Side, limit: Ticks): boolean {
    const opposite = this.best(-side as Side);
    if (opposite === undefined) return false;
    return limit === 0 || side * limit >= side * opposite.ticks;
  }

  /** Puts an order with open lots at the end of the queue of its price. */
  add(order: Order): void {
    assert(order.level === null && order.openLots > 0, 'an order rests once, with something to fill');
    const level = this.levelFor(order.side, order.ticks);
    order.level = level;
    order.queuePrevious = level.last;
    if (level.last === null) level.first = order;
    else level.last.queueNext = order;
    level.last = order;
    level.lots = (level.lots + order.openLots) as Lots;
  }

  /** Takes a resting order out, whatever is left of it. */
  remove(order: Order): void {
    const level = order.level;
    assert(level !== null, 'only a resting order can be removed');
    if (order.queuePrevious === null) level.first = order.queueNext;
    else order.queuePrevious.queueNext = order.queueNext;
    if (order.queueNext === null) level.last = order.queuePrevious;
    else order.queueNext.queuePrevious = order.queuePrevious;
    level.lots = (level.lots - order.openLots) as Lots;
    order.level = null;
    order.queuePrevious = null;
    order.queueNext = null;
    if (level.first === null) this.dropLevel(order.side, level.ticks);
  }

  /** Lowers the total quantity of a resting order; it keeps its place. */
  shrink(order: Order, lots: Lots): void {
    assert(order.level !== null && lots > order.filledLots && lots < order.lots, 'a shrink leaves a rest');
    order.level.lots = (order.level.lots - (order.lots - lots)) as Lots;
    order.lots = lots;
  }

  /** Counts a fill of a resting order; a filled one leaves the book. */
  fill(order: Order, lots: Lots): void {
    const level = order.level;
    assert(level !== null && lots <= order.openLots, 'a fill is covered by a resting order');
    order.filledLots = (order.filledLots + lots) as Lots;
    level.lots = (level.lots - lots) as Lots;
    if (order.openLots === 0) this.remove(order);
  }

  private levelFor(side: Side, ticks: Ticks): Level {
    const levels = side === BUY ? this.bids : this.asks;
    const index = place(levels, side, ticks);
    const found = levels[index];
    if (found !== undefined && found.ticks === ticks) return found;
    const level = new Level(ticks);
    if (index === levels.length) levels.push(level);
    else levels.splice(index, 0, level);
    return level;
  }

  private dropLevel(side: Side, ticks: Ticks): void {
    const levels = side === BUY ? this.bids : this.asks;
    const index = place(levels, side, ticks);
    if (index === levels.length - 1) levels.pop();
    else levels.splice(index, 1);
  }
}

/** The index of the first level that is not worse than the price: the level itself, or where it belongs. */
function place(levels: readonly Level[], side: Side, ticks: Ticks): number {
  const key = side * ticks;
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (side * levels[middle]!.ticks < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
