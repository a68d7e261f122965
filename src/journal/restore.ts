import type { Logger } from 'pino';
import { ENGINE_VERSION } from '../exchange/codec/batch.js';
import { restoreSnapshot } from '../exchange/codec/snapshot.js';
import type { ExchangeListener } from '../exchange/event.js';
import { Exchange } from '../exchange/exchange.js';
import { continuityAfter } from './continuity.js';
import { ForeignEngineVersion } from './foreign-engine-version.js';
import { BEGINNING, compareEntryIds, type EntryId, type Journal } from './journal.js';
import type { KeptSnapshot, SnapshotStore } from './snapshot-store.js';

/** The exchange as it was after an entry, from where the journal goes on. */
export interface Restored {
  readonly exchange: Exchange;
  readonly entryId: EntryId;
}

/** What Redis holds does not suffice to rebuild the exchange. */
export class UnrestorableVenue extends Error {
  override readonly name = 'UnrestorableVenue';
}

/**
 * The exchange of the newest snapshot that is intact and that the journal goes on from, else an empty one if the
 * journal is complete. A snapshot beyond the journal's end counts too: it holds more of what was acknowledged
 * than the journal does.
 */
export async function restoreNewest(
  journal: Journal,
  snapshots: SnapshotStore,
  listener: ExchangeListener,
  logger: Logger,
): Promise<Restored> {
  for (const snapshot of await snapshots.list()) {
    const exchange = await restore(journal, snapshots, snapshot, listener);
    if (exchange !== null) return { exchange, entryId: snapshot.entryId };
    logger.error({ snapshot }, 'A snapshot is damaged or of another history; trying an older one');
  }
  const extent = await journal.extent();
  if (extent !== null && !extent.complete) {
    throw new UnrestorableVenue(
      'The journal was trimmed and no intact snapshot stands for what is missing. ' +
        'Restore the backup of Redis, or choose another VENUE to start afresh.',
    );
  }
  return { exchange: new Exchange(listener), entryId: BEGINNING };
}

async function restore(
  journal: Journal,
  snapshots: SnapshotStore,
  snapshot: KeptSnapshot,
  listener: ExchangeListener,
): Promise<Exchange | null> {
  if (snapshot.engineVersion !== ENGINE_VERSION) {
    throw new ForeignEngineVersion(`The snapshot of entry ${snapshot.entryId}`, snapshot.engineVersion);
  }
  if (!(await isJoined(journal, snapshot.entryId))) return null;
  const bytes = await snapshots.load(snapshot);
  return bytes === null ? null : restoreSnapshot(bytes, listener);
}

async function isJoined(journal: Journal, entryId: EntryId): Promise<boolean> {
  const extent = await journal.extent();
  if (extent === null || compareEntryIds(entryId, extent.last) > 0) return true;
  return (await continuityAfter(journal, entryId)) === 'INTACT';
}
