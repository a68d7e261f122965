import type { Replica } from '../../journal/replica.js';

/** So many positions are waited for at once; who comes with one more is to try again. */
const WAITING_MAX = 1_000;

/**
 * Waits for positions that this gateway does not know. A client may have its position from a gateway that has read more
 * of the journal. Once everything was read that the journal held when it was asked, whatever is still unknown is nothing
 * that a client can have come by.
 */
export class UnknownCursors {
  private waiting = 0;

  constructor(private readonly replica: Pick<Replica, 'status' | 'freshness'>) {}

  /** True when a position is known by now, false when it certainly is none; null when that cannot be found out now. */
  async judge(isKnown: () => boolean): Promise<boolean | null> {
    if (isKnown()) return true;
    if (this.waiting === WAITING_MAX) return null;
    const askedAtMs = performance.now();
    const { replica } = this;
    this.waiting += 1;
    while (replica.status.state === 'READY' && !isKnown() && !replica.freshness.isCompleteAsOf(askedAtMs)) {
      await new Promise<void>((resolve) => replica.freshness.wait(resolve));
    }
    this.waiting -= 1;
    return replica.status.state === 'READY' ? isKnown() : null;
  }
}
