import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { FOR_ADMINS, newAdmin, newPerson } from './logged-in.js';
import { askToken, GRANT, KEYS, newClient, pemOf } from './oauth.js';
import { addKey } from './users.js';

const PATH = '/v1/credentials';
const PAIR = { kind: 'KEY_PAIR', name: 'older bot' };
const CLIENT = { kind: 'OAUTH_CLIENT', name: 'newer bot' };
const SECRET = /^[\w-]{43}$/;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_ADMINS);
});
afterAll(() => tradewire.stop());

interface Shown {
  readonly id: string;
  readonly scopes: readonly string[];
}

async function make(token: string, body: object) {
  const answer = await tradewire.ask('POST', PATH, body, token);
  return { status: answer.status, body: answer.body as Shown };
}

async function list(token: string): Promise<readonly Shown[]> {
  const { body } = await tradewire.ask('GET', PATH, undefined, token);
  return (body as { credentials: readonly Shown[] }).credentials;
}

test('a key pair and a client are shown with their secrets once, and listed without', async () => {
  const { token } = await newPerson(tradewire);
  const pair = await make(token, PAIR);
  const shown = { scopes: ['read', 'trade'], createdAt: expect.any(String) };
  const keyId = expect.stringMatching(/^PK[A-Z0-9]{24}$/);
  const clientId = expect.stringMatching(/^[A-Z0-9]{26}$/);
  const secretKey = expect.stringMatching(SECRET);
  expect(pair).toEqual({ status: 201, body: { id: keyId, ...PAIR, keyId, secretKey, ...shown } });
  const client = await make(token, CLIENT);
  const clientBody = { id: clientId, ...CLIENT, clientId, clientSecret: secretKey, ...shown };
  expect(client).toEqual({ status: 201, body: clientBody });
  const keyed = await make(token, { ...CLIENT, publicKey: pemOf(KEYS.ec.publicKey) });
  expect(keyed).toEqual({ status: 201, body: { id: clientId, ...CLIENT, clientId, ...shown } });
  const unused = { lastUsedAt: null, publicKey: null };
  const publicKey = KEYS.ec.publicKey.export({ format: 'jwk' });
  expect(await list(token)).toEqual([
    { id: pair.body.id, ...PAIR, keyId, ...shown, ...unused },
    { id: client.body.id, ...CLIENT, clientId, ...shown, ...unused },
    { id: keyed.body.id, ...CLIENT, clientId, ...shown, ...unused, publicKey },
  ]);
});

test('another user can neither see nor revoke them; the owner can, once', async () => {
  const owner = await newPerson(tradewire);
  const other = await newPerson(tradewire);
  const { id } = (await make(owner.token, PAIR)).body;
  expect(await list(other.token)).toEqual([]);
  const refused = await tradewire.ask('DELETE', `${PATH}/${id}`, undefined, other.token);
  expect(refused).toMatchObject({ status: 404, body: { statusCode: 404, message: 'Credential not found' } });
  expect((await tradewire.ask('DELETE', `${PATH}/${id}`, undefined, owner.token)).status).toBe(204);
  expect((await tradewire.ask('DELETE', `${PATH}/${id}`, undefined, owner.token)).status).toBe(404);
  expect(await list(owner.token)).toEqual([]);
});

test('what was not made here is not revoked here: log-ins and API keys', async () => {
  const { user, token } = await newPerson(tradewire);
  const { key, keyId } = await addKey(tradewire, user.userId, ['trade']);
  expect(await list(token)).toEqual([]);
  expect((await tradewire.ask('DELETE', `${PATH}/${keyId}`, undefined, token)).status).toBe(404);
  expect((await tradewire.ask('GET', '/me', undefined, key)).status).toBe(200);
});

