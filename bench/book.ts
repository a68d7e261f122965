import { OrderBook } from '../src/exchange/matching/order-book.js';
import { type Level, Order } from '../src/exchange/orders/order.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  type Millis,
  type OrderId,
  SELL,
  type Side,
  type Ticks,
} from '../src/exchange/units.js';
import { seededRandom } from './random.js';

export interface BookOptions {
  readonly operations: number;
  /** How many orders rest while the mix runs. */
  readonly resting: number;
  /** Cancels that are timed in a queue of ten, and in one of `deepQueue` orders. */
  readonly cancels: number;
  readonly deepQueue: number;
}

export interface BookResult {
  readonly operationsPerSecond: number;
  readonly restingAtEnd: number;
  readonly levelsAtEnd: number;
  /** One cancel and one new order at the end of the same queue. */
  readonly shallowCancelNs: number;
  readonly deepCancelNs: number;
}

const MID_TICKS = 100_000;
const SPREAD_TICKS = 400;
const MOST_LOTS = 100;
const SHALLOW_QUEUE = 10;

/**
 * The order book alone: 45 % new orders, 45 % cancels, 10 % orders that take from the other side, and the price
 * of a cancel in a short and in a long queue of one level. Half of the operations run before the clock starts.
 */
export function benchBook(options: BookOptions): BookResult {
  const mix = new BookMix(options.resting);
  mix.run(options.operations);
  const startMs = performance.now();
  mix.run(options.operations);
  const elapsedMs = performance.now() - startMs;
  return {
    operationsPerSecond: (options.operations * 1000) / elapsedMs,
    restingAtEnd: mix.restingCount,
    levelsAtEnd: mix.book.levels(BUY).length + mix.book.levels(SELL).length,
    shallowCancelNs: cancelCostNs(SHALLOW_QUEUE, options.cancels),
    deepCancelNs: cancelCostNs(options.deepQueue, options.cancels),
  };
}

class BookMix {
  readonly book = new OrderBook();
  private readonly random = seededRandom(1);
  /** Orders that rest, or were filled since they were added. */
  private readonly orders: Order[] = [];
  private nextId = 1;
  private filled = 0;

  constructor(private readonly target: number) {
    while (this.orders.length < target) this.add();
  }

  get restingCount(): number {
    return this.orders.length - this.filled;
  }

  run(operations: number): void {
    for (let operation = 0; operation < operations; operation++) {
      const choice = this.random();
      if (choice < 0.1) this.take();
      else if (choice < 0.55 && this.restingCount >= this.target) this.cancel();
      else this.add();
    }
  }

  private add(): void {
    const side = this.random() < 0.5 ? BUY : SELL;
    const ticks = MID_TICKS - side * (1 + this.below(SPREAD_TICKS));
    const order = newOrder(this.nextId++, side, ticks, 1 + this.below(MOST_LOTS));
    this.orders.push(order);
    this.book.add(order);
  }

  private cancel(): void {
    for (;;) {
      const index = this.below(this.orders.length);
      const order = this.orders[index]!;
      const last = this.orders.pop()!;
      if (index < this.orders.length) this.orders[index] = last;
      if (order.level !== null) {
        this.book.remove(order);
        return;
      }
      this.filled--;
    }
  }

  /** Fills resting orders, best first, up to a random quantity. */
  private take(): void {
    const side: Side = this.random() < 0.5 ? BUY : SELL;
    let lots = 1 + this.below(MOST_LOTS);
    for (let level = this.book.best(side); lots > 0 && level !== undefined; level = this.book.best(side)) {
      lots -= this.takeFrom(level, lots);
    }
  }

  private takeFrom(level: Level, lots: number): number {
    const order = level.first!;
    const filled = Math.min(lots, order.openLots) as Lots;
    this.book.fill(order, filled);
    if (order.level === null) this.filled++;
    return filled;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

/** The time of one cancel at random, and of one new order in its place, in a level that holds `queue` orders. */
function cancelCostNs(queue: number, cancels: number): number {
  const book = new OrderBook();
  const random = seededRandom(2);
  const orders = Array.from({ length: queue }, (_, index) => newOrder(index + 1, BUY, MID_TICKS, 1));
  for (const order of orders) book.add(order);
  const cancelAtRandom = (times: number): void => {
    for (let time = 0; time < times; time++) {
      const order = orders[Math.floor(random() * queue)]!;
      book.remove(order);
      book.add(order);
    }
  };
  cancelAtRandom(cancels);
  const startMs = performance.now();
  cancelAtRandom(cancels);
  return ((performance.now() - startMs) * 1_000_000) / cancels;
}

function newOrder(id: number, side: Side, ticks: number, lots: number): Order {
  return new Order(
    id as OrderId,
    2 as AccountId,
    0 as InstrumentId,
    side,
    'LIMIT',
    'GTC',
    lots as Lots,
    ticks as Ticks,
    false,
    false,
    null,
    0,
    0 as Millis,
    0 as Millis,
  );
}
