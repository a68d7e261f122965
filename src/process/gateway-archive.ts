import type { Logger } from 'pino';
import { ArchiveProgress } from '../archive/archive-progress.js';
import { RedisArchiveReader } from '../archive/archive-reader-redis.js';
import { History } from '../archive/history.js';
import { SNAPSHOT_DEFAULTS } from '../archive/snapshot-schedule.js';
import type { Config } from '../config.js';
import type { EntryId } from '../journal/journal.js';
import { REDIS_LEASE_DEFAULTS, RedisLease } from '../journal/lease-redis.js';
import { ArchiveKeeper } from './archive-keeper.js';

export interface ArchiveOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly logger: Logger;
}

/** A gateway's part in the archive: it reads it, watches how far it is, and has it written while it holds the lease. */
export class GatewayArchive {
  readonly history: History;
  private readonly archive: RedisArchiveReader;
  private readonly progress: ArchiveProgress;
  private readonly lease: RedisLease;
  private readonly keeper: ArchiveKeeper;

  /**
   * @param holder names this process in its lease.
   * @param reached the last journal entry that this gateway has applied.
   */
  constructor({ config, redisUrl, logger }: ArchiveOptions, holder: string, reached: () => EntryId) {
    const { venue, limits } = config;
    this.archive = new RedisArchiveReader(redisUrl, venue, logger);
    this.progress = new ArchiveProgress(this.archive, reached, logger);
    this.history = new History(this.archive, this.progress);
    this.lease = new RedisLease(redisUrl, venue, 'archive', holder, REDIS_LEASE_DEFAULTS, logger);
    const snapshots = { ...SNAPSHOT_DEFAULTS, ...limits };
    const order = { redisUrl, venue, limits, snapshots, logLevel: logger.level };
    this.keeper = new ArchiveKeeper(order, this.lease, logger);
  }

  get lagMs(): number {
    return this.progress.lagMs;
  }

  start(): void {
    this.progress.start();
    this.lease.start();
    this.keeper.start();
  }

  async stop(): Promise<void> {
    this.progress.stop();
    await this.keeper.stop();
    await this.lease.stop();
    this.archive.close();
  }

  /** The exchange is rebuilt. */
  reset(): void {
    this.progress.reset();
  }
}
