import type { Logger } from 'pino';
import { Type } from 'typebox';
import { nativeEnvelope } from '../../gateway/envelope.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/authenticator.js';
import { type Credential, sha256Hex } from '../../identity/credentials.js';
import type { CredentialStore } from '../../identity/credentials-redis.js';
import type { RefreshTokens } from '../../identity/refresh-tokens-redis.js';
import { ACCESS_TOKEN_LIFETIME_S, type AccessTokens, type TokenClaims } from '../../identity/tokens.js';
import { errorReply, reply, validationReply } from '../request/reply.js';
import { Validator } from '../request/validator.js';

/** What it takes to sell access tokens. */
export interface TokenDesk {
  readonly credentials: CredentialStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly log: Logger;
}

const UNKNOWN_KEY = 'Invalid API Key';
const UNKNOWN_REFRESH_TOKEN = 'Invalid refresh token';

const KEY_REQUEST = secretRequest('apiKey');
const REFRESH_REQUEST = secretRequest('refreshToken');

function secretRequest<const Field extends string>(field: Field) {
  const properties = { [field]: Type.String({ fault: `${field} must be a string` }) };
  const schema = Type.Object(properties, { fault: 'the body must be an object' });
  const validator = new Validator(schema);
  return (body: unknown): string | HttpReply => {
    if (validator.accepts(body)) return body[field]!;
    // What was received may hold a secret, and is not repeated.
    return validationReply(validator.errorsOf(body), null);
  };
}

/** An API key buys an access token, and the refresh token that comes with it buys the next one. */
export function tokenRoutes(desk: TokenDesk): readonly Route[] {
  const sellForKey = async ({ json }: HttpRequest): Promise<HttpReply> => {
    const apiKey = KEY_REQUEST(json);
    if (typeof apiKey !== 'string') return apiKey;
    const hashedKey = sha256Hex(apiKey);
    const credential = await desk.credentials.findByHash(hashedKey);
    if (!isActive(credential)) return refusal(credential, UNKNOWN_KEY);
    const { userId, keyId, scopes } = credential.key;
    const claims = { userId, keyId, scopes };
    return tokenReply(desk, claims, await desk.refreshTokens.issue(claims), { hashedKey });
  };

  const sellForRefreshToken = async ({ json }: HttpRequest): Promise<HttpReply> => {
    const refreshToken = REFRESH_REQUEST(json);
    if (typeof refreshToken !== 'string') return refreshToken;
    const rotated = await desk.refreshTokens.rotate(refreshToken);
    if (rotated === null) return refusal(null, UNKNOWN_REFRESH_TOKEN);
    const credential = await desk.credentials.findByKeyId(rotated.claims.keyId);
    if (!isActive(credential)) return refusal(credential, UNKNOWN_REFRESH_TOKEN);
    return tokenReply(desk, rotated.claims, rotated.refreshToken, {});
  };

  return [
    { method: 'POST', path: '/v1/auth/token', handle: whileReachable(sellForKey, desk.log) },
    { method: 'POST', path: '/v1/auth/refresh', handle: whileReachable(sellForRefreshToken, desk.log) },
  ];
}

/** The field names are those of three generations of this family's clients. */
async function tokenReply(
  desk: TokenDesk,
  claims: TokenClaims,
  refreshToken: string,
  extra: Readonly<Record<string, string>>,
): Promise<HttpReply> {
  const { token, tokenId, expiresAt } = await desk.accessTokens.issue(claims);
  const createdAt = new Date(expiresAt - ACCESS_TOKEN_LIFETIME_S * 1_000).toISOString();
  const updatedAt = createdAt;
  const body = { token, refreshToken, access_token: token, tokenId, createdAt, updatedAt, ...extra };
  return reply(JSON.stringify(body));
}

function isActive(credential: Credential | null): credential is Credential {
  return credential?.key.status === 'ACTIVE' && credential.user.status === 'ACTIVE';
}

/** A revoked key reads like an unknown one, so that nothing is learnt by guessing. */
function refusal(credential: Credential | null, message: string): HttpReply {
  const { status, message: suspended } = AUTHENTICATION_REFUSALS.SUSPENDED;
  if (credential?.key.status === 'ACTIVE') return { status, body: nativeEnvelope(status, suspended) };
  return { status: 401, body: nativeEnvelope(401, message) };
}

/** Answers 503 while the store of credentials is away. */
function whileReachable(handle: (request: HttpRequest) => Promise<HttpReply>, log: Logger): Route['handle'] {
  return async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      log.warn({ err: error, requestId: request.requestId }, 'a token could not be issued');
      return errorReply('UNAVAILABLE');
    }
  };
}
