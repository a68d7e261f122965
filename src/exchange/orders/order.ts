import type { ErrorCode } from '../error-code.js';
import type { AccountId, InstrumentId, Lots, Micros, Millis, OrderId, Side, Ticks } from '../units.js';
import type { Exits, Trigger } from './trigger.js';

/** The last two cannot be ordered as such: they come of orders and positions that are given a take profit. */
export const ORDER_TYPES = [
  'MARKET',
  'LIMIT',
  'STOP',
  'STOP_LIMIT',
  'TRAILING_STOP',
  'TRAILING_STOP_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** True for the types with a limit price of the client's own; of the others nothing ever rests. */
export function hasLimit(type: OrderType): boolean {
  return type === 'LIMIT' || (type !== 'MARKET' && type.endsWith('LIMIT'));
}

export function isTakeProfit(type: OrderType): boolean {
  return type === 'TAKE_PROFIT' || type === 'TAKE_PROFIT_LIMIT';
}

export const TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK', 'GTD'] as const;
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

/** True of an order that can still fill. */
export function isOpenStatus(status: OrderStatus): boolean {
  return status === 'ACTIVE' || status === 'PENDING' || status === 'PENDING_MARKET_OPEN';
}

/** Why the exchange itself ended an order; a rejected order carries its error code instead. */
export const CANCEL_REASONS = [
  'SELF_TRADE',
  'REDUCE_ONLY',
  'UNFILLED_REMAINDER',
  'DAY_ENDED',
  'TOO_LARGE',
  'TIME_ENDED',
  'SIBLING_FILLED',
  'DEADMAN',
  'LIQUIDATION',
  'AUTO_DELEVERAGING',
  'SETTLED',
  'DISCONNECT',
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
  /** What it waits for, or has waited for; null for an order that enters the market at once. */
  trigger: Trigger | null = null;
  /** The orders that follow when it has filled; null for none. */
  exits: Exits | null = null;

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
    /**
     * The limit price; 0 for a market order. A perpetual's stop without a limit gets one when it fires: how far
     * the price may slip.
     */
    public ticks: Ticks,
    readonly postOnly: boolean,
    readonly reduceOnly: boolean,
    readonly clientOrderId: string | null,
    /** A fingerprint of the order as it was asked for, by which a repeated `clientOrderId` is judged. */
    readonly fingerprint: number,
    readonly createdAt: Millis,
    /** When a DAY or GTD order ends; 0 for the others. */
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
    return isOpenStatus(this.status);
  }

  /** True until its trigger fires: it is in no book, and ties up nothing. */
  get isWaiting(): boolean {
    return this.trigger !== null && this.status === 'PENDING';
  }

  /** True when what does not match at once stays in the book. */
  get mayRest(): boolean {
    return hasLimit(this.type) && this.timeInForce !== 'IOC' && this.timeInForce !== 'FOK';
  }
}

/** An order that waits for a price before it is a market or a limit order. */
export function isConditional({ type }: Order): boolean {
  return type !== 'MARKET' && type !== 'LIMIT';
}
