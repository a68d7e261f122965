import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './raw-client.js';

/** So many levels a side change with each update, which makes a frame of about 3 kB. */
const LEVELS = 100;
const PAUSE_MS = 5;

/** Replaces the quotes of a book again and again. */
export class BookMover {
  private isStopped = false;
  private readonly moving: Promise<void>;

  constructor(
    private readonly target: Target,
    private readonly symbol: string,
  ) {
    this.moving = this.move();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.moving;
  }

  private async move(): Promise<void> {
    for (let step = 1; !this.isStopped; step++) {
      const levels = (first: number, direction: number) =>
        Array.from({ length: LEVELS }, (_, index) => [first + direction * index, 1 + ((step + index) % 97)]);
      const response = await fetch(`http://${this.target.host}:${this.target.port}/v1/sandbox/market`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.target.apiKey}` },
        body: JSON.stringify({ symbol: this.symbol, bids: levels(59_900, -1), asks: levels(60_100, 1) }),
      });
      if (!response.ok) throw new Error(await response.text());
      await response.arrayBuffer();
      await delay(PAUSE_MS);
    }
  }
}
