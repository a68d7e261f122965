import { createHmac, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { venueKey } from '../../journal/redis-keys.js';
import { derivedKey, type SecretKeys } from '../secrets/derived-key.js';
import { newSecret, sha256Hex } from './credentials.js';
import type { TokenClaims, TokenFamily } from './tokens.js';

export const REFRESH_LIFETIME_S = 30 * 24 * 60 * 60;
const LIFETIME_MS = REFRESH_LIFETIME_S * 1_000;
/** So long a token that was just used gives the same successor again: two tabs of one browser may race. */
const GRACE_MS = 10_000;
/** How many lines of tokens one credential has; beyond it the oldest line ends. */
const LINES_PER_CREDENTIAL_MAX = 100;
const LINE_ID_BYTES = 16;
const TOKEN = /^rf_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** Begins a line of tokens, and ends the oldest ones of the credential that are too many. */
const BEGIN = `
local line, owned, record, lifetimeMs, now, linesMax = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
redis.call('SET', line, record, 'PX', lifetimeMs)
redis.call('ZADD', owned, now, line)
redis.call('PEXPIRE', owned, lifetimeMs)
while redis.call('ZCARD', owned) > linesMax do redis.call('DEL', redis.call('ZPOPMIN', owned)[1]) end`;

/** Replaces a line's state if it still is what was read: of several at once, one succeeds. */
const STEP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** A line: of all its tokens only the newest is good, and the one before it during the grace. */
interface Line extends TokenClaims {
  readonly newestHash: string;
  readonly usedHash: string | null;
  /** On the exchange's clock, as is `expiresAt`. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

/**
 * What became of a token. A reused one ends its line, since then somebody has it who should not; the caller ends
 * what else hangs on it.
 */
export type Rotation =
  | { readonly claims: TokenClaims; readonly refreshToken: string }
  | { readonly fault: 'UNKNOWN' }
  | { readonly fault: 'REUSED'; readonly claims: TokenClaims };

/** Long-lived tokens that buy access tokens. Each is good once, and leaves a successor; only hashes are kept. */
export class RefreshTokens {
  private readonly successionKey: Uint8Array;

  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    { present }: SecretKeys,
    private readonly venue: string,
    private readonly now: () => number,
  ) {
    this.successionKey = derivedKey(present, 'refresh token', venue);
  }

  /** Begins a line of tokens with its first one. */
  async issue(claims: TokenClaims): Promise<string> {
    const lineId = randomBytes(LINE_ID_BYTES).toString('base64url');
    const refreshToken = `rf_${lineId}.${newSecret()}`;
    const names = [this.nameOf(lineId), venueKey(this.venue, `refresh-lines-of:${claims.keyId}`)];
    const line = this.lineText(claims, refreshToken, null);
    const values = [line, LIFETIME_MS, this.now(), LINES_PER_CREDENTIAL_MAX];
    await this.commands.eval(BEGIN, names.length, ...names, ...values);
    return refreshToken;
  }

  /** Takes a token for its successor. One of another family is as good as none, and stays as it is. */
  async rotate(refreshToken: string, family: TokenFamily): Promise<Rotation> {
    const lineId = TOKEN.exec(refreshToken)?.[1];
    if (lineId === undefined) return { fault: 'UNKNOWN' };
    const name = this.nameOf(lineId);
    const text = await this.commands.get(name);
    const line = text === null ? null : (JSON.parse(text) as Line);
    if (text === null || line === null || line.expiresAt <= this.now()) return { fault: 'UNKNOWN' };
    if (line.family !== family) return { fault: 'UNKNOWN' };
    const { newestHash, usedHash, usedAt, expiresAt: _, ...claims } = line;
    const hash = sha256Hex(refreshToken);
    const successor = this.successorOf(lineId, refreshToken);
    if (hash === usedHash && this.now() - usedAt <= GRACE_MS) return { claims, refreshToken: successor };
    if (hash !== newestHash) {
      await this.commands.del(name);
      return { fault: 'REUSED', claims };
    }
    const next = this.lineText(claims, successor, hash);
    const stepped = await this.commands.eval(STEP, 1, name, text, next, LIFETIME_MS);
    // Another took the step meanwhile, which may have been the same one.
    return stepped === 1 ? { claims, refreshToken: successor } : this.rotate(refreshToken, family);
  }

  /** Ends the line of a token, whichever of its tokens it is. Whose it was; null when there is no such line. */
  async end(refreshToken: string): Promise<TokenClaims | null> {
    const lineId = TOKEN.exec(refreshToken)?.[1];
    if (lineId === undefined) return null;
    const text = await this.commands.getdel(this.nameOf(lineId));
    return text === null ? null : (JSON.parse(text) as Line);
  }

  /** Always the same for a token, and known to nobody without our key: so a racing tab can be given it again. */
  private successorOf(lineId: string, refreshToken: string): string {
    return `rf_${lineId}.${createHmac('sha256', this.successionKey).update(refreshToken).digest('base64url')}`;
  }

  private nameOf(lineId: string): string {
    return venueKey(this.venue, `refresh-line:${sha256Hex(lineId)}`);
  }

  private lineText(claims: TokenClaims, newest: string, usedHash: string | null): string {
    const now = this.now();
    const { userId, keyId, scopes, family } = claims;
    const line: Line = {
      userId,
      keyId,
      scopes,
      family,
      newestHash: sha256Hex(newest),
      usedHash,
      usedAt: now,
      expiresAt: now + LIFETIME_MS,
    };
    return JSON.stringify(line);
  }
}
