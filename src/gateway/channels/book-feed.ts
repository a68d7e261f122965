import type { Market } from '../../exchange/markets/market.js';
import { BUY, type Millis, type Position, SELL } from '../../exchange/units.js';
import type { Session } from '../sessions/session.js';
import {
  BOOK_DEPTH_MAX,
  type BookDepth,
  bookDepth,
  depthChanges,
  depthChecksum,
  EMPTY_DEPTH,
  levelsText,
} from './book-depth.js';

/** Where a feed is in the history when it publishes. */
export interface FeedMoment {
  readonly position: Position;
  readonly time: Millis;
}

/**
 * One instrument's book for its subscribers: a snapshot first, then what changed, at most once an interval.
 * Changes are found by comparing with what was published last, so levels that come and go in between cost
 * nothing. A slow reader is left out, and gets a new snapshot when it has caught up.
 */
export class BookFeed {
  private readonly readers = new Set<Session>();
  private readonly lagging = new Set<Session>();
  private published: BookDepth = EMPTY_DEPTH;
  private seq = 0;
  private publishedAtMs = 0;
  private isDirty = false;

  constructor(
    private readonly market: Market,
    private readonly intervalMs: number,
  ) {}

  /** The position of the last frame that a reader was sent; null while it is left out until it has caught up. */
  publishedSeqFor(session: Session): number | null {
    return this.lagging.has(session) ? null : this.seq;
  }

  markDirty(): void {
    this.isDirty = true;
  }

  subscribe(session: Session, moment: FeedMoment): void {
    if (this.readers.size === 0) this.catchUp(moment);
    this.readers.add(session);
    session.sendPublic(this.snapshot(moment.time));
  }

  unsubscribe(session: Session): void {
    this.readers.delete(session);
    this.lagging.delete(session);
  }

  /** Publishes what changed when the interval is over. True when something is left to publish later. */
  flush(moment: FeedMoment, nowMs: number): boolean {
    if (this.readers.size === 0) return false;
    if (!this.isDirty) return false;
    if (nowMs - this.publishedAtMs < this.intervalMs) return true;
    this.publishedAtMs = nowMs;
    this.isDirty = false;
    const frame = this.delta(moment);
    if (frame !== null) this.publish(frame);
    return false;
  }

  /** A session has caught up: if it was left out, it goes on with a new snapshot. */
  readmit(session: Session, { time }: FeedMoment): void {
    if (this.lagging.delete(session)) session.sendPublic(this.snapshot(time));
  }

  private publish(frame: string): void {
    for (const session of this.readers) {
      if (this.lagging.size > 0 && this.lagging.has(session)) continue;
      if (session.isBehind) this.lagging.add(session);
      else session.sendPublic(frame);
    }
  }

  private catchUp({ position }: FeedMoment): void {
    this.published = bookDepth(this.market, BOOK_DEPTH_MAX);
    this.seq = position;
    this.isDirty = false;
  }

  private delta({ position, time }: FeedMoment): string | null {
    const depth = bookDepth(this.market, BOOK_DEPTH_MAX);
    const bids = depthChanges(BUY, this.published.bids, depth.bids);
    const asks = depthChanges(SELL, this.published.asks, depth.asks);
    if (bids.length === 0 && asks.length === 0) return null;
    const prev = this.seq;
    this.published = depth;
    this.seq = position;
    return this.frame('delta', `"seq":${position},"prev":${prev}`, time, { bids, asks });
  }

  private snapshot(time: Millis): string {
    return this.frame('snapshot', `"seq":${this.seq}`, time, this.published);
  }

  private frame(type: string, position: string, time: Millis, levels: BookDepth): string {
    const { market } = this;
    return (
      `{"channel":"book:${market.instrument.symbol}","type":"${type}",${position},` +
      `"time":"${new Date(time).toISOString()}","bids":${levelsText(market, levels.bids)},` +
      `"asks":${levelsText(market, levels.asks)},"checksum":${depthChecksum(market, this.published)}}`
    );
  }
}
