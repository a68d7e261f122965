import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import type { EntryId } from './journal.js';
import { RedisJournal } from './journal-redis.js';
import type { SnapshotLabel } from './snapshot-store.js';
import { RedisSnapshotStore } from './snapshot-store-redis.js';
import { writeSnapshot } from './write-snapshot.js';

/** What the thread that starts this worker hands over. */
export interface SnapshotOrder {
  readonly redisUrl: string;
  readonly venue: string;
  readonly until: EntryId;
  readonly logLevel: string;
}

/** What the worker posts back: null when another process was faster. */
export type SnapshotResult = SnapshotLabel | null;

/** Of the scheduler: this thread takes what the gateways leave over. */
const NICENESS = 10;

async function writeOrdered({ redisUrl, venue, until, logLevel }: SnapshotOrder): Promise<SnapshotResult> {
  const logger = pino({ level: logLevel, base: { worker: 'snapshot' } });
  const journal = new RedisJournal(redisUrl, venue, logger);
  const snapshots = new RedisSnapshotStore(redisUrl, venue, logger);
  try {
    await Promise.all([journal.whenConnected(), snapshots.whenConnected()]);
    return await writeSnapshot(journal, snapshots, until, logger);
  } finally {
    journal.close();
    snapshots.close();
  }
}

setPriority(NICENESS);
parentPort?.postMessage(await writeOrdered(workerData as SnapshotOrder));
