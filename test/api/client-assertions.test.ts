import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { RedisServer } from '../support/redis-server.js';
import { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE } from './logged-in.js';
import {
  ASSERTION_TYPE,
  askToken,
  assertionForm,
  claimsOf,
  KEYS,
  newClient,
  pemOf,
  signed,
  TOKEN_URL,
} from './oauth.js';

const ISSUER = FOR_PEOPLE.PUBLIC_URL;
const INVALID = { status: 401, body: { error: 'invalid_client' } };

let tradewire: Tradewire;
let twin: Tradewire;
/** The id of a client that is registered with the public half of `KEYS.ec`. */
let clientId: string;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_PEOPLE);
  twin = await Tradewire.start({ ...FOR_PEOPLE, VENUE: tradewire.venue });
  ({ clientId } = await newClient(tradewire, { publicKey: pemOf(KEYS.ec.publicKey) }));
});
afterAll(() => Promise.all([tradewire.stop(), twin.stop()]));

function buy(assertion: string, more: Record<string, string> = {}, at = tradewire) {
  return askToken(at, assertionForm(assertion, more));
}

/** From when the cases are listed, which the servers that start after it must not make up for. */
function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

test.each([
  ['RS256', KEYS.rsa],
  ['PS256', KEYS.rsa],
  ['ES256', KEYS.ec],
  ['EdDSA', KEYS.ed25519],
])('a client buys a token with an assertion that is signed by %s', async (alg, { publicKey, privateKey }) => {
  for (const registered of [pemOf(publicKey), publicKey.export({ format: 'jwk' })]) {
    const client = await newClient(tradewire, { publicKey: registered });
    const assertion = await signed(claimsOf(client.clientId), privateKey, { alg, kid: 'k1', typ: 'JWT' });
    const { status, body } = await buy(assertion, { client_id: client.clientId });
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.any(String), expires_in: 899, token_type: 'Bearer' },
    });
    expect((await tradewire.ask('GET', '/v1/accounts', undefined, body.access_token)).status).toBe(200);
  }
});

test.each([
  ['the token endpoint', { aud: TOKEN_URL }],
  ['the issuer', { aud: ISSUER }],
  ['a list', { aud: ['https://elsewhere.example', ISSUER] }],
  ['no iat', { iat: undefined }],
  ['a clock that is a little ahead', { iat: secondsFromNow(2), nbf: secondsFromNow(2) }],
  ['ten minutes', { exp: secondsFromNow(595) }],
])('a good assertion is taken without client_id: %s', async (_case, differences) => {
  const claims = JSON.parse(JSON.stringify(claimsOf(clientId, differences as JWTPayload))) as JWTPayload;
  expect((await buy(await signed(claims))).status).toBe(200);
});

test.each([
  ['no issuer', { iss: undefined }],
  ['another issuer', { iss: 'A'.repeat(26) }],
  ['an issuer that is no text', { iss: 5 }],
  ['no subject', { sub: undefined }],
  ['another subject', { sub: 'A'.repeat(26) }],
  ['no audience', { aud: undefined }],
  ['another audience', { aud: 'https://elsewhere.example' }],
  ['an audience that only begins alike', { aud: `${ISSUER}.elsewhere.example` }],
  ['an empty list of audiences', { aud: [] }],
  ['no end', { exp: undefined }],
  ['an end that has passed', { exp: secondsFromNow(-1) }],
  ['an end too far ahead', { exp: secondsFromNow(700) }],
  ['an end that is no number', { exp: String(secondsFromNow(60)) }],
  ['a beginning in the future', { nbf: secondsFromNow(160) }],
  ['issued in the future', { iat: secondsFromNow(160) }],
  ['no id', { jti: undefined }],
  ['an empty id', { jti: '' }],
  ['an id that is no text', { jti: 5 }],
  ['an id that is too long', { jti: 'x'.repeat(257) }],
])('an assertion with %s is refused', async (_case, differences) => {
  const claims = JSON.parse(JSON.stringify(claimsOf(clientId, differences as JWTPayload))) as JWTPayload;
  expect(await buy(await signed(claims), { client_id: clientId })).toMatchObject(INVALID);
});

