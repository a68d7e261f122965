import type { Level } from './market.js';
import type { Side } from './order.js';

/** One side of a book as a sorted list, best level first. */
export class BookSide {
  private readonly sorted: Level[] = [];
  /** Turns prices around so that the better one of this side is the smaller. */
  private readonly sign: 1 | -1;

  constructor(side: Side) {
    this.sign = side === 'BUY' ? -1 : 1;
  }

  get levels(): readonly Level[] {
    return this.sorted;
  }

  clear(): void {
    this.sorted.length = 0;
  }

  /** Sets levels; a quantity of 0 takes one away. */
  apply(changes: readonly Level[]): void {
    for (const level of changes) {
      const place = this.placeOf(level[0]);
      const isThere = this.sorted[place]?.[0] === level[0];
      if (level[1] > 0) this.sorted.splice(place, isThere ? 1 : 0, level);
      else if (isThere) this.sorted.splice(place, 1);
    }
  }

  /** Where a price stands, or would have to. */
  private placeOf(price: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]![0] * this.sign < price * this.sign) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
