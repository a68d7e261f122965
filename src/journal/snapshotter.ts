import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { BEGINNING, compareEntryIds, type EntryId } from './journal.js';
import type { Lease } from './lease.js';
import type { Replica } from './replica.js';
import type { SnapshotOrder, SnapshotResult } from './snapshot-worker.js';

export interface SnapshotterSettings {
  /** A snapshot is due once this many commands were applied since the last one. */
  readonly snapshotCommands: number;
  /** It is also due after this time, given at least `snapshotCommandsMin` commands. */
  readonly snapshotIntervalMs: number;
  readonly snapshotCommandsMin: number;
  readonly checkEveryMs: number;
}

/** What is not among the limits of limits.ts. */
export const SNAPSHOTTER_DEFAULTS: Omit<SnapshotterSettings, 'snapshotIntervalMs'> = {
  snapshotCommands: 3_000_000,
  snapshotCommandsMin: 10_000,
  checkEveryMs: 5_000,
};

/** How far the archive has come. */
export interface ArchiveProgress {
  /** The entry up to which everything is archived; null: not known. */
  readonly completeUntil: EntryId | null;
}

/** How the snapshot is written. The default is `inWorkerThread`. */
export type SnapshotWriter = (order: SnapshotOrder) => Promise<SnapshotResult>;

/**
 * Has snapshots written from time to time, in the one process that holds the lease. A process that gets the lease
 * counts the commands since it started, so that its first snapshot may come a little early or late. No snapshot gets
 * ahead of the archive: after a restart, what happened before the snapshot is not told again.
 */
export class Snapshotter {
  #timer: NodeJS.Timeout | null = null;
  #isWriting = false;
  #commandsAtLast = 0;
  #lastAtMs = performance.now();
  /** How far the last one reaches that was asked for. */
  #lastUntil: EntryId = BEGINNING;

  constructor(
    private readonly redisUrl: string,
    private readonly venue: string,
    private readonly replica: Replica,
    private readonly archive: ArchiveProgress,
    private readonly lease: Lease,
    private readonly settings: SnapshotterSettings,
    private readonly logger: Logger,
    private readonly write: SnapshotWriter = inWorkerThread,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.#writeIfDue(), this.settings.checkEveryMs);
  }

  /** Starts no further snapshot; one that is being written is left to end or to be forgotten. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #isDue(): boolean {
    if (this.#isWriting || !this.lease.isHeld || this.replica.status.state !== 'READY') return false;
    const commands = this.replica.commandsApplied - this.#commandsAtLast;
    if (commands < 0) this.#commandsAtLast = 0;
    if (commands >= this.settings.snapshotCommands) return true;
    const elapsedMs = performance.now() - this.#lastAtMs;
    return elapsedMs >= this.settings.snapshotIntervalMs && commands >= this.settings.snapshotCommandsMin;
  }

  /** The entry that a snapshot can stand for: the last one applied here that is archived too. */
  get #reachable(): EntryId | null {
    const { completeUntil } = this.archive;
    const { entryId } = this.replica;
    return completeUntil === null || compareEntryIds(completeUntil, entryId) < 0 ? completeUntil : entryId;
  }

  async #writeIfDue(): Promise<void> {
    if (!this.#isDue()) return;
    const until = this.#reachable;
    if (until === null || compareEntryIds(until, this.#lastUntil) <= 0) return;
    this.#isWriting = true;
    const startedAtMs = performance.now();
    const commands = this.replica.commandsApplied;
    const { redisUrl, venue, logger } = this;
    try {
      const order = { redisUrl, venue, until, logLevel: logger.level };
      const snapshot = await this.write(order);
      const tookMs = Math.round(performance.now() - startedAtMs);
      logger.info({ snapshot, tookMs }, 'A snapshot was written');
      this.#commandsAtLast = commands;
      this.#lastUntil = until;
    } catch (error) {
      logger.error({ err: error }, 'No snapshot was written; trying again later');
    } finally {
      this.#lastAtMs = performance.now();
      this.#isWriting = false;
    }
  }
}

async function inWorkerThread(order: SnapshotOrder): Promise<SnapshotResult> {
  const worker = new Worker(new URL('./snapshot-worker.js', import.meta.url), { workerData: order });
  try {
    const [result] = (await once(worker, 'message')) as [SnapshotResult];
    return result;
  } finally {
    await worker.terminate();
  }
}
