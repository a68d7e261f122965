import type { Caller, SecurityLog } from '../identity/security-log.js';

/** Who asked for what is not theirs: a session or a request, and the credential behind it. */
export interface Asker extends Caller {
  readonly userId: string;
  readonly keyId: string;
}

/** What about a cursor was not the asker's. */
export type CursorFault = 'ANOTHER_EPOCH' | 'FUTURE_SEQ' | 'FOREIGN_PORTFOLIO';

/** What is longer is cut: a path or a query can be long, and nothing of ours is. */
const ASKED_CHARS_MAX = 160;
/** So many refusals of one key are logged in a minute; a client in a loop must not fill the log. */
const LOGGED_PER_KEY_MAX = 5;
/** Beyond so many keys in a minute nothing more is logged in it. */
const KEYS_MAX = 10_000;
const MINUTE_MS = 60_000;

/** Writes to the security log who wants to go on from a history, a position or a portfolio that is not theirs. */
export class RefusedCursors {
  private readonly counts = new Map<string, number>();
  private countedSinceMs = performance.now();

  /** `log` is there once the process has its secret keys. */
  constructor(private readonly log: () => SecurityLog) {}

  /** `asked` is what the caller named: a position, or a portfolio. */
  note({ userId, keyId, address, requestId }: Asker, reason: CursorFault, asked: string): void {
    const nowMs = performance.now();
    if (nowMs - this.countedSinceMs > MINUTE_MS) {
      this.counts.clear();
      this.countedSinceMs = nowMs;
    }
    const count = this.counts.get(keyId) ?? 0;
    if (count === LOGGED_PER_KEY_MAX || (count === 0 && this.counts.size === KEYS_MAX)) return;
    this.counts.set(keyId, count + 1);
    this.log().note(
      'cursor_refused',
      { address, requestId },
      {
        userId,
        keyId,
        reason,
        asked: asked.slice(0, ASKED_CHARS_MAX),
      },
    );
  }
}
