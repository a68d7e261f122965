import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { derivedKey, type SecretKeys } from '../secrets/derived-key.js';
import { SCOPES, type Scope } from './scope.js';

/** How long the access tokens of each door are good, in seconds. */
export const ACCESS_TOKEN_LIFETIME_S = {
  paper: 24 * 60 * 60,
  paperexchange: 24 * 60 * 60,
  papi: 15 * 60,
  oauth: 15 * 60,
} as const;
export type TokenFamily = keyof typeof ACCESS_TOKEN_LIFETIME_S;

const ALGORITHM = 'HS256';
const PURPOSE = 'access token';

export interface IssuedToken {
  readonly token: string;
  /** The `jti` claim. */
  readonly tokenId: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

export interface TokenClaims {
  readonly userId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  readonly family: TokenFamily;
}

/** What a good token says. */
export interface AcceptedToken extends TokenClaims {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

export type VerifiedToken = AcceptedToken | { readonly fault: 'UNKNOWN' | 'EXPIRED' };

/** Issues and checks signed access tokens. They stand in for a credential, and end when it is revoked. */
export class AccessTokens {
  private readonly signingKey: Uint8Array;
  private readonly previousKey: Uint8Array | null;

  /** `now` is the exchange's clock, in milliseconds: with it, lifetimes follow the sandbox. */
  constructor(
    { present, previous }: SecretKeys,
    private readonly issuer: string,
    private readonly venue: string,
    private readonly now: () => number,
  ) {
    this.signingKey = derivedKey(present, PURPOSE, venue);
    this.previousKey = previous === null ? null : derivedKey(previous, PURPOSE, venue);
  }

  async issue({ userId, keyId, scopes, family }: TokenClaims): Promise<IssuedToken> {
    const tokenId = randomUUID();
    const issuedAtS = Math.floor(this.now() / 1_000);
    const expiresAtS = issuedAtS + ACCESS_TOKEN_LIFETIME_S[family];
    const token = await new SignJWT({ keyId, scopes, family })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(this.venue)
      .setSubject(userId)
      .setJti(tokenId)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(this.signingKey);
    return { token, tokenId, expiresAt: expiresAtS * 1_000 };
  }

  async verify(token: string): Promise<VerifiedToken> {
    const verified = await this.verifyWith(this.signingKey, token);
    const isForeign = 'fault' in verified && verified.fault === 'UNKNOWN';
    return isForeign && this.previousKey !== null ? this.verifyWith(this.previousKey, token) : verified;
  }

  private async verifyWith(key: Uint8Array, token: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: this.issuer,
        audience: this.venue,
        typ: 'JWT',
        requiredClaims: ['sub', 'exp', 'jti'],
        currentDate: new Date(this.now()),
      });
      const { sub, exp, keyId, scopes, family } = payload;
      const isWhole = typeof sub === 'string' && exp !== undefined && typeof keyId === 'string';
      if (!isWhole || !isScopes(scopes) || !isFamily(family)) return { fault: 'UNKNOWN' };
      return { userId: sub, keyId, scopes, family, expiresAt: exp * 1_000 };
    } catch (error) {
      return { fault: error instanceof errors.JWTExpired ? 'EXPIRED' : 'UNKNOWN' };
    }
  }
}

function isScopes(value: unknown): value is Scope[] {
  return Array.isArray(value) && value.every((scope) => SCOPES.some((known) => known === scope));
}

function isFamily(value: unknown): value is TokenFamily {
  return typeof value === 'string' && Object.hasOwn(ACCESS_TOKEN_LIFETIME_S, value);
}
