import { isListed, type Listed } from '../../archive/listed-events.js';
import type { Millis } from '../../exchange/units.js';
import type { EventLog, PrivateEvent } from './event-log.js';

/** So many events a search reads in a turn, which takes a few milliseconds; then others have theirs. */
const READ_PER_TURN = 2_000;

/** What is looked for among the events of a portfolio. */
export interface Search {
  readonly listed: Listed;
  /** Judges the data of an event, which is JSON text. */
  isWanted(data: string): boolean;
  readonly limit: number;
  /** Nothing that happened sooner is wanted, or later. */
  readonly since?: Millis | undefined;
  readonly until?: Millis | undefined;
}

/**
 * A search through what is remembered of a portfolio, newest first, a few events a turn. What happens meanwhile is not
 * found, and what is forgotten meanwhile is left to the archive.
 */
export class RememberedSearch {
  readonly found: PrivateEvent[] = [];
  /** Whatever is from this position on was looked at, or is not remembered to be looked at. */
  before: number;
  private isEnough = false;

  /** @param seq the last event at the time of the search. */
  constructor(
    private readonly log: EventLog | undefined,
    seq: number,
    private readonly search: Search,
    private readonly since: Millis,
    private readonly isArchived: (event: PrivateEvent) => boolean,
  ) {
    this.before = seq + 1;
  }

  /** Whether nothing more is wanted, or there is nothing more. */
  get isOver(): boolean {
    return this.isEnough || this.before === 1;
  }

  /** Reads on for a turn. False when nothing more is remembered, or wanted, or what comes next is archived. */
  readOn(): boolean {
    const { listed, isWanted, limit, until = Number.POSITIVE_INFINITY } = this.search;
    let read = 0;
    for (const event of this.log?.candidates(listed, this.before, until) ?? []) {
      this.isEnough = event.time < this.since;
      if (this.isEnough) return false;
      const isMeant = event.time <= until && isListed(event, listed) && isWanted(event.data);
      this.isEnough = isMeant && this.found.push(event) === limit;
      if (this.isEnough) return false;
      this.before = event.seq;
      read += 1;
      if (read === READ_PER_TURN) return !this.isArchived(event);
    }
    this.before = Math.min(this.before, this.log?.oldest ?? this.before);
    return false;
  }
}
