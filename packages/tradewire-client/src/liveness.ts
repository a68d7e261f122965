const TICK_MS = 1_000;
/** After so long without any frame while an answer is due, the client asks whether anybody is there. */
const PROBE_AFTER_MS = 5_000;
const PROBE_TIMEOUT_MS = 5_000;
/** One heartbeat may be late, two in a row are not. */
const HEARTBEATS_MISSED = 2;

/** What the watch over a connection needs to know and can do. */
export interface Watched {
  /** Whether an answer is due. */
  isWaiting(): boolean;
  /** Asks for an answer that costs nothing and that even a gateway without a journal gives. */
  probe(): void;
  /** Nobody is there. */
  dead(): void;
}

/**
 * Finds out that a connection is dead by what does not come over it: a socket can look open long after the other
 * side is gone, and its pings be answered by a machine whose program hangs. Any frame counts as life.
 */
export class Liveness {
  private heardAtMs = performance.now();
  private probedAtMs: number | null = null;
  private readonly ticks: ReturnType<typeof setInterval>;

  constructor(
    private readonly heartbeatMs: number,
    private readonly watched: Watched,
  ) {
    this.ticks = setInterval(() => this.tick(performance.now()), TICK_MS);
  }

  /** A frame has come. */
  heard(): void {
    this.heardAtMs = performance.now();
    this.probedAtMs = null;
  }

  stop(): void {
    clearInterval(this.ticks);
  }

  private tick(nowMs: number): void {
    const silentMs = nowMs - this.heardAtMs;
    if (silentMs > this.heartbeatMs * HEARTBEATS_MISSED) return this.watched.dead();
    if (this.probedAtMs !== null) {
      if (nowMs - this.probedAtMs > PROBE_TIMEOUT_MS) this.watched.dead();
    } else if (silentMs > PROBE_AFTER_MS && this.watched.isWaiting()) {
      this.probedAtMs = nowMs;
      this.watched.probe();
    }
  }
}
