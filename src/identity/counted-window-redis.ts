import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { venueKey } from '../journal/redis-keys.js';
import { sha256Hex } from './credentials/credentials.js';

/** What is counted, how often it may happen, and over which time. */
export interface WindowTerms {
  /** Part of the keys in Redis. */
  readonly name: string;
  readonly countMax: number;
  /** From the first one on. A multiple of 1,000. */
  readonly windowMs: number;
}

/**
 * Counts what happens to each of many subjects, in all processes of a venue together. The windows go by real time,
 * and are over at once when the sandbox moves the exchange's clock on by as much. Rejects when Redis is away.
 */
export class CountedWindow {
  private readonly limiter: RateLimiterRedis;

  /** `clockOffsetMs` is how far the exchange's clock was moved on. */
  constructor(
    commands: Redis,
    venue: string,
    private readonly terms: WindowTerms,
    private readonly clockOffsetMs: () => number,
  ) {
    const { name, countMax, windowMs } = terms;
    const keyPrefix = venueKey(venue, `counted:${name}`);
    const duration = windowMs / 1_000;
    this.limiter = new RateLimiterRedis({ storeClient: commands, keyPrefix, points: countMax, duration });
  }

  /** Counts one more. When that is one too many, the seconds until the count begins anew; otherwise null. */
  async count(subject: string): Promise<number | null> {
    try {
      await this.limiter.consume(this.keyOf(subject));
      return null;
    } catch (error) {
      if (error instanceof RateLimiterRes) return secondsOf(error);
      throw error;
    }
  }

  /** The same if one more would be one too many, without counting it. */
  async fullFor(subject: string): Promise<number | null> {
    const counted = await this.limiter.get(this.keyOf(subject));
    return counted !== null && counted.consumedPoints >= this.terms.countMax ? secondsOf(counted) : null;
  }

  /** Of one length, and without an address to read. */
  private keyOf(subject: string): string {
    return `${Math.floor(this.clockOffsetMs() / this.terms.windowMs)}:${sha256Hex(subject)}`;
  }
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}
