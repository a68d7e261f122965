import type { Position } from '../exchange/units.js';
import type { EntryId } from './journal.js';

/** What a snapshot says of itself. */
export interface SnapshotLabel {
  /** The last entry that went into it. */
  readonly entryId: EntryId;
  /** How many entries went into it since the venue began. */
  readonly position: Position;
  /** The version of the exchange that wrote it and can read it. */
  readonly engineVersion: number;
}

export interface KeptSnapshot extends SnapshotLabel {
  /** Under which name the store keeps it. */
  readonly key: string;
  readonly bytes: number;
}

/** How many snapshots are kept: the older one is the way back should the newer one be damaged. */
export const SNAPSHOTS_KEPT = 2;

/**
 * Snapshots of the exchange's state beside the journal. Rejects with `JournalError` as the journal does.
 */
export interface SnapshotStore {
  /**
   * Keeps a snapshot as the newest, forgets the one that is now too old, and trims the journal behind the oldest
   * that is left. Resolves to false, and keeps nothing, when another process kept one in the meantime, or one that
   * reaches as far.
   */
  save(label: SnapshotLabel, bytes: Uint8Array): Promise<boolean>;

  /** The kept ones, newest first. */
  list(): Promise<readonly KeptSnapshot[]>;

  /** The bytes exactly as they were saved, or null when they are damaged or gone. */
  load(snapshot: KeptSnapshot): Promise<Uint8Array | null>;

  close(): void;
}
