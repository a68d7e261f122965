import type { QuoteLevel } from '../command.js';
import { powerOfTen } from '../fixed-point.js';
import { OrderBook } from '../matching/order-book.js';
import type { Order } from '../orders/order.js';
import { WaitingOrders } from '../orders/waiting-orders.js';
import { gridPoints } from '../time-grid.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  type Millis,
  type PriceMicros,
  type Rate,
  SELL,
  type Side,
  type Ticks,
} from '../units.js';
import { type Candle, type CandleInterval, Candles } from './candles.js';
import { DayStatistics } from './day-statistics.js';
import type { Instrument } from './instrument.js';
import { type BookPrices, MARK_SAMPLE_MS, MarkPrice } from './mark-price.js';
import { premiumOf } from './premium.js';
import { PREMIUM_SAMPLE_MS, PremiumSamples } from './premium-samples.js';
import { Volume } from './volume.js';
import { Watchlist } from './watchlist.js';

export interface ClosedCandle {
  readonly interval: CandleInterval;
  readonly candle: Candle;
}

/** What the house quotes, best first, while the market is closed. */
export interface HeldQuotes {
  bids: readonly QuoteLevel[];
  asks: readonly QuoteLevel[];
}

/** How a prediction ended. */
export interface Settlement {
  /** A dollar for the outcome that came true, 0 for the other. */
  readonly price: PriceMicros;
  readonly at: Millis;
  /** The account whose orders and holding are ended next; 0 once all are. */
  nextAccount: AccountId;
}

/** One instrument with all that is traded in it: its book, its reference prices, the house's quotes. */
export class Market {
  readonly book = new OrderBook();
  /** The oracle price; 0 until a source gives one. */
  oracle = 0 as PriceMicros;
  /**
   * The price that positions are valued at. For a perpetual that of `MarkPrice`; for the others the median of the
   * oracle, the best bid and the best ask. While a side is missing it is exactly the oracle; without an oracle
   * the middle of the book, or else the last trade. 0 when nothing is known. Once settled, the price of that.
   */
  mark = 0 as PriceMicros;
  /** The mark as it was before the command, or what fell due, that is being carried out. */
  markBefore = 0 as PriceMicros;
  readonly markPrice = new MarkPrice();
  /** The samples that this hour's funding rate comes of. */
  readonly premiums = new PremiumSamples();
  /** The hourly funding rate that the market source told last; 0 before. */
  sourceRate = 0 as Rate;
  /** The price of the last trade; 0 before the first. */
  lastTicks = 0 as Ticks;
  /** The sum of the long positions of all accounts, the house's too: signed ones sum to zero. */
  openInterest = 0 as Lots;
  /** The last step of the market source that was applied. */
  step = 0;
  /** True once the sandbox took the instrument over from the source. */
  pinned = false;
  /** The house's resting orders by their price, a side each. */
  readonly houseBids = new Map<Ticks, Order>();
  readonly houseAsks = new Map<Ticks, Order>();
  /** The house's quotes of the next open; null while the market is open and they are in the book. */
  heldQuotes: HeldQuotes | null = null;
  /** Null but for a prediction that has ended. */
  settlement: Settlement | null = null;
  candles = new Candles((interval, candle) => this.closedCandles.push({ interval, candle }));
  statistics = new DayStatistics();
  /** What all trades so far were worth. */
  readonly volume = new Volume();
  /** The users' positions by the mark at which they must be looked at. */
  readonly watchlist = new Watchlist();
  /** Candles that closed and wait to be announced. */
  readonly closedCandles: ClosedCandle[] = [];
  /** True while a change of this command waits to be announced. */
  changed = false;
  /** Micro-dollars a unit in one tick. */
  readonly tickMicros: number;
  /** Filled anew each time, so that repricing makes no garbage. */
  private readonly bookPrices: BookPrices = { oracle: 0, bid: 0, ask: 0, last: 0 };
  /** The orders that wait for a trigger price. */
  readonly waiting: WaitingOrders;

  constructor(
    readonly id: InstrumentId,
    public instrument: Instrument,
  ) {
    this.tickMicros = powerOfTen(instrument.quantityDecimals);
    this.waiting = new WaitingOrders(this.tickMicros);
  }

  /** The price that fires triggers: a perpetual's mark, the others' last trade; 0 while it is not known. */
  get triggerPrice(): PriceMicros {
    if (this.instrument.assetClass === 'PERPETUAL') return this.mark;
    return (this.lastTicks * this.tickMicros) as PriceMicros;
  }

  /** True outside of the hours of the instrument, and for good once it is settled: nothing trades. */
  get isClosed(): boolean {
    return this.heldQuotes !== null || this.settlement !== null;
  }

  /** Counts a trade into the last price, the candles, the statistics of the day and the volume. */
  recordTrade(time: Millis, ticks: Ticks, lots: Lots): void {
    this.lastTicks = ticks;
    this.candles.addTrade(time, ticks, lots);
    this.statistics.addTrade(time, ticks, lots);
    this.volume.add(ticks * lots);
  }

  /** Closes the candles that ended up to a moment; true when there were any. */
  passTime(until: Millis): boolean {
    this.statistics.advanceTo(until);
    this.candles.closeUntil(until);
    return this.closedCandles.length > 0;
  }

  /**
   * Takes the samples of prices that fall between two moments, for which the book and the oracle were what they
   * are; true when the mark may move by it. Nothing is sampled of what is not known.
   */
  takeSamples(after: Millis, upTo: Millis): boolean {
    if (this.instrument.assetClass !== 'PERPETUAL' || this.oracle === 0) return false;
    if (gridPoints(after, upTo, PREMIUM_SAMPLE_MS) > 0) this.premiums.add(after, upTo, premiumOf(this));
    const count = gridPoints(after, upTo, MARK_SAMPLE_MS);
    if (count === 0) return false;
    const prices = this.completePrices();
    return prices !== null && this.markPrice.sample(prices, count);
  }

  /** Whether the mark moves by itself while book and oracle stay, and there is anybody whom that concerns. */
  get isMarkAwaited(): boolean {
    if (this.instrument.assetClass !== 'PERPETUAL') return false;
    if (this.openInterest === 0 && this.waiting.isEmpty) return false;
    const prices = this.completePrices();
    return prices !== null && this.markPrice.isMoving(prices);
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
    if (this.settlement !== null) return this.settlement.price;
    const prices = this.completePrices();
    if (prices !== null) {
      if (this.instrument.assetClass === 'PERPETUAL') return this.markPrice.form(prices);
      return Math.max(prices.bid, Math.min(prices.ask, prices.oracle)) as PriceMicros;
    }
    if (this.oracle !== 0) return this.oracle;
    const { bid, ask, last } = this.bookPrices;
    return (bid > 0 && ask > 0 ? Math.floor((bid + ask) / 2) : last) as PriceMicros;
  }

  /** The prices of the book as they are; null while a side or the oracle is missing. */
  private completePrices(): BookPrices | null {
    const { book, bookPrices, tickMicros } = this;
    bookPrices.oracle = this.oracle;
    bookPrices.bid = book.bestTicks(BUY) * tickMicros;
    bookPrices.ask = book.bestTicks(SELL) * tickMicros;
    bookPrices.last = this.lastTicks * tickMicros;
    return bookPrices.oracle > 0 && bookPrices.bid > 0 && bookPrices.ask > 0 ? bookPrices : null;
  }
}
