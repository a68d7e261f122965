import { randomUUID } from 'node:crypto';
import type { StoredCredential } from '../credentials/credentials.js';
import type { CredentialStore } from '../credentials/credentials-redis.js';
import type { Scope } from '../credentials/scope.js';
import { ACCESS_TOKEN_LIFETIME_S, type AccessTokens, type TokenClaims } from '../credentials/tokens.js';
import type { Administrators, User } from './user.js';

/** The doors that people log in at, as opposed to programs. */
export type LogInDoor = 'paperexchange' | 'papi';

/** How long a log-in lasts: without refreshing as long as its token, with it at most so long however often. */
const LIFETIME_MS = {
  paperexchange: ACCESS_TOKEN_LIFETIME_S.paperexchange * 1_000,
  papi: 90 * 24 * 60 * 60 * 1_000,
} as const;
/** Log-ins of one user at each door; the oldest ends for one more. */
const LOG_INS_MAX = 50;
const USER_SCOPES: readonly Scope[] = ['read', 'trade'];
const ADMIN_SCOPES: readonly Scope[] = ['read', 'trade', 'admin'];

/** Keeps who has logged in: each log-in is a credential, so that it can be ended in every process at once. */
export class LogIns {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly credentials: CredentialStore,
    private readonly tokens: AccessTokens,
    private readonly administrators: Administrators,
    private readonly now: () => number,
  ) {}

  /** Begins a log-in of a user who has proven to be that user. */
  async begin(
    user: User,
    door: LogInDoor,
  ): Promise<{ readonly accessToken: string; readonly claims: TokenClaims }> {
    await this.makeRoom(user.userId, door);
    const now = this.now();
    const { userId } = user;
    const scopes = this.administrators.includes(user) ? ADMIN_SCOPES : USER_SCOPES;
    const session: StoredCredential = {
      keyId: randomUUID(),
      userId,
      kind: 'SESSION',
      issuer: door,
      name: '',
      scopes,
      prefix: '',
      secretHash: null,
      publicKey: null,
      createdAt: new Date(now).toISOString(),
      expiresAt: now + LIFETIME_MS[door],
    };
    await this.credentials.add(session);
    const claims: TokenClaims = { userId, keyId: session.keyId, scopes, family: door };
    return { accessToken: (await this.tokens.issue(claims)).token, claims };
  }

  /** Ends one log-in, with its tokens and sockets. */
  async end(keyId: string): Promise<void> {
    await this.credentials.revoke(keyId);
  }

  /** Ends all log-ins of a user, with their tokens and sockets. */
  async endAll(userId: string): Promise<void> {
    await this.credentials.revokeAll(userId, 'SESSION');
  }

  /** Ends what has run out by itself, and the oldest of what would be too many. */
  private async makeRoom(userId: string, door: LogInDoor): Promise<void> {
    const now = this.now();
    const all = await this.logInsOf(userId, door);
    const present = all.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    const ended = all.filter((session) => !present.includes(session));
    const surplus = present.slice(0, Math.max(0, present.length - LOG_INS_MAX + 1));
    for (const { keyId } of [...ended, ...surplus]) await this.credentials.revoke(keyId);
  }

  private async logInsOf(userId: string, door: LogInDoor): Promise<readonly StoredCredential[]> {
    return (await this.credentials.listOf(userId, door)).filter(({ kind }) => kind === 'SESSION');
  }
}
