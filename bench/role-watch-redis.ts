import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { findMark } from '../src/archive/mark-redis.js';
import { connectRedis, whenConnected } from '../src/journal/connection-redis.js';
import { venueKey } from '../src/journal/redis-keys.js';

/** The jobs that one process of a venue does for all. */
export type Role = 'market' | 'archive';

const POLL_MS = 10;
const TIMEOUT_MS = 60_000;
/** Longer than any bench. */
const KEPT_AWAY_MS = 3_600_000;

/** Sees in Redis who has a role, and how far the archive is. */
export class RoleWatch {
  private constructor(
    private readonly redis: Redis,
    private readonly venue: string,
  ) {}

  static async open(redisUrl: string, venue: string): Promise<RoleWatch> {
    const redis = connectRedis(redisUrl, 'bench', pino({ level: 'warn' }));
    await whenConnected(redis);
    return new RoleWatch(redis, venue);
  }

  /** Who has a role; null while nobody has. */
  holder(role: Role): Promise<string | null> {
    return this.redis.get(this.leaseKey(role));
  }

  /** Waits until somebody else than `former` has a role. */
  async movedFrom(role: Role, former: string | null): Promise<void> {
    await this.until(`the role ${role} has moved`, async () => {
      const holder = await this.holder(role);
      return holder !== null && holder !== former;
    });
  }

  /** The time in the journal up to which everything is archived; 0 before anything is. */
  async archivedUntilMs(): Promise<number> {
    const { mark } = await findMark(this.redis, this.venue);
    return mark === null ? 0 : Number.parseInt(mark.entryId, 10);
  }

  async archived(untilMs: number): Promise<void> {
    await this.until('it is archived', async () => (await this.archivedUntilMs()) >= untilMs);
  }

  /** Has nobody do a job until `giveBack`: whoever has it lets go of it when the lease cannot be renewed. */
  async keepAway(role: Role): Promise<void> {
    await this.redis.set(this.leaseKey(role), 'bench', 'PX', KEPT_AWAY_MS);
  }

  async giveBack(role: Role): Promise<void> {
    await this.redis.del(this.leaseKey(role));
  }

  close(): void {
    this.redis.disconnect();
  }

  private leaseKey(role: Role): string {
    return venueKey(this.venue, `lease:${role}`);
  }

  private async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + TIMEOUT_MS;
    while (!(await holds())) {
      if (performance.now() > deadlineMs) throw new Error(`timed out until ${what}`);
      await delay(POLL_MS);
    }
  }
}
