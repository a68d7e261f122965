import { compareEntryIds, type EntryId, entryTime } from '../journal/journal.js';

/**
 * How far the archive is behind, by regular looks at it. Counts looks, not time: while this very process paused, nothing
 * else was late.
 */
export class ArchiveLag {
  private mark: EntryId | null = null;
  private standing = 0;
  private behind = 0;
  private distanceMs = 0;

  constructor(private readonly lookEveryMs: number) {}

  /** For how many looks in a row it has not moved although something waits. */
  get standstillLooks(): number {
    return this.standing;
  }

  /**
   * For how long the oldest of what is not archived waits, about: as far back as the journal's times say, but no longer
   * than since all was archived; and at least for as long as nothing moves.
   */
  get lagMs(): number {
    return Math.max(
      this.standing * this.lookEveryMs,
      Math.min(this.distanceMs, this.behind * this.lookEveryMs),
    );
  }

  /** Looks at the entry up to which all is archived, and the one up to which there is something to archive. */
  look(mark: EntryId | null, reached: EntryId): void {
    const isComplete = mark !== null && compareEntryIds(reached, mark) <= 0;
    this.behind = isComplete ? 0 : this.behind + 1;
    this.standing = isComplete || mark !== this.mark ? 0 : this.standing + 1;
    this.distanceMs = isComplete || mark === null ? 0 : entryTime(reached) - entryTime(mark);
    this.mark = mark;
  }
}
