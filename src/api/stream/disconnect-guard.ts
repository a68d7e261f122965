import type { ErrorCode } from '../../exchange/error-code.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';

/** The pause before a cancellation that was not done is tried again. */
const RETRY_MS = 250;
/** After these the orders may still be open. */
const NOT_DONE: ReadonlySet<ErrorCode | null> = new Set(['UNAVAILABLE', 'OVERLOADED', 'UNKNOWN_OUTCOME']);

/** What is owed to a portfolio whose session was lost. */
interface Duty {
  /** True once the grace time is over. */
  readonly isDue: boolean;
  /** Until it is due, or is tried again; undefined while its command is under way. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Cancels a portfolio's orders after the disconnect of a session that asked for it, unless the portfolio is
 * back within the grace time, and tries until it is done. It also fires when the gateway drains; not when the
 * gateway itself dies.
 */
export class DisconnectGuard {
  /** By portfolio id: an account's number means nothing after the exchange was rebuilt. */
  private readonly duties = new Map<string, Duty>();
  private isStopped = false;

  constructor(private readonly venue: Venue) {}

  /**
   * A session of the portfolio is here: what a lost one had asked for is off. What was due already is sent now,
   * before anything that the new session may place, and not again, which could take its orders.
   */
  connected({ account: { portfolioId } }: Client): void {
    const duty = this.relieve(portfolioId);
    if (duty?.isDue) this.submit(portfolioId, () => undefined);
  }

  disconnected({ account: { portfolioId }, cancelOnDisconnectMs }: Client): void {
    if (cancelOnDisconnectMs === null) return;
    const isDue = this.relieve(portfolioId)?.isDue === true;
    if (isDue || cancelOnDisconnectMs === 0) this.cancelAll(portfolioId);
    else this.postpone(portfolioId, { isDue: false, timer: undefined }, cancelOnDisconnectMs);
  }

  /** The gateway stops: nobody can come back to it, so whoever is waited for is cancelled for now. */
  stop(): void {
    this.isStopped = true;
    for (const portfolioId of [...this.duties.keys()]) {
      this.relieve(portfolioId);
      this.cancelAll(portfolioId);
    }
  }

  private cancelAll(portfolioId: string): void {
    const duty: Duty = { isDue: true, timer: undefined };
    this.duties.set(portfolioId, duty);
    this.submit(portfolioId, (error) => {
      if (this.duties.get(portfolioId) !== duty) return;
      if (NOT_DONE.has(error) && !this.isStopped) this.postpone(portfolioId, duty, RETRY_MS);
      else this.duties.delete(portfolioId);
    });
  }

  private postpone(portfolioId: string, duty: Duty, durationMs: number): void {
    duty.timer = setTimeout(() => this.cancelAll(portfolioId), durationMs);
    this.duties.set(portfolioId, duty);
  }

  private relieve(portfolioId: string): Duty | undefined {
    const duty = this.duties.get(portfolioId);
    clearTimeout(duty?.timer);
    this.duties.delete(portfolioId);
    return duty;
  }

  private submit(portfolioId: string, onDone: (error: ErrorCode | null) => void): void {
    const account = this.venue.exchange.findPortfolio(portfolioId);
    // An exchange that is being rebuilt may not have come to the portfolio yet.
    if (account === undefined) return onDone('UNAVAILABLE');
    const command = { kind: 'CANCEL_ALL', account: account.id, instrument: null } as const;
    this.venue.submit(command, ({ error }) => onDone(error));
  }
}
