import { type Static, Type } from 'typebox';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/credentials/authenticator.js';
import type { Credential } from '../../identity/credentials/credentials.js';
import type { ClientResult, OAuthClients } from '../../identity/credentials/oauth-clients.js';
import { permits, SCOPES, type Scope } from '../../identity/credentials/scope.js';
import { ACCESS_TOKEN_LIFETIME_S, type AccessTokens } from '../../identity/credentials/tokens.js';
import type { SecurityLog } from '../../identity/security-log.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { oauthRefusal } from './oauth-family.js';

export const TOKEN_PATH = '/v1/oauth2/token';

const { SUSPENDED } = AUTHENTICATION_REFUSALS;
const GRANT_TYPE = 'client_credentials';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** A second less than the lifetime: so long a token is good for sure once it has arrived. */
const EXPIRES_IN_S = ACCESS_TOKEN_LIFETIME_S.oauth - 1;

function parameter(name: string, charsMax: number) {
  return Type.String({ maxLength: charsMax, fault: `${name} may have at most ${charsMax} characters` });
}

const TOKEN_REQUEST = Type.Object(
  {
    grant_type: Type.String({ maxLength: 128, fault: 'grant_type is required' }),
    client_id: Type.Optional(parameter('client_id', 64)),
    client_secret: Type.Optional(parameter('client_secret', 256)),
    client_assertion_type: Type.Optional(parameter('client_assertion_type', 128)),
    client_assertion: Type.Optional(parameter('client_assertion', 16_384)),
    scope: Type.Optional(parameter('scope', 256)),
  },
  { fault: 'the body must be application/x-www-form-urlencoded, with each parameter once' },
);
type TokenRequest = Static<typeof TOKEN_REQUEST>;

const TOKEN = Type.Object({
  access_token: Type.String(),
  expires_in: Type.Integer(),
  token_type: Type.Literal('Bearer'),
  scope: Type.Optional(Type.String()),
});

/** What the token endpoint needs. */
export interface OAuthDesk {
  readonly clients: OAuthClients;
  readonly accessTokens: AccessTokens;
  readonly securityLog: SecurityLog;
}

/** A client buys an access token of fifteen minutes, with its secret or with an assertion it signed. */
export function oauthTokenRoutes(family: Family, desk: OAuthDesk): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: TOKEN_PATH,
        summary: 'Exchange the credentials of a client for an access token',
        access: 'public',
        body: TOKEN_REQUEST,
        bodyFormat: 'form',
        secret: true,
        answers: {
          200: { description: 'The token', schema: TOKEN },
          400: { description: 'The request is not one that can be granted' },
          401: { description: 'The client has not proven who it is' },
        },
      },
      ({ request, body }) => exchange(desk, request, body),
    ),
  ];
}

async function exchange(desk: OAuthDesk, request: HttpRequest, asked: TokenRequest): Promise<HttpReply> {
  const misuse = misuseOf(request, asked);
  if (misuse !== null) return misuse;
  const proven = await proof(desk.clients, asked);
  if ('fault' in proven) {
    const { client, fault } = proven;
    const known = client === null ? {} : { userId: client.key.userId, keyId: client.key.keyId };
    desk.securityLog.note('client_refused', request, { ...known, door: 'oauth', reason: fault });
    return fault === 'REPLAYED'
      ? oauthRefusal('jti_known', 'The assertion was used before')
      : oauthRefusal('invalid_client', 'The client is not known, or has not proven to be it');
  }
  const { key, user } = proven.client;
  if (user.status !== 'ACTIVE') return oauthRefusal('unauthorized_client', SUSPENDED.message);
  const scopes = grantedScopes(proven.client, asked.scope);
  if (scopes === null) return oauthRefusal('invalid_scope', 'The client does not have this scope');
  const { userId, keyId } = key;
  const { token } = await desk.accessTokens.issue({ userId, keyId, scopes, family: 'oauth' });
  desk.securityLog.note('token_sold', request, { userId, keyId, door: 'oauth' });
  const answer = {
    access_token: token,
    expires_in: EXPIRES_IN_S,
    token_type: 'Bearer',
    ...(asked.scope === undefined ? {} : { scope: scopes.join(' ') }),
  };
  return { status: 200, body: JSON.stringify(answer), headers: { pragma: 'no-cache' } };
}

/** What is wrong with a request before anything secret of it is looked at; null: nothing. */
function misuseOf({ header }: HttpRequest, asked: TokenRequest): HttpReply | null {
  const { grant_type, client_id, client_secret, client_assertion, client_assertion_type } = asked;
  if (/^basic\b/i.test(header('authorization'))) {
    const refusal = oauthRefusal('invalid_client', 'Send client_id and client_secret in the body');
    return { ...refusal, headers: { 'www-authenticate': 'Basic' } };
  }
  if (grant_type !== GRANT_TYPE) {
    return oauthRefusal('unsupported_grant_type', `grant_type must be ${GRANT_TYPE}`);
  }
  if (client_secret !== undefined && client_assertion !== undefined) {
    return oauthRefusal('invalid_request', 'Send client_secret or client_assertion, not both');
  }
  if (client_secret !== undefined && client_id === undefined) {
    return oauthRefusal('invalid_request', 'client_id is required');
  }
  if (client_assertion !== undefined && client_assertion_type !== ASSERTION_TYPE) {
    return oauthRefusal('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}`);
  }
  return null;
}

async function proof(clients: OAuthClients, asked: TokenRequest): Promise<ClientResult> {
  const { client_id, client_secret, client_assertion } = asked;
  if (client_assertion !== undefined) return clients.byAssertion(client_assertion, client_id);
  if (client_id === undefined || client_secret === undefined) return { client: null, fault: 'INVALID' };
  return clients.bySecret(client_id, client_secret);
}

/** All that the client has, or the part it asks for; null when that is more. */
function grantedScopes({ key }: Credential, asked: string | undefined): readonly Scope[] | null {
  if (asked === undefined) return key.scopes;
  const names = asked.split(' ').filter((name) => name !== '');
  const scopes = SCOPES.filter((scope) => names.includes(scope));
  const isAllKnown = names.every((name) => SCOPES.some((scope) => scope === name));
  const isAllHeld = scopes.every((scope) => permits(key.scopes, scope));
  return scopes.length > 0 && isAllKnown && isAllHeld ? scopes : null;
}
