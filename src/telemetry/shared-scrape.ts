/** Where metrics come from; prom-client's Registry is one. */
interface Scraped {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** No collector of metrics asks more often. */
const KEPT_MS = 250;

/**
 * Metrics for whoever asks. Reading them takes milliseconds, and more with many sockets, while anybody may ask as often as
 * they like: so what was read is kept for a moment, and shared by all who ask meanwhile.
 */
export class SharedScrape {
  private latest: Promise<string> | null = null;
  private untilMs = 0;

  /** @param nowMs a clock that never goes back. */
  constructor(
    private readonly source: Scraped,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get contentType(): string {
    return this.source.contentType;
  }

  metrics(): Promise<string> {
    if (this.latest === null || this.nowMs() >= this.untilMs) {
      this.latest = this.source.metrics();
      this.untilMs = this.nowMs() + KEPT_MS;
    }
    return this.latest;
  }
}
