import type { Redis } from 'ioredis';
import { venueKey } from '../../journal/redis-keys.js';
import { sha256Hex } from './credentials.js';

/** How far the clocks of a venue's gateways may be apart. */
const CLOCK_SPREAD_MS = 60_000;

/** Remembers which client assertions were used, for all gateways of a venue, for as long as they are good. */
export class UsedAssertions {
  constructor(
    private readonly commands: Redis,
    private readonly venue: string,
  ) {}

  /** Uses an assertion of a client up. False when it was used before. `goodForMs` is in real time. */
  async use(clientId: string, assertionId: string, goodForMs: number): Promise<boolean> {
    const name = venueKey(this.venue, `client-assertion:${clientId}:${sha256Hex(assertionId)}`);
    const keptMs = Math.ceil(goodForMs) + CLOCK_SPREAD_MS;
    return (await this.commands.set(name, '1', 'PX', keptMs, 'NX')) === 'OK';
  }
}
