import type { PlaceOrder } from '../../src/exchange/command.js';
import { HOUSE_ID } from './naive-account.js';

/** One order of the twin. The house's have the number 0. */
export interface NaiveOrder {
  readonly id: number;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly type: 'MARKET' | 'LIMIT';
  readonly timeInForce: string;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** The request that made it; null for the house's. */
  readonly request: PlaceOrder | null;
  readonly expiresAt: number;
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
    status: 'ACTIVE',
    reason: null,
    turn: null,
    referenceTicks: 0,
  };
}

export function openLots(order: NaiveOrder): number {
  return order.lots - order.filled;
}

export function isOpen(order: NaiveOrder): boolean {
  return order.status === 'ACTIVE' || order.status === 'PENDING_MARKET_OPEN';
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
  private lastTurn = 0;

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
    return this.queue(instrument, side)[0]?.ticks ?? 0;
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
