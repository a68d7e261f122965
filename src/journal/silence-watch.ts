const WATCH_EVERY_MS = 250;

/**
 * Notices that the journal's server does not answer any more. It counts its own ticks, not time: after a pause of
 * this very process nobody else was silent.
 */
export class SilenceWatch {
  #silentTicks = 0;
  #heardAtMs = performance.now();
  #timer: NodeJS.Timeout | null = null;

  /** @param onSilence called at every tick from `silenceMaxMs` after the last answer on, and never later than that. */
  constructor(
    private readonly silenceMaxMs: number,
    private readonly onSilence: () => void,
  ) {}

  /** The server has answered. */
  heard(): void {
    this.#silentTicks = 0;
    this.#heardAtMs = performance.now();
  }

  /** This process is busy with what it has heard: it does not wait for an answer. */
  working(): void {
    this.#silentTicks = 0;
  }

  /** How long ago it answered last; after a pause of this process that includes the pause. */
  get silentMs(): number {
    return performance.now() - this.#heardAtMs;
  }

  /**
   * True while what this process knows may be older than it looks: the server is silent, or this process was paused
   * and has not heard of it since.
   */
  get isBehind(): boolean {
    return this.silentMs > this.silenceMaxMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), WATCH_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #tick(): void {
    this.#silentTicks++;
    if (this.#silentTicks * WATCH_EVERY_MS >= this.silenceMaxMs) this.onSilence();
  }
}
