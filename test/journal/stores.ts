import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Journal } from '../../src/journal/journal.js';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { MemoryJournal } from '../../src/journal/memory-journal.js';
import { MemorySnapshotStore } from '../../src/journal/memory-snapshot-store.js';
import type { SnapshotStore } from '../../src/journal/snapshot-store.js';
import { RedisSnapshotStore } from '../../src/journal/snapshot-store-redis.js';

export const SILENT = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export function testRedisUrl(): string {
  return process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';
}

/** A journal and the snapshots beside it, of one venue. */
export interface Stores {
  readonly venue: string;
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  close(): void;
}

export function newVenueName(): string {
  return `t-${randomUUID()}`;
}

export async function openRedisStores(venue = newVenueName(), url = testRedisUrl()): Promise<Stores> {
  const journal = new RedisJournal(url, venue, SILENT);
  const snapshots = new RedisSnapshotStore(url, venue, SILENT);
  await Promise.all([journal.whenConnected(), snapshots.whenConnected()]);
  return {
    venue,
    journal,
    snapshots,
    close() {
      journal.close();
      snapshots.close();
    },
  };
}

export async function openMemoryStores(): Promise<Stores> {
  const journal = new MemoryJournal();
  const snapshots = new MemorySnapshotStore(journal);
  return { venue: newVenueName(), journal, snapshots, close: () => journal.close() };
}