function unsigned(header: object, claims: JWTPayload): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

test('an assertion without a signature is refused, however it is spelt', async () => {
  for (const alg of ['none', 'None', 'NONE', '', undefined]) {
    for (const signature of ['', 'AAAA']) {
      const assertion = `${unsigned({ alg, typ: 'JWT' }, claimsOf(clientId))}.${signature}`;
      expect(await buy(assertion)).toMatchObject(INVALID);
    }
  }
});

test('a public key is no shared secret', async () => {
  const spki = pemOf(KEYS.ec.publicKey);
  const der = KEYS.ec.publicKey.export({ format: 'der', type: 'spki' });
  const jwk = JSON.stringify(KEYS.ec.publicKey.export({ format: 'jwk' }));
  for (const secret of [spki, spki.trim(), der, jwk]) {
    const text = unsigned({ alg: 'HS256', typ: 'JWT' }, claimsOf(clientId));
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    expect(await buy(`${text}.${signature}`)).toMatchObject(INVALID);
  }
});

test('a client signs with what its own key is for, and no other', async () => {
  const { clientId: rsaClient } = await newClient(tradewire, { publicKey: pemOf(KEYS.rsa.publicKey) });
  const { privateKey } = KEYS.rsa;
  for (const alg of ['RS384', 'RS512', 'PS512']) {
    expect(await buy(await signed(claimsOf(rsaClient), privateKey, { alg }))).toMatchObject(INVALID);
  }
  const others = [
    await signed(claimsOf(rsaClient), KEYS.ec.privateKey, { alg: 'ES256' }),
    await signed(claimsOf(clientId), KEYS.rsa.privateKey, { alg: 'RS256' }),
    await signed(claimsOf(clientId), KEYS.ed25519.privateKey, { alg: 'EdDSA' }),
    await signed(claimsOf(clientId), generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  ];
  for (const assertion of others) expect(await buy(assertion)).toMatchObject(INVALID);
  const confused = await signed(claimsOf(clientId), KEYS.ec.privateKey);
  const [, claims, signature] = confused.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'RS256' })).toString('base64url');
  expect(await buy([header, claims, signature].join('.'))).toMatchObject(INVALID);
});

test('keys that the header names are not looked at', async () => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = createPublicKey(own.privateKey).export({ format: 'jwk' });
  for (const header of [
    { jwk },
    { jku: 'http://127.0.0.1:1/keys' },
    { x5u: 'http://127.0.0.1:1/chain' },
    { x5c: ['AAAA'] },
    { kid: '../../dev/null' },
  ]) {
    const assertion = await signed(claimsOf(clientId), own.privateKey, { alg: 'ES256', ...header });
    expect(await buy(assertion)).toMatchObject(INVALID);
    const rightful = await signed(claimsOf(clientId), KEYS.ec.privateKey, { alg: 'ES256', ...header });
    expect((await buy(rightful)).status).toBe(200);
  }
  const critical = new SignJWT(claimsOf(clientId)).setProtectedHeader({
    alg: 'ES256',
    crit: ['urn:example:more'],
    'urn:example:more': true,
  });
  const assertion = await critical.sign(KEYS.ec.privateKey, { crit: { 'urn:example:more': true } });
  expect(await buy(assertion)).toMatchObject(INVALID);
});

test('an assertion of one client is none of another, nor of one that has a secret', async () => {
  const other = await newClient(tradewire, { publicKey: pemOf(KEYS.rsa.publicKey) });
  const secret = await newClient(tradewire);
  const assertion = await signed(claimsOf(clientId));
  expect(await buy(assertion, { client_id: other.clientId })).toMatchObject(INVALID);
  expect(await buy(await signed(claimsOf(secret.clientId)))).toMatchObject(INVALID);
  expect(await buy(await signed(claimsOf('A'.repeat(26))))).toMatchObject(INVALID);
  expect((await buy(assertion, { client_id: clientId })).status).toBe(200);
});

