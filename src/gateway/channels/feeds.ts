import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Faults } from '../../exchange/clients/faults.js';
import type { Trade } from '../../exchange/event.js';
import { Exchange } from '../../exchange/exchange.js';
import type { Candle, CandleInterval } from '../../exchange/markets/candles.js';
import type { Market } from '../../exchange/markets/market.js';
import type { OrderStatus } from '../../exchange/orders/order.js';
import type { InstrumentId } from '../../exchange/units.js';
import { Views } from '../views/views.js';
import type { FeedMoment } from './book-feed.js';
import { MarketFeed } from './market-feed.js';
import { PrivateEventListener } from './private-event-listener.js';
import { PrivateFeed, type PrivateFeedLimits } from './private-feed.js';

export interface FeedsOptions extends PrivateFeedLimits {
  /** The shortest time between two deltas of one book; 0: one every turn. */
  readonly bookIntervalMs: number;
}

/** The sessions for which things go wrong on purpose. */
export interface FaultTargets {
  /** Sets the faults of a portfolio's open sessions, and cuts these where asked. */
  setFaults(portfolioId: string, faults: Faults | null, disconnects: boolean): void;
}

const NO_SESSIONS: FaultTargets = { setFaults() {} };

/** How soon what a turn held back is looked at again. */
const HELD_BACK_MS = 5;

/** Listens to the exchange and passes on what happens: to private and public channels. */
export class Feeds extends PrivateEventListener {
  readonly private: PrivateFeed;
  private readonly markets: MarketFeed[] = [];
  private readonly dirty = new Set<MarketFeed>();
  private exchange: Exchange = new Exchange(this);
  private currentViews = new Views(this.exchange);
  private heldBack: NodeJS.Timeout | null = null;

  constructor(
    private readonly options: FeedsOptions,
    private readonly sessions: FaultTargets = NO_SESSIONS,
  ) {
    super();
    this.private = new PrivateFeed(options);
  }

  /** The present exchange's objects as JSON text. */
  override get views(): Views {
    return this.currentViews;
  }

  /** Starts over with another exchange. The sessions must be closed, since their positions mean nothing now. */
  reset(exchange: Exchange): void {
    this.exchange = exchange;
    this.currentViews = new Views(exchange);
    this.private.reset();
    this.markets.length = 0;
    this.dirty.clear();
  }

  /** The feed of an instrument. */
  marketFeed(market: Market): MarketFeed {
    let feed = this.markets[market.id];
    if (feed === undefined) {
      feed = new MarketFeed(market, this.options.bookIntervalMs);
      this.markets[market.id] = feed;
    }
    return feed;
  }

  get moment(): FeedMoment {
    return { position: this.exchange.position, time: this.exchange.time };
  }

  /** Publishes what the turn brought; what an interval holds back follows by itself. */
  flush(): void {
    if (this.dirty.size === 0) return;
    const nowMs = performance.now();
    const { moment } = this;
    for (const feed of this.dirty) {
      if (!feed.flush(moment, nowMs)) this.dirty.delete(feed);
    }
    if (this.dirty.size > 0) this.heldBack ??= setTimeout(() => this.flushHeldBack(), HELD_BACK_MS);
  }

  stop(): void {
    if (this.heldBack !== null) clearTimeout(this.heldBack);
  }

  override onFaults({ portfolioId, faults }: Account, disconnects: boolean): void {
    this.sessions.setFaults(portfolioId, faults, disconnects);
  }

  override onTrade(trade: Trade): void {
    this.feedOf(trade.instrument).onTrade(trade, this.exchange.time);
  }

  override onCandleClosed(instrument: InstrumentId, interval: CandleInterval, candle: Candle): void {
    this.feedOf(instrument).onCandleClosed(interval, candle);
  }

  override onMarket(instrument: InstrumentId): void {
    const feed = this.feedOf(instrument);
    feed.onChange();
    this.dirty.add(feed);
  }

  protected override onPrivate(
    account: Account,
    channel: PrivateChannel,
    data: string,
    orderStatus?: OrderStatus,
  ): void {
    this.private.append(account, channel, this.exchange.time, data, orderStatus);
  }

  private flushHeldBack(): void {
    this.heldBack = null;
    this.flush();
  }

  private feedOf(instrument: InstrumentId): MarketFeed {
    return this.marketFeed(this.exchange.markets[instrument]!);
  }
}
