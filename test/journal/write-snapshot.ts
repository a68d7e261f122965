import type { Logger } from 'pino';
import { ENGINE_VERSION } from '../../src/exchange/codec/batch.js';
import { encodeSnapshot } from '../../src/exchange/codec/snapshot.js';
import { DEAF_LISTENER } from '../../src/exchange/event.js';
import { compareEntryIds, type EntryId, type Journal } from '../../src/journal/journal.js';
import { replay } from '../../src/journal/replay.js';
import { restoreNewest } from '../../src/journal/restore.js';
import type { SnapshotLabel, SnapshotStore } from '../../src/journal/snapshot-store.js';

/**
 * Brings the newest snapshot up to an entry and keeps the result. It works on a copy of its own, so that no
 * gateway has to pause for it. Null when another process kept a snapshot that reaches as far, or did so in the
 * meantime.
 */
export async function writeSnapshot(
  journal: Journal,
  snapshots: SnapshotStore,
  until: EntryId,
  logger: Logger,
): Promise<SnapshotLabel | null> {
  const { exchange, entryId: from } = await restoreNewest(journal, snapshots, DEAF_LISTENER, logger);
  if (compareEntryIds(from, until) >= 0) return null;
  const entryId = await replay(journal, exchange, from, until);
  const label = { entryId, position: exchange.position, engineVersion: ENGINE_VERSION };
  return (await snapshots.save(label, encodeSnapshot(exchange))) ? label : null;
}
