import {
  BEGINNING,
  compareEntryIds,
  type Entry,
  type EntryId,
  type Extent,
  entryTime,
  type Journal,
  JournalError,
  type ServerFacts,
} from './journal.js';

/** The journal in this process's memory: for tests and for trying things out. Nothing outlives the process. */
export class MemoryJournal implements Journal {
  readonly generation = 1;
  #entries: Entry[] | null = null;
  #last: EntryId = BEGINNING;
  #trimmed = false;
  #wakeReaders: (() => void)[] = [];

  /** @param now milliseconds since 1970, as the server's clock. */
  constructor(private readonly now: () => number = Date.now) {}

  async append(bytes: Uint8Array): Promise<EntryId> {
    if (this.#entries === null) throw new JournalError('VANISHED', 'The journal does not exist');
    return this.#push(this.#entries, this.#nextId(), bytes);
  }

  async read(after: EntryId, waitMs: number): Promise<readonly Entry[]> {
    const entries = this.#after(after);
    if (entries.length > 0 || waitMs === 0) return entries;
    await this.#nextEntry(waitMs);
    return this.#after(after);
  }

  async extent(): Promise<Extent | null> {
    if (this.#entries === null) return null;
    const [first = null] = this.#entries;
    const complete = !this.#trimmed && first?.bytes.length !== 0;
    return { first: first?.id ?? null, last: this.#last, complete };
  }

  async contains(id: EntryId): Promise<boolean> {
    return this.#entries?.some((entry) => entry.id === id) ?? false;
  }

  async found(after: EntryId, bytes: Uint8Array): Promise<boolean> {
    if (this.#entries !== null && compareEntryIds(after, this.#last) <= 0) return false;
    this.#entries = [];
    if (after !== BEGINNING) this.#push(this.#entries, after, new Uint8Array());
    this.#push(this.#entries, this.#nextId(), bytes);
    return true;
  }

  async serverFacts(): Promise<ServerFacts> {
    return { runId: 'memory', historyIsCertain: true };
  }

  close(): void {
    this.#wake();
  }

  /** Forgets the entries before an id. */
  trimBefore(id: EntryId): void {
    const kept = this.#entries?.filter((entry) => compareEntryIds(entry.id, id) >= 0) ?? null;
    this.#trimmed ||= kept?.length !== this.#entries?.length;
    this.#entries = kept;
  }

  #after(after: EntryId): readonly Entry[] {
    return this.#entries?.filter((entry) => compareEntryIds(entry.id, after) > 0) ?? [];
  }

  #nextId(): EntryId {
    const time = this.now();
    const lastTime = entryTime(this.#last);
    if (time > lastTime) return `${time}-0` as EntryId;
    const sequence = Number(this.#last.slice(this.#last.indexOf('-') + 1));
    return `${lastTime}-${sequence + 1}` as EntryId;
  }

  #push(entries: Entry[], id: EntryId, bytes: Uint8Array): EntryId {
    entries.push({ id, bytes: bytes.slice() });
    this.#last = id;
    this.#wake();
    return id;
  }

  async #nextEntry(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wakeReaders.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const readers = this.#wakeReaders;
    this.#wakeReaders = [];
    for (const wake of readers) wake();
  }
}
