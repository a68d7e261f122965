import { multiplyDivide } from '../fixed-point.js';
import { BUY, type OrderId, type Ppm, type PriceMicros, type Side, type Ticks } from '../units.js';

/** What a stop waits for, as it is asked for: a price, or a trail of either kind; the others are 0. */
export interface TriggerTerms {
  readonly ticks: Ticks;
  /** How far a trailing stop stays behind the best price it has seen: in ticks, or as a part of that price. */
  readonly trailTicks: Ticks;
  readonly trailPpm: Ppm;
}

/** A take profit or a stop loss, as it is asked for. */
export interface Exit {
  /** The price at which it fires. */
  readonly ticks: Ticks;
  /** The limit of the order that it becomes; 0: a market order. */
  readonly limitTicks: Ticks;
}

/** How a position that is yet to come, or is there, is to be left: whichever of the two comes first. */
export interface Exits {
  readonly takeProfit: Exit | null;
  readonly stopLoss: Exit | null;
}

/** What makes an order wait before it enters the market. It stays with the order after it has fired. */
export class Trigger implements TriggerTerms {
  /** The price at which it fires; 0 for a trailing stop that has not seen a price yet. */
  ticks: Ticks;
  readonly trailTicks: Ticks;
  readonly trailPpm: Ppm;
  /** The best price that a trailing stop has seen; 0 before the first. */
  extreme = 0 as PriceMicros;
  /** The other one of two exits, which ends when this one has filled; 0: none. */
  sibling = 0 as OrderId;

  constructor(
    terms: TriggerTerms,
    /** The order whose take profit or stop loss this is; 0: none. */
    readonly parent = 0 as OrderId,
    /** True for an exit of a whole position: its quantity is that of the position while it waits. */
    readonly coversPosition = false,
  ) {
    this.ticks = terms.ticks;
    this.trailTicks = terms.trailTicks;
    this.trailPpm = terms.trailPpm;
  }

  get isTrailing(): boolean {
    return this.trailTicks > 0 || this.trailPpm > 0;
  }

  /** True for take profits and stop losses, of an order or of a position. */
  get isExit(): boolean {
    return this.parent > 0 || this.coversPosition;
  }

  /** Moves a trailing stop with a price that is better than any before it. */
  follow(side: Side, price: PriceMicros, tickMicros: number): void {
    this.extreme = price;
    this.ticks = trailedTicks(this, side, price, tickMicros);
  }
}

/** Where a trailing stop stands at a best price, rounded to the tick that is farther from firing. */
export function trailedTicks(
  { trailTicks, trailPpm }: TriggerTerms,
  side: Side,
  extreme: PriceMicros,
  tickMicros: number,
): Ticks {
  const distance = trailTicks > 0 ? trailTicks * tickMicros : multiplyDivide(extreme, trailPpm, 1_000_000);
  const ticks = (extreme + side * distance) / tickMicros;
  return (side === BUY ? Math.ceil(ticks) : Math.max(0, Math.floor(ticks))) as Ticks;
}
