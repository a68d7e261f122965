import { Type } from 'typebox';
import type { HttpReply } from '../../gateway/http/http.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/credentials/authenticator.js';
import { type Credential, sha256Hex } from '../../identity/credentials/credentials.js';
import type { CredentialStore } from '../../identity/credentials/credentials-redis.js';
import type { RefreshTokens } from '../../identity/credentials/refresh-tokens-redis.js';
import {
  ACCESS_TOKEN_LIFETIME_S,
  type AccessTokens,
  type TokenClaims,
} from '../../identity/credentials/tokens.js';
import type { Caller, SecurityFacts, SecurityLog } from '../../identity/security-log.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, uuid } from '../request/answer-schema.js';
import { NO_OBJECT } from '../request/fields.js';
import { reply } from '../request/reply.js';

/** What it takes to sell access tokens. */
export interface TokenDesk {
  readonly credentials: CredentialStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly securityLog: SecurityLog;
}

const { SUSPENDED } = AUTHENTICATION_REFUSALS;
const UNKNOWN_KEY = 'Invalid API Key';
const UNKNOWN_REFRESH_TOKEN = 'Invalid refresh token';

const KEY_REQUEST = Type.Object({ apiKey: Type.String({ fault: 'apiKey must be a string' }) }, NO_OBJECT);
const REFRESH_REQUEST = Type.Object(
  { refreshToken: Type.String({ fault: 'refreshToken must be a string' }) },
  NO_OBJECT,
);
/** The names are those of three generations of this family's clients. */
const TOKENS = Type.Object({
  token: Type.String(),
  refreshToken: Type.String(),
  access_token: Type.String(),
  tokenId: uuid,
  createdAt: instant,
  updatedAt: instant,
  hashedKey: Type.Optional(Type.String()),
});

const SOLD_OR_NOT = {
  200: { description: 'The tokens', schema: TOKENS },
  401: { description: 'What was offered is unknown, revoked or used up' },
  403: { description: SUSPENDED.message },
};

/** An API key buys an access token, and the refresh token that comes with it buys the next one. */
export function tokenRoutes(family: Family, desk: TokenDesk): readonly Endpoint[] {
  const noteRefusal = (caller: Caller, reason: string, known: SecurityFacts = {}) =>
    desk.securityLog.note('token_refused', caller, { ...known, door: 'paper', reason });
  const refuse = (credential: Credential | null, message: string, caller: Caller): HttpReply => {
    if (credential === null) {
      noteRefusal(caller, 'UNKNOWN');
      return family.refusal(401, message);
    }
    const { userId, keyId } = credential.key;
    noteRefusal(caller, 'SUSPENDED', { userId, keyId });
    return family.refusal(SUSPENDED.status, SUSPENDED.message);
  };

  return [
    family.open(
      {
        method: 'POST',
        path: '/v1/auth/token',
        summary: 'Exchange an API key for an access token',
        access: 'public',
        body: KEY_REQUEST,
        secret: true,
        answers: SOLD_OR_NOT,
      },
      async ({ request, body: { apiKey } }) => {
        const credential = await desk.credentials.findByApiKey(apiKey);
        if (credential?.user.status !== 'ACTIVE') return refuse(credential, UNKNOWN_KEY, request);
        const { userId, keyId, scopes } = credential.key;
        const claims: TokenClaims = { userId, keyId, scopes, family: 'paper' };
        const hashedKey = sha256Hex(apiKey);
        return tokenReply(desk, request, claims, await desk.refreshTokens.issue(claims), { hashedKey });
      },
    ),
    family.open(
      {
        method: 'POST',
        path: '/v1/auth/refresh',
        summary: 'Take a refresh token for the next access token',
        access: 'public',
        body: REFRESH_REQUEST,
        secret: true,
        answers: SOLD_OR_NOT,
      },
      async ({ request, body: { refreshToken } }) => {
        const rotated = await desk.refreshTokens.rotate(refreshToken, 'paper');
        if ('fault' in rotated) {
          if (rotated.fault === 'REUSED') {
            const { userId, keyId } = rotated.claims;
            desk.securityLog.note('refresh_token_reused', request, { userId, keyId, door: 'paper' });
          } else {
            noteRefusal(request, 'UNKNOWN');
          }
          return family.refusal(401, UNKNOWN_REFRESH_TOKEN);
        }
        const { claims } = rotated;
        const credential = await desk.credentials.findById(claims.keyId);
        if (credential?.user.status !== 'ACTIVE') return refuse(credential, UNKNOWN_REFRESH_TOKEN, request);
        return tokenReply(desk, request, claims, rotated.refreshToken, {});
      },
    ),
  ];
}

async function tokenReply(
  desk: TokenDesk,
  caller: Caller,
  claims: TokenClaims,
  refreshToken: string,
  extra: Readonly<Record<string, string>>,
): Promise<HttpReply> {
  const { token, tokenId, expiresAt } = await desk.accessTokens.issue(claims);
  const { userId, keyId } = claims;
  desk.securityLog.note('token_sold', caller, { userId, keyId, door: 'paper' });
  const createdAt = new Date(expiresAt - ACCESS_TOKEN_LIFETIME_S.paper * 1_000).toISOString();
  const updatedAt = createdAt;
  const body = { token, refreshToken, access_token: token, tokenId, createdAt, updatedAt, ...extra };
  return reply(JSON.stringify(body));
}
