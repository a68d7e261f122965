import type { Logger } from 'pino';
import type { Millis } from '../exchange/units.js';
import { compareEntryIds, type EntryId } from '../journal/journal.js';
import type { Lease } from '../journal/lease.js';
import type { ArchiveBuffer } from './archive-buffer.js';
import { ArchiveLag } from './archive-lag.js';
import type { RedisArchive } from './archive-redis.js';

/** How often what waits is archived, and what others archived is dropped. */
const WORK_EVERY_MS = 500;
/** A standstill that is no passing matter any more, and is logged. */
const STANDSTILL_MS = 30_000;
/** How many events go to Redis at once, so that nobody else is kept waiting for long. */
const CHUNK_EVENTS = 250;

/**
 * Brings what this gateway has seen into the archive while it holds the lease, and drops what whoever holds it has
 * archived. Off the path of orders: nothing waits for it but snapshots, which must not get ahead of it, since a
 * restart tells again only what came after its snapshot.
 */
export class Archivist {
  private timer: NodeJS.Timeout | null = null;
  private work: Promise<void> | null = null;
  private archivedUntil: EntryId | null = null;
  private readonly lag = new ArchiveLag(WORK_EVERY_MS);

  /**
   * `now` is the exchange's clock. `rebuild` has the exchange restored from its newest snapshot, so that what came after
   * it is told again; it may be called again until that has begun.
   */
  constructor(
    private readonly archive: RedisArchive,
    private readonly buffer: ArchiveBuffer,
    private readonly lease: Lease,
    private readonly now: () => Millis,
    private readonly rebuild: (reason: string) => void,
    private readonly logger: Logger,
    private readonly standstillMs = STANDSTILL_MS,
  ) {}

  /** Up to which journal entry everything was archived when last looked at; null: not known. */
  get completeUntil(): EntryId | null {
    return this.archivedUntil;
  }

  /** For how long nothing was archived although something waits; 0 while the archive goes on. */
  get lagMs(): number {
    return this.lag.lagMs;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.watch();
      this.work ??= this.tryWork().finally(() => {
        this.work = null;
      });
    }, WORK_EVERY_MS);
  }

  /** Ends it once what has begun is done. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.work;
  }

  /** The exchange is rebuilt: what was known of its history is void. */
  reset(): void {
    this.buffer.reset();
    this.archivedUntil = null;
  }

  /** Tells once of each standstill. */
  private watch(): void {
    const { reachedUntil } = this.buffer;
    if (reachedUntil === null) return;
    this.lag.look(this.archivedUntil, reachedUntil);
    if (this.lag.standstillLooks !== Math.ceil(this.standstillMs / WORK_EVERY_MS)) return;
    const context = { completeUntil: this.archivedUntil, reachedUntil };
    this.logger.error(context, 'The archive stands still, and no snapshot gets ahead of it');
  }

  private async tryWork(): Promise<void> {
    try {
      await this.archiveNews();
    } catch (error) {
      this.logger.debug({ err: error }, 'Nothing was archived; trying again');
    }
    const omitted = this.buffer.takeOmitted();
    if (omitted > 0)
      this.logger.error({ omitted }, 'Too much waited for the archive; events are missing in it');
  }

  private async archiveNews(): Promise<void> {
    const published = await this.archive.completeUntil();
    this.archivedUntil = published;
    if (published !== null) this.buffer.drop(published);
    if (!this.lease.isHeld || (await this.hasLost(published))) return;
    const { events, until } = this.buffer.waiting();
    if (until === null || (published !== null && compareEntryIds(until, published) <= 0)) return;
    if (!(await this.archive.isInJournal(until))) return;
    for (let start = 0; start < events.length; start += CHUNK_EVENTS) {
      await this.archive.write(events.slice(start, start + CHUNK_EVENTS), this.now());
    }
    if (!(await this.archive.advance(published, until))) return;
    this.archivedUntil = until;
    this.buffer.drop(until);
  }

  /**
   * Whether Redis has lost a part of the archive that is not here any more either. When it has lost the end of the journal
   * with it, the exchange is about to be rebuilt and to tell it again. When the journal is whole, as where only the last
   * of what was written is gone, it has to be asked for that: whether the events were written is not known. The newest
   * snapshot is older than the mark that is left, since none gets ahead of it.
   */
  private async hasLost(published: EntryId | null): Promise<boolean> {
    const { droppedUntil } = this.buffer;
    if (droppedUntil === null) return false;
    if (published !== null && compareEntryIds(published, droppedUntil) >= 0) return false;
    if (await this.archive.isInJournal(droppedUntil)) this.rebuild('Redis has lost a part of the archive');
    return true;
  }
}
