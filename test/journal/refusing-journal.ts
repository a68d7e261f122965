import { type EntryId, type Journal, JournalError } from '../../src/journal/journal.js';

/** A journal that refuses to be appended to when it is told to, as one whose disk is full. */
export class Refusing implements Journal {
  isRefusing = false;
  refusals = 0;

  constructor(private readonly journal: Journal) {}

  get generation(): number {
    return this.journal.generation;
  }

  append(bytes: Uint8Array): Promise<EntryId> {
    if (!this.isRefusing) return this.journal.append(bytes);
    this.refusals += 1;
    return Promise.reject(new JournalError('REFUSED', 'It cannot be appended to'));
  }

  readonly read: Journal['read'] = (after, waitMs) => this.journal.read(after, waitMs);
  readonly extent: Journal['extent'] = () => this.journal.extent();
  readonly contains: Journal['contains'] = (id) => this.journal.contains(id);
  readonly found: Journal['found'] = (after, bytes) => this.journal.found(after, bytes);
  readonly serverFacts: Journal['serverFacts'] = () => this.journal.serverFacts();
  readonly close: Journal['close'] = () => this.journal.close();
}
