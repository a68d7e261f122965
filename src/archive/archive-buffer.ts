import { compareEntryIds, type EntryId } from '../journal/journal.js';
import { ARCHIVE_RETENTION_MS, type PortfolioEvent } from './archived-event.js';
import type { LastingChannel } from './private-channel.js';

/** What an event takes in memory beside its text, about. */
const EVENT_OVERHEAD_BYTES = 200;

export interface ArchiveBufferLimits {
  /** Beyond it the older half of what waits is left out of the archive. */
  readonly archiveWaitingBytesMax: number;
}

/** Events up to a journal entry, none of which is missing. */
export interface WaitingEvents {
  readonly events: readonly PortfolioEvent[];
  /** Null before the first turn. */
  readonly until: EntryId | null;
}

/**
 * What a gateway has seen happen and is not archived yet, oldest first. Every gateway keeps it, so that any of them
 * can take over when the one that archives ends.
 */
export class ArchiveBuffer {
  private events: PortfolioEvent[] = [];
  /** Beside each event of a past turn: the entry that its turn ended with. */
  private entries: EntryId[] = [];
  private bytes = 0;
  private reached: EntryId | null = null;
  /** What came up to this entry is not here any more, since it was archived; null while nothing was dropped. */
  private droppedTo: EntryId | null = null;
  private omitted = 0;

  constructor(private readonly limits: ArchiveBufferLimits) {}

  get droppedUntil(): EntryId | null {
    return this.droppedTo;
  }

  /** Up to which entry everything has been seen; null before the first turn. */
  get reachedUntil(): EntryId | null {
    return this.reached;
  }

  add(event: PortfolioEvent): void {
    this.events.push(event);
    this.bytes += bytesOf(event);
    if (this.bytes > this.limits.archiveWaitingBytesMax) this.omitHalf();
  }

  /** Tells that everything up to an entry has been seen. A replay tells again what is archived: that does not wait. */
  endTurn(entryId: EntryId): void {
    this.reached = entryId;
    while (this.entries.length < this.events.length) this.entries.push(entryId);
    const { droppedTo } = this;
    if (droppedTo !== null && compareEntryIds(entryId, droppedTo) <= 0) this.take(this.events.length);
  }

  /** Forgets everything: the exchange is rebuilt, and tells it again. */
  reset(): void {
    this.events = [];
    this.entries = [];
    this.bytes = 0;
    this.reached = null;
    this.droppedTo = null;
  }

  waiting(): WaitingEvents {
    return { events: this.events.slice(0, this.entries.length), until: this.reached };
  }

  /** Drops what came up to an entry, because it is archived. */
  drop(until: EntryId): void {
    if (this.droppedTo !== null && compareEntryIds(until, this.droppedTo) <= 0) return;
    this.droppedTo = until;
    let count = 0;
    let passed: EntryId | null = null;
    for (const entry of this.entries) {
      if (entry !== passed && compareEntryIds(entry, until) > 0) break;
      passed = entry;
      count += 1;
    }
    this.take(count);
  }

  /** The waiting events of one portfolio and channel, newest first. */
  newestFirst(portfolioId: string, channel: LastingChannel): readonly PortfolioEvent[] {
    const isAsked = (event: PortfolioEvent) => event.portfolioId === portfolioId && event.channel === channel;
    return this.events.filter(isAsked).reverse();
  }

  /** How many events that the archive would still hold were left out for want of space since the last call. */
  takeOmitted(): number {
    const { omitted } = this;
    this.omitted = 0;
    return omitted;
  }

  private omitHalf(): void {
    const count = Math.ceil(this.events.length / 2);
    const oldestKept = this.events.at(-1)!.time - ARCHIVE_RETENTION_MS;
    this.omitted += this.events.slice(0, count).filter(({ time }) => time > oldestKept).length;
    this.take(count);
  }

  private take(count: number): void {
    for (const event of this.events.splice(0, count)) this.bytes -= bytesOf(event);
    this.entries.splice(0, count);
  }
}

function bytesOf({ data }: PortfolioEvent): number {
  return data.length + EVENT_OVERHEAD_BYTES;
}
