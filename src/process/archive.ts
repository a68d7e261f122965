import type { Logger } from 'pino';
import { ArchiveBuffer } from '../archive/archive-buffer.js';
import { ArchiveProgress } from '../archive/archive-progress.js';
import { RedisArchiveReader } from '../archive/archive-reader-redis.js';
import { RedisArchive } from '../archive/archive-redis.js';
import { Archivist } from '../archive/archivist.js';
import { History } from '../archive/history.js';
import type { Config } from '../config.js';
import type { Millis } from '../exchange/units.js';
import type { EntryId } from '../journal/journal.js';
import { REDIS_LEASE_DEFAULTS, RedisLease } from '../journal/lease-redis.js';

export interface ArchiveOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly logger: Logger;
}

/** A gateway's part in the archive: it keeps what it sees until somebody has archived it, and reads it back. */
export class GatewayArchive {
  readonly buffer: ArchiveBuffer;
  readonly history: History;
  private readonly progress: ArchiveProgress;
  private readonly reader: RedisArchiveReader;
  private readonly archive: RedisArchive;
  private readonly lease: RedisLease;
  private readonly archivist: Archivist;

  /** `holder` names this process in its lease; `now` is the exchange's clock, and `rebuild` has the exchange rebuilt. */
  constructor(
    { config, redisUrl, logger }: ArchiveOptions,
    holder: string,
    now: () => Millis,
    rebuild: (reason: string) => void,
    reached: () => EntryId,
  ) {
    const { venue, limits } = config;
    this.buffer = new ArchiveBuffer(limits);
    this.archive = new RedisArchive(redisUrl, venue, limits, logger);
    this.reader = new RedisArchiveReader(redisUrl, venue, logger);
    this.progress = new ArchiveProgress(this.reader, reached, logger);
    this.history = new History(this.reader, this.progress);
    this.lease = new RedisLease(redisUrl, venue, 'archive', holder, REDIS_LEASE_DEFAULTS, logger);
    this.archivist = new Archivist(this.archive, this.buffer, this.lease, now, rebuild, logger);
  }

  get completeUntil(): EntryId | null {
    return this.archivist.completeUntil;
  }

  get lagMs(): number {
    return this.archivist.lagMs;
  }

  /** To be called at once, so that what is archived already is not kept while the journal is replayed. */
  start(): void {
    this.lease.start();
    this.archivist.start();
    this.progress.start();
  }

  async stop(): Promise<void> {
    await this.archivist.stop();
    await this.lease.stop();
    this.archive.close();
    this.progress.stop();
    this.reader.close();
  }

  endTurn(entryId: EntryId): void {
    this.buffer.endTurn(entryId);
  }

  reset(): void {
    this.archivist.reset();
    this.progress.reset();
  }
}
