import type { AccountId } from '../../exchange/units.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';

/**
 * Cancels a portfolio's orders after the disconnect of a session that asked for it, unless the portfolio is
 * back within the grace time. It also fires when the gateway drains; not when the gateway itself dies.
 */
export class DisconnectGuard {
  private readonly pending = new Map<AccountId, NodeJS.Timeout>();

  constructor(private readonly venue: Venue) {}

  /** A session of the portfolio is here: what a lost one had asked for is off. */
  connected(client: Client): void {
    const timer = this.pending.get(client.account.id);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.pending.delete(client.account.id);
  }

  disconnected(client: Client): void {
    if (client.cancelOnDisconnectMs === null) return;
    this.connected(client);
    if (client.cancelOnDisconnectMs === 0) return this.cancelAll(client.account.id);
    const timer = setTimeout(() => this.cancelAll(client.account.id), client.cancelOnDisconnectMs);
    this.pending.set(client.account.id, timer);
  }

  /** The gateway stops: nobody can come back to it, so whoever is waited for is cancelled for now. */
  stop(): void {
    for (const [account, timer] of this.pending) {
      clearTimeout(timer);
      this.cancelAll(account);
    }
    this.pending.clear();
  }

  private cancelAll(account: AccountId): void {
    this.pending.delete(account);
    this.venue.submit({ kind: 'CANCEL_ALL', account, instrument: null }, () => undefined);
  }
}
