import { parentPort, workerData } from 'node:worker_threads';
import { ArchiveFollower } from '../archive/archive-follower.js';
import { type ArchiveLimits, RedisArchiveWriter } from '../archive/archive-writer-redis.js';
import { EventCollector } from '../archive/event-collector.js';
import type { SnapshotSettings } from '../archive/snapshot-schedule.js';
import { historyMsOf } from '../billing/plans.js';
import { RedisJournal } from '../journal/journal-redis.js';
import { RedisSnapshotStore } from '../journal/snapshot-store-redis.js';
import { createLogger } from '../telemetry/logger.js';
import { ArchivedEvents } from './archived-events.js';

/** What the thread that starts this worker hands over. Any message from it asks the worker to end. */
export interface ArchiveOrder {
  readonly redisUrl: string;
  readonly venue: string;
  readonly limits: ArchiveLimits;
  readonly snapshots: SnapshotSettings;
  readonly logLevel: string;
}

async function archiveAsOrdered(order: ArchiveOrder): Promise<void> {
  const { redisUrl, venue } = order;
  const logger = createLogger(order.logLevel).child({ worker: 'archive' });
  const journal = new RedisJournal(redisUrl, venue, logger);
  const snapshots = new RedisSnapshotStore(redisUrl, venue, logger);
  const archive = new RedisArchiveWriter(redisUrl, venue, order.limits, logger);
  const collector = new EventCollector(historyMsOf);
  const listener = new ArchivedEvents(collector);
  const followed = { journal, snapshots, archive };
  const follower = new ArchiveFollower(followed, collector, listener, order.snapshots, logger);
  parentPort?.once('message', () => follower.stop());
  try {
    await Promise.all([journal.whenConnected(), snapshots.whenConnected(), archive.whenConnected()]);
    await follower.run();
  } finally {
    for (const connection of [journal, snapshots, archive]) connection.close();
    parentPort?.close();
  }
}

await archiveAsOrdered(workerData as ArchiveOrder);