test('an assertion is good once, at whichever gateway', async () => {
  const assertion = await signed(claimsOf(clientId));
  const gateways = [tradewire, twin, tradewire, twin, tradewire, twin];
  const answers = await Promise.all(gateways.map((gateway) => buy(assertion, {}, gateway)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  for (const gateway of [tradewire, twin]) {
    expect(await buy(assertion, {}, gateway)).toMatchObject({ status: 400, body: { error: 'jti_known' } });
  }
  // The same id in another assertion of the client is as used; to another client it is its own.
  const jti = randomUUID();
  expect((await buy(await signed(claimsOf(clientId, { jti })))).status).toBe(200);
  expect((await buy(await signed(claimsOf(clientId, { jti })))).status).toBe(400);
  const other = await newClient(tradewire, { publicKey: pemOf(KEYS.ec.publicKey) });
  expect((await buy(await signed(claimsOf(other.clientId, { jti })))).status).toBe(200);
});

test('a refused assertion uses nothing up, and a used one is forgotten when it has ended', async () => {
  const redis = await connectTestRedis();
  const jti = randomUUID();
  const wrongKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  expect(await buy(await signed(claimsOf(clientId, { jti }), wrongKey))).toMatchObject(INVALID);
  expect((await buy(await signed(claimsOf(clientId, { jti })))).status).toBe(200);
  const names = await redis.keys(`{tw:${tradewire.venue}}:client-assertion:*`);
  const lifetimesMs = await Promise.all(names.map((name) => redis.pttl(name)));
  redis.disconnect();
  expect(lifetimesMs.length).toBeGreaterThan(0);
  expect(lifetimesMs.every((lifetimeMs) => lifetimeMs > 0 && lifetimeMs <= 660_000)).toBe(true);
});

test('assertions are judged by real time, whatever the clock of the exchange says', async () => {
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: 24 * 60 * 60 * 1_000 });
  const { status, body } = await buy(await signed(claimsOf(clientId)));
  expect(status).toBe(200);
  expect((await tradewire.ask('GET', '/v2/account', undefined, body.access_token)).status).toBe(200);
});

test('what is no assertion, or a huge one, is refused', async () => {
  for (const assertion of ['x', 'a.b.c', 'eyJ.eyJ.x', '.', '..', 'a.b.c.d.e']) {
    expect(await buy(assertion)).toMatchObject(INVALID);
  }
  const padded = await signed(claimsOf(clientId, { padding: 'x'.repeat(20_000) }));
  expect(await buy(padded)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const long = await signed(claimsOf('A'.repeat(5_000)));
  expect(await buy(long)).toMatchObject(INVALID);
  const flood = await askToken(tradewire, `client_assertion=${'x'.repeat(2 ** 20)}`);
  expect(flood.status).toBe(413);
});

test('the type of an assertion must be said', async () => {
  const assertion = await signed(claimsOf(clientId));
  for (const client_assertion_type of ['', 'jwt', `${ASSERTION_TYPE}x`]) {
    const answer = await buy(assertion, { client_assertion_type });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  }
});

test('while Redis is away no assertion is taken, since it may have been used', async () => {
  const redis = await RedisServer.start();
  const other = await Tradewire.start({ ...FOR_PEOPLE, REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  try {
    const client = await newClient(other, { publicKey: pemOf(KEYS.ec.publicKey) });
    // The client is known to the gateway from here on, so that only the assertion needs Redis.
    expect((await buy(await signed(claimsOf(client.clientId)), {}, other)).status).toBe(200);
    redis.freeze();
    const answer = await buy(await signed(claimsOf(client.clientId)), {}, other);
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  } finally {
    redis.thaw();
    await other.stop();
    await redis.stop();
  }
});

test('without PUBLIC_URL the address is where the server listens', async () => {
  const other = await Tradewire.start();
  try {
    const client = await newClient(other, { publicKey: pemOf(KEYS.ec.publicKey) });
    for (const aud of [other.url, `${other.url}/v1/oauth2/token`]) {
      expect((await buy(await signed(claimsOf(client.clientId, { aud })), {}, other)).status).toBe(200);
    }
  } finally {
    await other.stop();
  }
});
