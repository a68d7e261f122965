import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert } from '../exchange/assert.js';
import { type Batch, decodeBatch, ENGINE_VERSION, engineVersionOf } from '../exchange/codec/batch.js';
import type { Exchange } from '../exchange/exchange.js';
import type { BatchDelivery } from './command-queue.js';
import { ForeignEngineVersion } from './foreign-engine-version.js';
import { type Entry, type EntryId, entryTime, type Journal } from './journal.js';

/** How long entries are applied before other work of the process gets its turn. */
const SLICE_MS = 5;

/** Where the outcomes of a batch go; null when nobody waits for them. */
export type DeliveryOf = (batch: Batch) => BatchDelivery | null;

export const TO_NOBODY: DeliveryOf = () => null;

/** Applies one entry. Throws `ForeignEngineVersion` for one that this version must not apply. */
export function applyEntry(exchange: Exchange, entry: Entry, deliveryOf: DeliveryOf): Batch {
  assert(entry.bytes.length > 0, `the snapshot that entry ${entry.id} stands for is gone`);
  const version = engineVersionOf(entry.bytes);
  if (version !== ENGINE_VERSION) throw new ForeignEngineVersion(`Journal entry ${entry.id}`, version);
  const batch = decodeBatch(entry.bytes);
  exchange.applyBatch(entryTime(entry.id), batch, deliveryOf(batch));
  return batch;
}

/**
 * Calls `apply` for each entry, and lets other work of the process go on every few milliseconds. `onPause` comes
 * before each such break and after the last entry, so that nobody else sees what was applied but not announced.
 */
export async function inSlices(
  entries: readonly Entry[],
  apply: (entry: Entry) => void,
  onPause: () => void,
): Promise<void> {
  let sliceStartMs = performance.now();
  for (const entry of entries) {
    if (performance.now() - sliceStartMs > SLICE_MS) {
      onPause();
      await nextTurn();
      sliceStartMs = performance.now();
    }
    apply(entry);
  }
  onPause();
}

/** Applies what follows `after`, up to and including `until` if given, else up to the journal's present end. */
export async function replay(
  journal: Journal,
  exchange: Exchange,
  after: EntryId,
  until: EntryId,
): Promise<EntryId> {
  let at = after;
  while (at !== until) {
    const entries = await journal.read(at, 0);
    if (entries.length === 0) return at;
    const end = entries.findIndex((entry) => entry.id === until);
    const wanted = end === -1 ? entries : entries.slice(0, end + 1);
    await inSlices(
      wanted,
      (entry) => applyEntry(exchange, entry, TO_NOBODY),
      () => {},
    );
    at = wanted.at(-1)!.id;
  }
  return at;
}
