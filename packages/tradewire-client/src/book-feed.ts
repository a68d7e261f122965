import { bookChecksum } from './book-checksum.js';
import { BookSide } from './book-side.js';
import type { TradewireError } from './error.js';
import type { Feed, FeedSource } from './feed.js';
import type { Level } from './market.js';
import type { Book } from './public-channel.js';
import { backoffMs } from './reconnect.js';
import type { ChannelFrame } from './session.js';

/** A snapshot that is not here so long after it was sent was lost. */
const SNAPSHOT_TIMEOUT_MS = 5_000;

/** A frame of a book, which has its levels beside the fields that all frames have. */
interface BookFrame extends ChannelFrame {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

interface Watcher {
  resolve(hasChanged: boolean): void;
  reject(error: TradewireError): void;
}

/** Keeps a book true by its frames, and mends it when it is not. */
export class BookFeed implements Feed, Book {
  readonly channel: string;
  seq = 0;
  time = '';
  isCurrent = false;
  private readonly bidSide = new BookSide('BUY');
  private readonly askSide = new BookSide('SELL');
  /** How often in a row it was found wrong. */
  private failures = 0;
  /** Until it is asked for again, or found missing. */
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly watchers = new Set<Watcher>();
  private isEnded = false;
  private error: TradewireError | null = null;

  constructor(
    readonly symbol: string,
    private readonly source: FeedSource,
  ) {
    this.channel = `book:${symbol}`;
  }

  get bids(): readonly Level[] {
    return this.bidSide.levels;
  }

  get asks(): readonly Level[] {
    return this.askSide.levels;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Book, undefined> {
    let seen = -1;
    for (;;) {
      if (this.isCurrent && this.seq !== seen) {
        seen = this.seq;
        yield this;
      } else if (!(await this.changed())) return;
    }
  }

  close(): void {
    this.source.leave(this.channel);
  }

  receive(frame: ChannelFrame): void {
    const { type, seq, prev, time, bids, asks, checksum } = frame as BookFrame;
    if (type === 'snapshot') {
      this.bidSide.clear();
      this.askSide.clear();
    } else if (!this.isCurrent) return;
    else if (prev !== this.seq) return this.mend();
    this.bidSide.apply(bids);
    this.askSide.apply(asks);
    this.seq = seq;
    this.time = time;
    if (bookChecksum(this.bids, this.asks) !== checksum) return this.mend();
    if (this.isCurrent) this.failures = 0;
    this.isCurrent = true;
    clearTimeout(this.timer);
    this.wake(true);
  }

  heartbeat(seq: number): void {
    if (this.isCurrent && seq > this.seq) this.mend();
  }

  agreed(): void {
    if (!this.isCurrent) this.schedule(SNAPSHOT_TIMEOUT_MS, () => this.mend());
  }

  lose(): void {
    this.isCurrent = false;
    clearTimeout(this.timer);
  }

  end(error: TradewireError | null): void {
    this.lose();
    this.isEnded = true;
    this.error = error;
    this.wake(false);
  }

  /** Asks for the book anew, each time after a longer pause where that has not helped. */
  private mend(): void {
    this.isCurrent = false;
    const pauseMs = this.failures === 0 ? 0 : backoffMs(this.failures, Math.random());
    this.failures++;
    this.schedule(pauseMs, () => this.source.ask(this.channel));
  }

  private schedule(delayMs: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, delayMs);
  }

  /** Resolves with the next change, false at the end; rejects where it ends with an error. */
  private changed(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (!this.isEnded) this.watchers.add({ resolve, reject });
      else if (this.error === null) resolve(false);
      else reject(this.error);
    });
  }

  private wake(hasChanged: boolean): void {
    for (const { resolve, reject } of this.watchers) {
      if (this.error === null) resolve(hasChanged);
      else reject(this.error);
    }
    this.watchers.clear();
  }
}
