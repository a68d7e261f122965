import type { ErrorCode } from './error-code.js';
import type { AccountId, InstrumentId, Lots, Micros, Millis, OrderId, Side, Ticks } from './units.js';

export const ORDER_TYPES = ['MARKET', 'LIMIT'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const ORDER_STATUSES = [
  'PENDING',
  'ACTIVE',
  'FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
  'PENDING_MARKET_OPEN',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Why the exchange itself ended an order; a rejected order carries its error code instead. */
export const CANCEL_REASONS = [
  'SELF_TRADE',
  'REDUCE_ONLY',
  'UNFILLED_REMAINDER',
  'DAY_ENDED',
  'TOO_LARGE',
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** All resting orders at one price of one side, first come first served. */
export class Level {
  /** The open quantity of all its orders. */
  lots = 0 as Lots;
  first: Order | null = null;
  last: Order | null = null;

  constructor(readonly ticks: Ticks) {}
}

/**
 * One order, from its acceptance on. Resting orders are changed in place and linked into the queue of their
 * price level and into the list of their account's open orders, so that a cancel touches neighbours only.
 */
export class Order {
  /** `quantity` of the protocol. A reduce-only order shrinks with its position, so this may fall. */
  lots: Lots;
  filledLots = 0 as Lots;
  /** Sum of ticks × lots over the fills: the average fill price is this over `filledLots`. */
  filledNotional = 0 as Micros;
  status: OrderStatus = 'PENDING';
  reason: ErrorCode | CancelReason | null = null;
  updatedAt: Millis;
  /** The price that a market order is reserved at while it waits for the open; 0 for all others. */
  referenceTicks = 0 as Ticks;

  /** The level it rests in, and its neighbours in that level's queue. */
  level: Level | null = null;
  queuePrevious: Order | null = null;
  queueNext: Order | null = null;
  /** Its neighbours among the open orders of its account, oldest first. */
  openPrevious: Order | null = null;
  openNext: Order | null = null;

  constructor(
    readonly id: OrderId,
    readonly account: AccountId,
    readonly instrument: InstrumentId,
    readonly side: Side,
    readonly type: OrderType,
    readonly timeInForce: TimeInForce,
    lots: Lots,
    /** The limit price; 0 for a market order. */
    public ticks: Ticks,
    readonly postOnly: boolean,
    readonly reduceOnly: boolean,
    readonly clientOrderId: string | null,
    /** A fingerprint of the order as it was asked for, by which a repeated `clientOrderId` is judged. */
    readonly fingerprint: number,
    readonly createdAt: Millis,
    /** When a DAY order ends; 0 for the others. */
    readonly expiresAt: Millis,
  ) {
    this.lots = lots;
    this.updatedAt = createdAt;
  }

  /** What is still to be filled. */
  get openLots(): Lots {
    return (this.lots - this.filledLots) as Lots;
  }

  get isOpen(): boolean {
    const { status } = this;
    return status === 'ACTIVE' || status === 'PENDING' || status === 'PENDING_MARKET_OPEN';
  }
}

/** An order that waits for a price before it is a market or a limit order. */
export function isConditional({ type }: Order): boolean {
  return type !== 'MARKET' && type !== 'LIMIT';
}
