import { compareEntryIds } from './journal.js';
import type { MemoryJournal } from './memory-journal.js';
import {
  type KeptSnapshot,
  SNAPSHOTS_KEPT,
  type SnapshotLabel,
  type SnapshotStore,
} from './snapshot-store.js';

/** Snapshots in this process's memory, beside a `MemoryJournal`. */
export class MemorySnapshotStore implements SnapshotStore {
  readonly #journal: MemoryJournal;
  #kept: { readonly snapshot: KeptSnapshot; readonly bytes: Uint8Array }[] = [];
  #count = 0;

  constructor(journal: MemoryJournal) {
    this.#journal = journal;
  }

  async save(label: SnapshotLabel, bytes: Uint8Array): Promise<boolean> {
    const newest = this.#kept[0]?.snapshot;
    if (newest !== undefined && compareEntryIds(newest.entryId, label.entryId) >= 0) return false;
    const snapshot = { ...label, key: String(++this.#count), bytes: bytes.length };
    this.#kept = [{ snapshot, bytes: bytes.slice() }, ...this.#kept].slice(0, SNAPSHOTS_KEPT);
    const oldest = this.#kept[SNAPSHOTS_KEPT - 1];
    if (oldest !== undefined) this.#journal.trimBefore(oldest.snapshot.entryId);
    return true;
  }

  async list(): Promise<readonly KeptSnapshot[]> {
    return this.#kept.map(({ snapshot }) => snapshot);
  }

  async load(snapshot: KeptSnapshot): Promise<Uint8Array | null> {
    return this.#kept.find((kept) => kept.snapshot.key === snapshot.key)?.bytes ?? null;
  }

  close(): void {}
}
