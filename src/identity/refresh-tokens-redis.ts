import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { venueKey } from '../journal/redis-keys.js';
import { sha256Hex } from './credentials.js';
import type { TokenClaims } from './tokens.js';

const LIFETIME_MS = 30 * 24 * 60 * 60 * 1_000;
const TOKEN_BYTES = 32;

/** Replaces a token by its successor if it still is what was read: of several at once, one succeeds. */
const SWAP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

interface StoredToken extends TokenClaims {
  /** On the exchange's clock. */
  readonly expiresAt: number;
}

/** A used token's successor and whom it speaks for. */
export interface RotatedToken {
  readonly claims: TokenClaims;
  readonly refreshToken: string;
}

/** Long-lived tokens that buy access tokens. Each is good once, and leaves a successor; only hashes are kept. */
export class RefreshTokens {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    private readonly venue: string,
    private readonly now: () => number,
  ) {}

  async issue(claims: TokenClaims): Promise<string> {
    const refreshToken = newRefreshToken();
    await this.commands.set(this.nameOf(refreshToken), this.stored(claims), 'PX', LIFETIME_MS);
    return refreshToken;
  }

  /** Null: the token is unknown, was used before, or is expired. */
  async rotate(refreshToken: string): Promise<RotatedToken | null> {
    const name = this.nameOf(refreshToken);
    const text = await this.commands.get(name);
    if (text === null) return null;
    const { expiresAt, ...claims } = JSON.parse(text) as StoredToken;
    if (expiresAt <= this.now()) return null;
    const successor = newRefreshToken();
    const names = [name, this.nameOf(successor)];
    const swapped = await this.commands.eval(SWAP, 2, ...names, text, this.stored(claims), LIFETIME_MS);
    return swapped === 1 ? { claims, refreshToken: successor } : null;
  }

  private nameOf(refreshToken: string): string {
    return venueKey(this.venue, `refresh-token:${sha256Hex(refreshToken)}`);
  }

  private stored(claims: TokenClaims): string {
    const token: StoredToken = { ...claims, expiresAt: this.now() + LIFETIME_MS };
    return JSON.stringify(token);
  }
}

function newRefreshToken(): string {
  return `rf_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}