test('a key that may trade makes them, one that may only read does not', async () => {
  const { user } = await newPerson(tradewire);
  const trader = await addKey(tradewire, user.userId, ['trade']);
  const reader = await addKey(tradewire, user.userId, ['read']);
  expect((await make(trader.key, PAIR)).status).toBe(201);
  expect(await make(reader.key, PAIR)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect((await tradewire.ask('GET', PATH, undefined, reader.key)).status).toBe(403);
  expect((await tradewire.ask('GET', PATH, undefined, '')).status).toBe(401);
});

test('no credential is wider than its maker, and only administrators hold admin', async () => {
  const { user, token } = await newPerson(tradewire);
  const narrow = await addKey(tradewire, user.userId, ['trade']);
  expect((await make(narrow.key, { ...PAIR, scopes: ['read'] })).body.scopes).toEqual(['read']);
  // The record says admin, but its owner is no administrator.
  const claimed = await addKey(tradewire, user.userId, ['trade', 'admin']);
  for (const key of [token, narrow.key, claimed.key]) {
    expect(await make(key, { ...PAIR, scopes: ['admin'] })).toMatchObject({ status: 403 });
  }
  const admin = await newAdmin(tradewire);
  expect((await make(admin.token, { ...PAIR, scopes: ['admin'] })).status).toBe(201);
});

test('a user has at most twenty of each kind', async () => {
  const { token } = await newPerson(tradewire);
  const made = await Promise.all(Array.from({ length: 21 }, () => make(token, PAIR)));
  expect(made.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(made.find(({ status }) => status !== 201)).toMatchObject({
    status: 409,
    body: { message: 'You have 20 credentials of the kind KEY_PAIR; revoke one first' },
  });
  expect((await make(token, CLIENT)).status).toBe(201);
});

const privateKey = KEYS.ec.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const privateJwk = KEYS.ed25519.privateKey.export({ format: 'jwk' });
const weak = pemOf(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey);

test.each([
  [{ name: 'x' }, { kind: ['kind must be one of: KEY_PAIR, OAUTH_CLIENT'] }],
  [{ kind: 'API_KEY', name: 'x' }, { kind: ['kind must be one of: KEY_PAIR, OAUTH_CLIENT'] }],
  [{ kind: 'KEY_PAIR' }, { name: ['name must be text of 1 to 64 characters'] }],
  [{ ...PAIR, scopes: 'read' }, { scopes: ['scopes must be a list of: read, trade, admin'] }],
  [{ ...PAIR, keyId: 'PKMINE' }, { keyId: ['keyId is not a known field'] }],
  [{ ...PAIR, publicKey: weak }, { publicKey: ['publicKey is for the kind OAUTH_CLIENT only'] }],
  [{ ...CLIENT, publicKey: 5 }, { publicKey: ['publicKey must be a PEM text or a JWK'] }],
  [{ ...CLIENT, publicKey: null }, { publicKey: ['publicKey must be a PEM text or a JWK'] }],
  [{ ...CLIENT, publicKey: { kty: 'RSA', n: 'A'.repeat(9_000), e: 'AQAB' } }, expect.any(Object)],
  [{ ...CLIENT, publicKey: weak }, { publicKey: [expect.stringContaining('RSA key of 2048')] }],
  [{ ...CLIENT, publicKey: privateKey }, { publicKey: [expect.stringContaining('private')] }],
  [{ ...CLIENT, publicKey: privateJwk }, { publicKey: [expect.stringContaining('private')] }],
])('a request that is not valid is explained, and repeats no key: %#', async (body, errors) => {
  const { token } = await newPerson(tradewire);
  expect(await make(token, body)).toEqual({
    status: 400,
    body: { message: 'Validation failed', errors, receivedValue: null },
  });
});

test('the token of a client makes no credentials, and the token of a key does', async () => {
  const { clientId, clientSecret } = await newClient(tradewire);
  const granted = await askToken(tradewire, {
    grant_type: GRANT,
    client_id: clientId,
    client_secret: clientSecret!,
  });
  expect((await make(granted.body.access_token!, PAIR)).status).toBe(403);
  const { body } = await tradewire.ask('POST', '/v1/auth/token', { apiKey: tradewire.apiKey }, '');
  expect((await make((body as { token: string }).token, PAIR)).status).toBe(201);
});
