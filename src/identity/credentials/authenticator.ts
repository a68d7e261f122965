import { timingSafeEqual } from 'node:crypto';
import type { Administrators } from '../people/user.js';
import { type Credential, sha256Hex } from './credentials.js';
import type { CredentialStore } from './credentials-redis.js';
import type { Presented } from './presented.js';
import type { Principal } from './principal.js';
import type { Scope } from './scope.js';
import type { AccessTokens, TokenFamily } from './tokens.js';

/** Why a credential is not accepted. Unknown and revoked read the same, so that nothing is learnt by guessing. */
export const AUTHENTICATION_REFUSALS = {
  MISSING: { status: 401, message: 'A credential is required' },
  UNKNOWN: { status: 401, message: 'The credential is not valid' },
  EXPIRED: { status: 401, message: 'The token is expired' },
  SUSPENDED: { status: 403, message: 'The account is suspended' },
  UNAVAILABLE: { status: 503, message: 'The credential could not be checked' },
} as const satisfies Record<string, { readonly status: 401 | 403 | 503; readonly message: string }>;

export type AuthenticationRefusal = (typeof AUTHENTICATION_REFUSALS)[keyof typeof AUTHENTICATION_REFUSALS];

export type AuthenticationResult =
  | { readonly principal: Principal }
  | { readonly refusal: AuthenticationRefusal };

/** Checks a credential. */
export type Authentication = (presented: Presented | null) => Promise<AuthenticationResult>;

/** What a token adds to the credential that it stands in for. */
interface TokenTerms {
  readonly family: TokenFamily;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number;
}

/** The one way in for every kind of credential. */
export class Authenticator {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly credentials: CredentialStore,
    private readonly tokens: AccessTokens,
    private readonly administrators: Administrators,
    private readonly now: () => number,
  ) {}

  readonly authenticate: Authentication = async (presented) => {
    if (presented === null) return { refusal: AUTHENTICATION_REFUSALS.MISSING };
    try {
      if ('keyId' in presented) return this.principalOf(await this.keyPair(presented));
      const { secret } = presented;
      return isTokenShaped(secret)
        ? await this.byToken(secret)
        : this.principalOf(await this.credentials.findByApiKey(secret));
    } catch {
      // The store has logged why: Redis is away.
      return { refusal: AUTHENTICATION_REFUSALS.UNAVAILABLE };
    }
  };

  private async byToken(text: string): Promise<AuthenticationResult> {
    const token = await this.tokens.verify(text);
    if ('fault' in token) return { refusal: AUTHENTICATION_REFUSALS[token.fault] };
    return this.principalOf(await this.credentials.findById(token.keyId), token);
  }

  private async keyPair(presented: { keyId: string; secretKey: string }): Promise<Credential | null> {
    const credential = await this.credentials.findById(presented.keyId);
    // The hash is compared in either case, so that an id that exists takes no longer than one that does not.
    const isMatch = isSecretOf(credential, presented.secretKey);
    return isMatch && credential?.key.kind === 'KEY_PAIR' ? credential : null;
  }

  private principalOf(credential: Credential | null, token: TokenTerms | null = null): AuthenticationResult {
    if (credential === null) return { refusal: AUTHENTICATION_REFUSALS.UNKNOWN };
    const { key, user } = credential;
    const now = this.now();
    if (key.expiresAt !== null && key.expiresAt <= now) return { refusal: AUTHENTICATION_REFUSALS.EXPIRED };
    if (user.status !== 'ACTIVE') return { refusal: AUTHENTICATION_REFUSALS.SUSPENDED };
    if (key.kind !== 'SESSION') this.credentials.touch(key.keyId, now);
    const { userId, portfolioIds } = user;
    const { keyId, kind } = key;
    const scopes = this.administrators.limit(token?.scopes ?? key.scopes, user);
    const tokenFamily = token?.family ?? null;
    const expiresAt = token?.expiresAt ?? key.expiresAt;
    // Otherwise whoever logs in once more could ask as much once more.
    const meterId = kind === 'SESSION' ? userId : keyId;
    return {
      principal: { userId, portfolioIds, scopes, keyId, kind, tokenFamily, meterId, expiresAt },
    };
  }
}

const NO_SECRET = sha256Hex('');

/** Whether a secret is the credential's own, in a time that tells nothing of it. */
export function isSecretOf(credential: Credential | null, secret: string): boolean {
  const expected = Buffer.from(credential?.key.secretHash ?? NO_SECRET, 'hex');
  const isEqual = timingSafeEqual(expected, Buffer.from(sha256Hex(secret), 'hex'));
  return isEqual && credential?.key.secretHash != null;
}

/** A JWT begins with a JSON object in base64url, and has three parts. */
function isTokenShaped(secret: string): boolean {
  return secret.startsWith('eyJ') && secret.split('.').length === 3;
}
