import type { Logger } from 'pino';
import type { Millis } from '../exchange/units.js';
import type { EntryId } from '../journal/journal.js';
import { ArchiveLag } from './archive-lag.js';
import type { RedisArchiveReader } from './archive-reader-redis.js';
import type { Mark } from './mark.js';

/** How often it is looked up how far the archive is. */
const LOOK_EVERY_MS = 500;
/** A standstill that is no passing matter any more, and is logged. */
const STANDSTILL_MS = 30_000;

/** What a gateway knows of how far the archive is, whoever writes it. */
export class ArchiveProgress {
  private timer: NodeJS.Timeout | null = null;
  private mark: Mark | null = null;
  private isLooking = false;
  private rebuilds = 0;
  private readonly lag = new ArchiveLag(LOOK_EVERY_MS);

  /** @param reached the last journal entry that this gateway has applied: what the archive is held against. */
  constructor(
    private readonly archive: RedisArchiveReader,
    private readonly reached: () => EntryId,
    private readonly logger: Logger,
    private readonly standstillMs = STANDSTILL_MS,
  ) {}

  /** Everything that happened before this moment, by the exchange's clock, is archived; null: not known. */
  get archivedUntil(): Millis | null {
    return this.mark?.time ?? null;
  }

  /** For how long the oldest of what is not archived waits, about; 0 when the archive is complete. */
  get lagMs(): number {
    return this.lag.lagMs;
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** The exchange is rebuilt: what was known of its history is void. */
  reset(): void {
    this.mark = null;
    this.rebuilds += 1;
  }

  private async look(): Promise<void> {
    this.watch();
    if (this.isLooking) return;
    this.isLooking = true;
    const { rebuilds } = this;
    try {
      const mark = await this.archive.mark();
      if (rebuilds === this.rebuilds) this.mark = mark;
    } catch (error) {
      this.logger.debug({ err: error }, 'How far the archive is could not be looked up');
    } finally {
      this.isLooking = false;
    }
  }

  /** Tells once of each standstill. */
  private watch(): void {
    const reached = this.reached();
    this.lag.look(this.mark?.entryId ?? null, reached);
    if (this.lag.standstillLooks !== Math.ceil(this.standstillMs / LOOK_EVERY_MS)) return;
    const context = { completeUntil: this.mark?.entryId ?? null, reached };
    this.logger.error(context, 'The archive stands still, and no snapshot gets ahead of it');
  }
}
