import { compareEntryIds, type EntryId } from '../journal/journal.js';

/**
 * For how many looks in a row the archive has stood still although something waits for it. Counts looks, not time: while
 * this very process paused, nothing else was late.
 */
export class ArchiveLag {
  private mark: EntryId | null = null;
  private count = 0;

  get looks(): number {
    return this.count;
  }

  /** Looks at the entry up to which all is archived, and the one up to which there is something to archive. */
  look(mark: EntryId | null, reached: EntryId | null): void {
    const isComplete = reached === null || (mark !== null && compareEntryIds(reached, mark) <= 0);
    this.count = isComplete || mark !== this.mark ? 0 : this.count + 1;
    this.mark = mark;
  }
}
