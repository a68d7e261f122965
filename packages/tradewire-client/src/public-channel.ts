import type { Level } from './market.js';

/** What a public channel has told. */
export interface Update<Data> {
  readonly data: Data;
  /** The place in the venue's journal, the same on every gateway. */
  readonly seq: number;
  readonly time: string;
  /** Updates before this one were lost: with the connection, on the way, or because they were not consumed. */
  readonly isGap: boolean;
}

/** A public channel whose updates stand for themselves: trades, a ticker, candles. */
export interface Updates<Data> {
  /** The latest data, null before the first; it stays while there is no connection. */
  readonly latest: Data | null;
  /**
   * All updates from now on, of a ticker and of candles after the latest one. Each loop has its own; one that is too
   * slow misses the oldest, and is told.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Update<Data>, undefined>;
  /** Ends the subscription, and all loops over it. */
  close(): void;
}

/**
 * An order book, 100 levels a side at most, kept by a snapshot and what changed since. Each frame must continue the
 * one before and lead to the checksum it carries; a book that is found wrong is asked for anew. In the meantime, and
 * without a connection, it is not current.
 */
export interface Book {
  readonly symbol: string;
  /** Best first. */
  readonly bids: readonly Level[];
  /** Best first. */
  readonly asks: readonly Level[];
  /** The place in the venue's journal that it is true at. */
  readonly seq: number;
  /** When it changed last, on the clock of the exchange. */
  readonly time: string;
  /** False before the first snapshot, without a connection, and while it is being mended. */
  readonly isCurrent: boolean;
  /** This book, each time that it has changed; changes that a loop is too slow for are taken together. */
  [Symbol.asyncIterator](): AsyncIterator<Book, undefined>;
  /** Ends the subscription, and all loops over it. */
  close(): void;
}
