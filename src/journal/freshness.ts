/** How often it is asked whether the server is silent. */
export const SILENCE_WATCH_MS = 250;

/**
 * Knows how old this process's copy of the exchange may be, for two reasons that must not be confused. The journal's
 * server may be silent: that is counted in ticks of this process, because after a pause of its own nobody else was
 * silent. And this process may have been paused: that shows by the clock at once, before anything was read again.
 */
export class Freshness {
  #silentTicks = 0;
  /** The copy was up to date then, on the clock of `performance.now`. */
  #asOfMs = performance.now();
  /** Nothing that the journal held then is missing, on the same clock. */
  #completeAsOfMs = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param ageMaxMs a copy that is older than this is behind.
   * @param onSilence called at every tick while the server has been silent for that long, and from a little before.
   */
  constructor(
    private readonly ageMaxMs: number,
    private readonly onSilence: () => void,
  ) {}

  /** For how long it is not known whether anything has happened. */
  get ageMs(): number {
    return performance.now() - this.#asOfMs;
  }

  get isBehind(): boolean {
    return this.ageMs > this.ageMaxMs;
  }

  /** For how long the server has not answered. */
  get silentMs(): number {
    return this.#silentTicks * SILENCE_WATCH_MS;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), SILENCE_WATCH_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** The server has answered, or this process is busy with what it answered: nobody is silent. */
  heard(): void {
    this.#silentTicks = 0;
  }

  /**
   * What the journal held when it was asked was applied, which is the time to be given: all of it, or the beginning where
   * it was more than one read brings.
   */
  upToDate(asOfMs: number, isComplete = true): void {
    this.#asOfMs = asOfMs;
    if (isComplete) this.#completeAsOfMs = asOfMs;
    if (this.#waiting.length > 0 && !this.isBehind) this.release();
  }

  /** Whether everything was applied that the journal held at a moment of `performance.now`. */
  isCompleteAsOf(momentMs: number): boolean {
    return this.#completeAsOfMs >= momentMs;
  }

  /** Calls back once `upToDate` was told of a time that is near enough, or at `release`. */
  wait(onFresh: () => void): void {
    this.#waiting.push(onFresh);
  }

  /** Lets those who wait go on with what there is. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const onFresh of waiting) onFresh();
  }

  #tick(): void {
    this.#silentTicks++;
    if (this.silentMs >= this.ageMaxMs) this.onSilence();
  }
}
