import { type Candle, type CandleInterval, Candles } from './candles.js';
import { DayStatistics } from './day-statistics.js';
import { powerOfTen } from './fixed-point.js';
import type { Instrument } from './instrument.js';
import type { Order } from './order.js';
import { OrderBook } from './order-book.js';
import {
  BUY,
  type InstrumentId,
  type Lots,
  type Millis,
  type PriceMicros,
  SELL,
  type Side,
  type Ticks,
} from './units.js';

export interface ClosedCandle {
  readonly interval: CandleInterval;
  readonly candle: Candle;
}

/** One instrument with all that is traded in it: its book, its reference prices, the house's quotes. */
export class Market {
  readonly book = new OrderBook();
  /** The oracle price; 0 until a source gives one. */
  oracle = 0 as PriceMicros;
  /**
   * The price that positions are valued at: the median of the oracle, the best bid and the best ask, so that
   * neither a thin book nor a single quote moves it alone. While a side is missing it is exactly the oracle;
   * without an oracle the middle of the book, or else the last trade. 0 when nothing is known.
   */
  mark = 0 as PriceMicros;
  /** The price of the last trade; 0 before the first. */
  lastTicks = 0 as Ticks;
  /** Signed positions sum to zero, so this is the sum of the long ones of all accounts but the house. */
  openInterest = 0 as Lots;
  /** The last step of the market source that was applied. */
  step = 0;
  /** True once the sandbox took the instrument over from the source. */
  pinned = false;
  /** The house's resting orders by their price, a side each. */
  readonly houseBids = new Map<Ticks, Order>();
  readonly houseAsks = new Map<Ticks, Order>();
  candles = new Candles((interval, candle) => this.closedCandles.push({ interval, candle }));
  statistics = new DayStatistics();
  /** Candles that closed and wait to be announced. */
  readonly closedCandles: ClosedCandle[] = [];
  /** True while a change of this command waits to be announced. */
  changed = false;
  /** Micro-dollars a unit in one tick. */
  readonly tickMicros: number;

  constructor(
    readonly id: InstrumentId,
    public instrument: Instrument,
  ) {
    this.tickMicros = powerOfTen(instrument.quantityDecimals);
  }

  /** Counts a trade into the last price, the candles and the statistics of the day. */
  recordTrade(time: Millis, ticks: Ticks, lots: Lots): void {
    this.lastTicks = ticks;
    this.candles.addTrade(time, ticks, lots);
    this.statistics.addTrade(time, ticks, lots);
  }

  /** Closes the candles that ended up to a moment; true when there were any. */
  passTime(until: Millis): boolean {
    this.statistics.advanceTo(until);
    this.candles.closeUntil(until);
    return this.closedCandles.length > 0;
  }

  houseOrders(side: Side): Map<Ticks, Order> {
    return side === BUY ? this.houseBids : this.houseAsks;
  }

  /** Forms the mark price anew from what it depends on; true when it moved. */
  reprice(): boolean {
    const before = this.mark;
    this.mark = this.formMark();
    return this.mark !== before;
  }

  private formMark(): PriceMicros {
    const bid = this.book.bestTicks(BUY) * this.tickMicros;
    const ask = this.book.bestTicks(SELL) * this.tickMicros;
    if (this.oracle === 0) {
      const middle = bid > 0 && ask > 0 ? Math.floor((bid + ask) / 2) : this.lastTicks * this.tickMicros;
      return middle as PriceMicros;
    }
    if (bid === 0 || ask === 0) return this.oracle;
    return Math.max(bid, Math.min(ask, this.oracle)) as PriceMicros;
  }
}
