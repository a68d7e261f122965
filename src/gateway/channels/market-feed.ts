import type { Trade } from '../../exchange/event.js';
import { formatDecimal } from '../../exchange/fixed-point.js';
import { predictedRate } from '../../exchange/funding/funding-rate.js';
import { CANDLE_INTERVALS, type Candle, type CandleInterval } from '../../exchange/markets/candles.js';
import type { Market } from '../../exchange/markets/market.js';
import { BUY, type Millis, SELL } from '../../exchange/units.js';
import type { Session } from '../sessions/session.js';
import { hourlyRate, price, quantity, referencePrice } from '../views/amounts.js';
import { BookFeed, type FeedMoment } from './book-feed.js';
import { PublicFeed } from './public-feed.js';

/** The shortest time between two frames of a ticker, or of a candle that is still open. */
const SUMMARY_INTERVAL_MS = 100;
const HOUR_MS = 3_600_000;

/** What is public about one instrument: its book, trades, ticker and candles. */
export class MarketFeed {
  readonly book: BookFeed;
  readonly trades: PublicFeed;
  readonly ticker: PublicFeed;
  private readonly candles = new Map<CandleInterval, PublicFeed>();
  /** As JSON text, each with its own time: a turn may apply several of the journal's entries. */
  private newTrades: string[] = [];
  private closedCandles: { interval: CandleInterval; candle: Candle }[] = [];
  private isSummaryDirty = false;
  private hasNewTrades = false;
  private summarizedAtMs = 0;

  constructor(
    private readonly market: Market,
    bookIntervalMs: number,
  ) {
    const { symbol } = market.instrument;
    this.book = new BookFeed(market, bookIntervalMs);
    this.trades = new PublicFeed(`trades:${symbol}`);
    this.ticker = new PublicFeed(`ticker:${symbol}`);
    for (const interval of CANDLE_INTERVALS) {
      this.candles.set(interval, new PublicFeed(`candles:${symbol}:${interval}`));
    }
  }

  candlesOf(interval: CandleInterval): PublicFeed {
    return this.candles.get(interval)!;
  }

  onTrade(trade: Trade, time: Millis): void {
    this.hasNewTrades = true;
    if (this.trades.hasReaders) this.newTrades.push(this.tradeText(trade, time));
  }

  onCandleClosed(interval: CandleInterval, candle: Candle): void {
    if (this.candlesOf(interval).hasReaders) this.closedCandles.push({ interval, candle });
  }

  onChange(): void {
    this.book.markDirty();
    this.isSummaryDirty = true;
  }

  /** Publishes what the turn brought. True when something is held back for later. */
  flush(moment: FeedMoment, nowMs: number): boolean {
    const time = new Date(moment.time).toISOString();
    if (this.newTrades.length > 0) {
      this.trades.publish(moment.position, time, `[${this.newTrades.join(',')}]`);
      this.newTrades = [];
    }
    for (const { interval, candle } of this.closedCandles) {
      this.candlesOf(interval).publish(moment.position, time, this.candleText(candle, true));
    }
    this.closedCandles.length = 0;
    const isBookLeft = this.book.flush(moment, nowMs);
    return this.flushSummary(moment, time, nowMs) || isBookLeft;
  }

  sendTicker(session: Session, { position, time }: FeedMoment): void {
    this.ticker.sendSnapshot(session, position, new Date(time).toISOString(), this.tickerText(time));
  }

  sendCandle(session: Session, interval: CandleInterval, { position, time }: FeedMoment): void {
    const candle = this.market.candles.current(interval);
    const data = candle === null ? 'null' : this.candleText(candle, false);
    this.candlesOf(interval).sendSnapshot(session, position, new Date(time).toISOString(), data);
  }

  tickerText(time: Millis): string {
    const { market } = this;
    const { book, statistics } = market;
    const bid = book.bestTicks(BUY);
    const ask = book.bestTicks(SELL);
    const nextFunding = new Date(time - (time % HOUR_MS) + HOUR_MS).toISOString();
    const fundingRate = predictedRate(market, time);
    const isPerpetual = market.instrument.assetClass === 'PERPETUAL';
    return (
      `{"symbol":"${market.instrument.symbol}","bid":${bid === 0 ? 'null' : price(market, bid)},` +
      `"ask":${ask === 0 ? 'null' : price(market, ask)},` +
      `"last":${market.lastTicks === 0 ? 'null' : price(market, market.lastTicks)},` +
      `"mark":${referencePrice(market.mark)},"oracle":${referencePrice(market.oracle)},` +
      `"fundingRate":${fundingRate === null ? 'null' : hourlyRate(fundingRate)},` +
      `"nextFundingTime":${isPerpetual ? `"${nextFunding}"` : 'null'},` +
      `"openInterest":${quantity(market, market.openInterest)},` +
      `"volume24h":${quantity(market, statistics.volume)},"change24h":${this.changeText()}}`
    );
  }

  /** The change of the last price over 24 hours, in percent. */
  private changeText(): string {
    const { lastTicks, statistics } = this.market;
    const reference = statistics.referenceTicks;
    if (reference === 0) return 'null';
    return formatDecimal(Math.round(((lastTicks - reference) / reference) * 1_000_000), 4);
  }

  private flushSummary({ position, time: now }: FeedMoment, time: string, nowMs: number): boolean {
    if (!this.isSummaryDirty || !this.hasSummaryReaders()) return false;
    if (nowMs - this.summarizedAtMs < SUMMARY_INTERVAL_MS) return true;
    this.isSummaryDirty = false;
    this.summarizedAtMs = nowMs;
    if (this.ticker.hasReaders) this.ticker.publish(position, time, this.tickerText(now));
    if (!this.hasNewTrades) return false;
    this.hasNewTrades = false;
    for (const [interval, feed] of this.candles) {
      const candle = this.market.candles.current(interval);
      if (feed.hasReaders && candle !== null) feed.publish(position, time, this.candleText(candle, false));
    }
    return false;
  }

  private hasSummaryReaders(): boolean {
    if (this.ticker.hasReaders) return true;
    for (const feed of this.candles.values()) if (feed.hasReaders) return true;
    return false;
  }

  private tradeText({ tradeId, ticks, lots, side }: Trade, time: Millis): string {
    return (
      `{"tradeId":${tradeId},"price":${price(this.market, ticks)},` +
      `"quantity":${quantity(this.market, lots)},"side":"${side === BUY ? 'BUY' : 'SELL'}",` +
      `"time":"${new Date(time).toISOString()}"}`
    );
  }

  private candleText({ start, open, high, low, close, volume, trades }: Candle, closed: boolean): string {
    const { market } = this;
    return (
      `{"start":"${new Date(start).toISOString()}","open":${price(market, open)},` +
      `"high":${price(market, high)},"low":${price(market, low)},"close":${price(market, close)},` +
      `"volume":${quantity(market, volume)},"trades":${trades},"closed":${closed}}`
    );
  }
}
