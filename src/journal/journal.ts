import type { Millis } from '../exchange/units.js';

declare const entryId: unique symbol;

/** The id of a journal entry: `<milliseconds>-<sequence>`. The ids of one journal only ever grow. */
export type EntryId = string & { readonly [entryId]: true };

/** The id before the first entry of every journal. */
export const BEGINNING = '0-0' as EntryId;

export interface Entry {
  readonly id: EntryId;
  readonly bytes: Uint8Array;
}

/** What a journal holds at present. */
export interface Extent {
  /** Null while the journal is empty. */
  readonly first: EntryId | null;
  /** The highest id ever given out, even if that entry was trimmed since. */
  readonly last: EntryId;
  /** True while the exchange can be rebuilt from the entries alone: it began with them, and none was trimmed. */
  readonly complete: boolean;
}

export interface ServerFacts {
  /** Changes whenever the server is restarted or replaced. */
  readonly runId: string;
  /** True when this server cannot have lost an entry that it acknowledged before it was restarted. */
  readonly historyIsCertain: boolean;
}

/**
 * Why the journal did not do what was asked.
 * - `REFUSED`: nothing was written.
 * - `UNKNOWN`: the reply was lost; what was asked may have been done.
 * - `VANISHED`: nothing was written, since there is no journal any more.
 */
export type JournalErrorReason = 'REFUSED' | 'UNKNOWN' | 'VANISHED';

export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(
    readonly reason: JournalErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A read brings so many entries at the most, which bounds what it takes in memory; one that brings fewer has brought all. */
export const ENTRIES_PER_READ = 128;

/**
 * The one total order of everything that changes the exchange. Every method that returns a promise may reject
 * with a `JournalError`, and with nothing else.
 */
export interface Journal {
  /**
   * Raised by every new connection to the server. What was known of the server and of its history holds for
   * one generation only.
   */
  readonly generation: number;

  /** Appends one entry to an existing journal and resolves once it is durable. */
  append(bytes: Uint8Array): Promise<EntryId>;

  /**
   * The entries after an id, oldest first: the first `ENTRIES_PER_READ` of them. Waits up to `waitMs` for the first
   * one; 0 does not wait. It does not notice a hole after `after`: see `continuityAfter`.
   */
  read(after: EntryId, waitMs: number): Promise<readonly Entry[]>;

  /** Null when there is no journal. */
  extent(): Promise<Extent | null>;

  contains(id: EntryId): Promise<boolean>;

  /**
   * Starts the journal with its first entry, to go on from what was true at `after`, which takes the place of
   * entries before it. Does nothing, and resolves to false, when a journal that reaches as far exists already.
   */
  found(after: EntryId, bytes: Uint8Array): Promise<boolean>;

  serverFacts(): Promise<ServerFacts>;

  /** Ends the connections. A read that waits ends with no entries or with an error. */
  close(): void;
}

/** When the entry was appended, by the clock of the journal's server. */
export function entryTime(id: EntryId): Millis {
  return Number(id.slice(0, id.indexOf('-'))) as Millis;
}

/** Negative when `a` is older than `b`, 0 when they are the same. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  return entryTime(a) - entryTime(b) || sequenceOf(a) - sequenceOf(b);
}

function sequenceOf(id: EntryId): number {
  return Number(id.slice(id.indexOf('-') + 1));
}
