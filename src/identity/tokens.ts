import { hkdfSync, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { SCOPES, type Scope } from './scope.js';

/** Access tokens of the Paper family. */
export const ACCESS_TOKEN_LIFETIME_S = 24 * 60 * 60;
const ALGORITHM = 'HS256';
const PURPOSE = 'tradewire access token';

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
}

/** What a good token says. */
export interface AcceptedToken extends TokenClaims {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

export type VerifiedToken = AcceptedToken | { readonly fault: 'UNKNOWN' | 'EXPIRED' };

/** Issues and checks signed access tokens. They stand in for an API key, and end when it is revoked. */
export class AccessTokens {
  private readonly signingKey: Uint8Array;
  private readonly previousKey: Uint8Array | null;

  /**
   * `previousKey` is the secret key before its last rotation, whose tokens are still good. `now` is the
   * exchange's clock, in milliseconds: with it, lifetimes follow the sandbox.
   */
  constructor(
    secretKey: Uint8Array,
    previousKey: Uint8Array | null,
    private readonly issuer: string,
    private readonly venue: string,
    private readonly now: () => number,
  ) {
    this.signingKey = derivedKey(secretKey);
    this.previousKey = previousKey === null ? null : derivedKey(previousKey);
  }

  async issue({ userId, keyId, scopes }: TokenClaims): Promise<IssuedToken> {
    const tokenId = randomUUID();
    const issuedAtS = Math.floor(this.now() / 1_000);
    const expiresAtS = issuedAtS + ACCESS_TOKEN_LIFETIME_S;
    const token = await new SignJWT({ keyId, scopes })
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
      const { sub, exp, keyId, scopes } = payload;
      if (typeof sub !== 'string' || exp === undefined || typeof keyId !== 'string' || !isScopes(scopes)) {
        return { fault: 'UNKNOWN' };
      }
      return { userId: sub, keyId, scopes, expiresAt: exp * 1_000 };
    } catch (error) {
      return { fault: error instanceof errors.JWTExpired ? 'EXPIRED' : 'UNKNOWN' };
    }
  }
}

/** A key for this purpose only: a signature made for another one is never a token. */
function derivedKey(secretKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, '', PURPOSE, 32));
}

function isScopes(value: unknown): value is Scope[] {
  return Array.isArray(value) && value.every((scope) => SCOPES.some((known) => known === scope));
}
