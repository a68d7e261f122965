import { strict as assert } from 'node:assert';
import type { Level } from './local-book.js';
import type { Tradewire } from './tradewire.js';

/** What a test tells the world of a venue, over the sandbox's routes. Each resolves once it was applied. */
export class Sandbox {
  constructor(private readonly tradewire: Tradewire) {}

  /** Replaces the house's quotes; a side left out stays. */
  market(
    symbol: string,
    quotes: { oracle?: number; bids?: readonly Level[]; asks?: readonly Level[]; fundingRate?: number },
  ): Promise<void> {
    return this.post('market', { symbol, ...quotes });
  }

  /** A market order of the house. */
  flow(symbol: string, side: 'BUY' | 'SELL', quantity: number): Promise<void> {
    return this.post('flow', { symbol, side, quantity });
  }

  advanceClock(advanceMs: number): Promise<void> {
    return this.post('clock', { advanceMs });
  }

  /** Adds so many dollars to a portfolio, or takes them where negative. */
  deposit(portfolioId: string, amount: number): Promise<void> {
    return this.post('deposit', { portfolioId, amount });
  }

  /** Sets what goes wrong for a portfolio; without any fault, nothing does any more. */
  faults(portfolioId: string, faults: object = {}): Promise<void> {
    return this.post('faults', { portfolioId, ...faults });
  }

  private async post(route: string, body: object): Promise<void> {
    const answer = await this.tradewire.ask('POST', `/v1/sandbox/${route}`, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }
}
