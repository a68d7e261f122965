import type { Exchange } from '../exchange/exchange.js';
import type { Venue } from '../gateway/venue.js';
import { dueInstruments, type PredictionListing } from '../market/prediction-calendar.js';
import type { VenueBootstrap } from './venue-bootstrap.js';

const CHECK_EVERY_MS = 250;

/**
 * Lists the next predictions when a quarter has ended, or when those of the present one have settled before. Every
 * gateway does so; what another has listed already stays as it is.
 */
export class PredictionLister {
  private timer: NodeJS.Timeout | null = null;
  private isListing = false;
  /** Each is listed once in an exchange, so that one which it refuses is not tried for ever. */
  private readonly listed = new Set<string>();
  /** The exchange that they were listed in: one that is rebuilt after Redis has lost its history knows none of them. */
  private listedIn: Exchange | null = null;

  constructor(
    private readonly questions: readonly PredictionListing[],
    private readonly venue: Venue,
    private readonly bootstrap: VenueBootstrap,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.listDue(), CHECK_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async listDue(): Promise<void> {
    if (this.isListing || !this.bootstrap.isDone) return;
    this.isListing = true;
    const { exchange } = this.venue;
    if (exchange !== this.listedIn) this.listed.clear();
    this.listedIn = exchange;
    for (const instrument of dueInstruments(this.questions, exchange, this.venue.now())) {
      if (this.listed.has(instrument.symbol)) continue;
      this.listed.add(instrument.symbol);
      await this.bootstrap.list(instrument);
    }
    this.isListing = false;
  }
}
