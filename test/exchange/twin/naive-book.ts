import type { PlaceOrder } from '../../../src/exchange/command.js';
import type { Exits } from '../../../src/exchange/orders/trigger.js';
import { HOUSE_ID } from './naive-account.js';

/** What makes an order wait: a price, or what it trails. */
export interface NaiveStop {
  ticks: number;
  readonly trailTicks: number;
  readonly trailPpm: number;
  best: bigint;
  sibling: NaiveOrder | null;
  readonly isExit: boolean;
  readonly coversPosition: boolean;
}

/** One order of the twin. The house's have the number 0. */
export interface NaiveOrder {
  readonly id: number;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly type: string;
  readonly timeInForce: string;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** The request that made it; null for the house's. */
  readonly request: PlaceOrder | null;
  readonly expiresAt: number;
  /** What it waits for or waited for; null for orders that never wait. */
  readonly stop: NaiveStop | null;
  /** What follows when it has filled. */
  readonly exits: Exits | null;
  lots: number;
  filled: number;
  ticks: number;
  filledNotional: bigint;
  status: string;
  reason: string | null;
  updatedAt: number;
  /** Its turn among orders of the same price while it rests; null while it does not. */
  turn: number | null;
  /** What a market order that waits for the open is reserved at. */
  referenceTicks: number;
}

type Untouched = 'filled' | 'filledNotional' | 'status' | 'reason' | 'turn' | 'referenceTicks';

/** An order that is accepted and has met nobody yet. */
export function newOrder(asked: Omit<NaiveOrder, Untouched>): NaiveOrder {
  return {
    ...asked,
    filled: 0,
    filledNotional: 0n,
    status: asked.stop === null ? 'ACTIVE' : 'PENDING',
    reason: null,
    turn: null,
    referenceTicks: 0,
  };
}

export function openLots(order: NaiveOrder): number {
  return order.lots - order.filled;
}

export function isOpen(order: NaiveOrder): boolean {
  return order.status === 'ACTIVE' || order.status.startsWith('PENDING');
}

/** The price that an order is reserved at. */
export function reserveTicks(order: NaiveOrder): number {
  return order.ticks || order.referenceTicks;
}

/** All resting orders in one array, searched from end to end. */
export class NaiveBook {
  resting: NaiveOrder[] = [];
  /** Orders that wait for the open, in no order. */
  waiting: NaiveOrder[] = [];
  lastTurn = 0;

  /** Orders of a side in the order in which they would be matched: best price, then first come. */
  queue(instrument: number, side: number): NaiveOrder[] {
    return this.resting
      .filter((order) => order.instrument === instrument && order.side === side)
      .sort((one, other) => side * (other.ticks - one.ticks) || one.turn! - other.turn!);
  }

  /** The orders that an order of this side and limit could meet; a limit of 0 is any price. */
  makersWithin(instrument: number, takerSide: number, limit: number): NaiveOrder[] {
    return this.queue(instrument, -takerSide).filter(
      (maker) => limit === 0 || (takerSide > 0 ? maker.ticks <= limit : maker.ticks >= limit),
    );
  }

  bestTicks(instrument: number, side: number): number {
    const prices = this.resting
      .filter((order) => order.instrument === instrument && order.side === side)
      .map((order) => order.ticks);
    if (prices.length === 0) return 0;
    return side > 0 ? Math.max(...prices) : Math.min(...prices);
  }

  /** Puts an order behind all others of its price. */
  enter(order: NaiveOrder): void {
    this.lastTurn += 1;
    order.turn = this.lastTurn;
    this.resting.push(order);
  }

  leave(order: NaiveOrder): void {
    order.turn = null;
    this.resting = this.resting.filter((other) => other !== order);
    this.waiting = this.waiting.filter((other) => other !== order);
  }

  houseQuotes(instrument: number, side: number): NaiveOrder[] {
    return this.queue(instrument, side).filter((order) => order.account === HOUSE_ID);
  }

  /** What a portfolio's own orders of a side, that may add to its position, are open for. */
  reserved(account: number, instrument: number, side: number): NaiveOrder[] {
    return [...this.resting, ...this.waiting].filter(
      (order) =>
        order.account === account &&
        order.instrument === instrument &&
        order.side === side &&
        !order.reduceOnly,
    );
  }
}
