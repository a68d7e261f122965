import type { Credential } from './credentials.js';
import { sha256Hex } from './credentials.js';
import type { CredentialStore } from './credentials-redis.js';
import type { Presented } from './presented.js';
import type { Principal } from './principal.js';
import type { AccessTokens } from './tokens.js';

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

/** The one way in for every kind of credential. */
export class Authenticator {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly tokens: AccessTokens,
  ) {}

  readonly authenticate: Authentication = async (presented) => {
    if (presented === null) return { refusal: AUTHENTICATION_REFUSALS.MISSING };
    const { secret } = presented;
    if (!isTokenShaped(secret)) {
      return this.principalBy(() => this.credentials.findByHash(sha256Hex(secret)));
    }
    const token = await this.tokens.verify(secret);
    if ('fault' in token) return { refusal: AUTHENTICATION_REFUSALS[token.fault] };
    const result = await this.principalBy(() => this.credentials.findByKeyId(token.keyId));
    if ('refusal' in result) return result;
    const { scopes, expiresAt } = token;
    return { principal: { ...result.principal, scopes, expiresAt } };
  };

  private async principalBy(find: () => Promise<Credential | null>): Promise<AuthenticationResult> {
    try {
      return principalOf(await find());
    } catch {
      // The store has logged why: Redis is away.
      return { refusal: AUTHENTICATION_REFUSALS.UNAVAILABLE };
    }
  }
}

/** A JWT begins with a JSON object in base64url, and has three parts. */
function isTokenShaped(secret: string): boolean {
  return secret.startsWith('eyJ') && secret.split('.').length === 3;
}

function principalOf(credential: Credential | null): AuthenticationResult {
  if (credential === null || credential.key.status !== 'ACTIVE') {
    return { refusal: AUTHENTICATION_REFUSALS.UNKNOWN };
  }
  const { key, user } = credential;
  if (user.status !== 'ACTIVE') return { refusal: AUTHENTICATION_REFUSALS.SUSPENDED };
  const { userId, portfolioIds } = user;
  return { principal: { userId, portfolioIds, scopes: key.scopes, keyId: key.keyId, expiresAt: null } };
}
