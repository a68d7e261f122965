import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE } from './logged-in.js';

export const GRANT = 'client_credentials';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const TOKEN_URL = `${FOR_PEOPLE.PUBLIC_URL}/v1/oauth2/token`;

/** An answer of the token endpoint: a token, or why there is none. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly access_token?: string; readonly error?: string; readonly scope?: string };
}

/** Sends a form, or any other text, to the token endpoint. */
export async function askToken(
  { url }: Tradewire,
  body: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await fetch(`${url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as TokenAnswer['body'],
  };
}

export interface NewClient {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret?: string;
}

/** Registers a client, by the demo user if nobody else. */
export async function newClient(
  tradewire: Tradewire,
  fields: object = {},
  token = tradewire.apiKey,
): Promise<NewClient> {
  const request = { kind: 'OAUTH_CLIENT', name: 'a client of a test', ...fields };
  const { body } = await tradewire.ask('POST', '/v1/credentials', request, token);
  return body as NewClient;
}

export const KEYS = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed25519: generateKeyPairSync('ed25519'),
};

export function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }) as string;
}

/** What a good assertion says, in seconds of real time. */
export function claimsOf(clientId: string, differences: JWTPayload = {}): JWTPayload {
  const nowS = Math.floor(Date.now() / 1_000);
  return {
    ...{ iss: clientId, sub: clientId, aud: TOKEN_URL, jti: randomUUID() },
    ...{ iat: nowS, exp: nowS + 300 },
    ...differences,
  };
}

export function signed(
  claims: JWTPayload,
  key: KeyObject | Uint8Array = KEYS.ec.privateKey,
  header: JWTHeaderParameters = { alg: 'ES256' },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/** A form with an assertion; `more` beside or instead. */
export function assertionForm(assertion: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: GRANT,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...more,
  };
}
