import type { Redis } from 'ioredis';
import { venueKey } from '../../journal/redis-keys.js';
import { newSecret, sha256Hex } from '../credentials/credentials.js';

/** What a token in a mail is good for, and for how long, in milliseconds on the exchange's clock. */
export const ONE_TIME_LIFETIME_MS = {
  verify_email: 24 * 60 * 60 * 1_000,
  reset_password: 60 * 60 * 1_000,
} as const;
export type OneTimePurpose = keyof typeof ONE_TIME_LIFETIME_MS;

/** Puts a token in the place of the one of the same user and purpose before. */
const ISSUE = `
local token, latest = KEYS[1], KEYS[2]
local before = redis.call('GET', latest)
if before then redis.call('DEL', before) end
redis.call('SET', token, ARGV[1], 'PX', ARGV[2])
redis.call('SET', latest, token, 'PX', ARGV[2])`;

interface StoredToken {
  readonly userId: string;
  readonly expiresAt: number;
}

/** Tokens that go out by mail: good once, for a while, and only the newest of a user. Only hashes are kept. */
export class OneTimeTokens {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    private readonly venue: string,
    private readonly now: () => number,
  ) {}

  async issue(purpose: OneTimePurpose, userId: string): Promise<string> {
    const token = newSecret();
    const lifetimeMs = ONE_TIME_LIFETIME_MS[purpose];
    const stored: StoredToken = { userId, expiresAt: this.now() + lifetimeMs };
    const names = [this.nameOf(purpose, token), venueKey(this.venue, `${purpose}-of:${userId}`)];
    await this.commands.eval(ISSUE, names.length, ...names, JSON.stringify(stored), lifetimeMs);
    return token;
  }

  /** Whose token it is, which is used up by this; null when it is unknown, used, replaced or expired. */
  async consume(purpose: OneTimePurpose, token: string): Promise<string | null> {
    const text = await this.commands.getdel(this.nameOf(purpose, token));
    if (text === null) return null;
    const { userId, expiresAt } = JSON.parse(text) as StoredToken;
    return expiresAt > this.now() ? userId : null;
  }

  private nameOf(purpose: OneTimePurpose, token: string): string {
    return venueKey(this.venue, `${purpose}:${sha256Hex(token)}`);
  }
}
