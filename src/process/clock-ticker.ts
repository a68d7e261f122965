import type { Venue } from '../gateway/venue.js';

const CHECK_EVERY_MS = 250;

/**
 * Lets time pass on a quiet venue: when something of the exchange is due and no command has come to bring its
 * time, an empty one is sent. Every gateway does so; the second one finds nothing due any more.
 */
export class ClockTicker {
  private timer: NodeJS.Timeout | null = null;
  private isSent = false;

  constructor(private readonly venue: Venue) {}

  start(): void {
    this.timer = setInterval(() => this.tickIfDueAt(this.venue.now()), CHECK_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private tickIfDueAt(time: number): void {
    const { nextDueAt } = this.venue.exchange;
    if (this.isSent || nextDueAt === null || nextDueAt > time) return;
    this.isSent = true;
    this.venue.submit({ kind: 'TICK' }, ({ error }) => {
      this.isSent = false;
      // What is done in slices is due still at the exchange's own time, and goes on with the next entry.
      if (error === null) this.tickIfDueAt(this.venue.exchange.time);
    });
  }
}
