const FOUND_LIFETIME_MS = 30_000;
/** Short, so that what another process made a moment ago is soon known. */
const MISSING_LIFETIME_MS = 1_000;
/** The oldest entries leave first, so that guessed keys cannot fill the memory. */
const ENTRIES_MAX = 10_000;

interface Entry<Value> {
  readonly result: Promise<Value | null>;
  expiresMs: number;
}

/** Remembers look-ups for a while. Several at once for the same name share one; a failed one is not kept. */
export class LookupCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  find(name: string, load: () => Promise<Value | null>): Promise<Value | null> {
    const nowMs = performance.now();
    const known = this.entries.get(name);
    if (known !== undefined && known.expiresMs > nowMs) return known.result;
    const entry: Entry<Value> = { result: load(), expiresMs: nowMs + FOUND_LIFETIME_MS };
    this.entries.delete(name);
    this.entries.set(name, entry);
    if (this.entries.size > ENTRIES_MAX) this.entries.delete(this.entries.keys().next().value!);
    entry.result.then(
      (value) => {
        if (value === null) entry.expiresMs = nowMs + MISSING_LIFETIME_MS;
      },
      () => this.forgetEntry(name, entry),
    );
    return entry.result;
  }

  forget(name: string): void {
    this.entries.delete(name);
  }

  clear(): void {
    this.entries.clear();
  }

  private forgetEntry(name: string, entry: Entry<Value>): void {
    if (this.entries.get(name) === entry) this.entries.delete(name);
  }
}
