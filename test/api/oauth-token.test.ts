import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCredentials } from '../identity/fresh-credentials.js';
import { RedisServer } from '../support/redis-server.js';
import { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE, newPerson } from './logged-in.js';
import { askToken, GRANT, KEYS, newClient, pemOf } from './oauth.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_PEOPLE);
});
afterAll(() => tradewire.stop());

async function secretForm(more: Record<string, string> = {}) {
  const { clientId, clientSecret = '' } = await newClient(tradewire);
  return { grant_type: GRANT, client_id: clientId, client_secret: clientSecret, ...more };
}

test('a client buys a token with its secret, and the token works', async () => {
  const { status, headers, body } = await askToken(tradewire, await secretForm());
  expect({ status, body }).toEqual({
    status: 200,
    body: { access_token: expect.any(String), expires_in: 899, token_type: 'Bearer' },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  for (const path of ['/v1/accounts', '/v2/account', '/me']) {
    expect((await tradewire.ask('GET', path, undefined, body.access_token)).status).toBe(200);
  }
  const me = await tradewire.ask('GET', '/me', undefined, body.access_token);
  expect(me.body).toMatchObject({ key_prefix: null, scopes: ['read', 'trade'] });
});

test('a token has the part of the scopes that was asked for', async () => {
  const { status, body } = await askToken(tradewire, await secretForm({ scope: 'read' }));
  expect({ status, body }).toMatchObject({ status: 200, body: { scope: 'read' } });
  expect((await tradewire.ask('POST', '/v1/orders', {}, body.access_token)).status).toBe(403);
  for (const scope of ['admin', 'read admin', 'write', 'read write', ' ']) {
    const refused = await askToken(tradewire, await secretForm({ scope }));
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  }
});

test('the lifetime of a token follows the clock of the exchange', async () => {
  const other = await Tradewire.start(FOR_PEOPLE);
  try {
    const { clientId, clientSecret = '' } = await newClient(other);
    const form = { grant_type: GRANT, client_id: clientId, client_secret: clientSecret };
    const { access_token } = (await askToken(other, form)).body;
    await other.ask('POST', '/v1/sandbox/clock', { advanceMs: 899_000 });
    expect((await other.ask('GET', '/v2/account', undefined, access_token)).status).toBe(200);
    await other.ask('POST', '/v1/sandbox/clock', { advanceMs: 2_000 });
    const refused = await other.ask('GET', '/v2/account', undefined, access_token);
    expect(refused).toMatchObject({ status: 401, body: { code: 40_110_000 } });
  } finally {
    await other.stop();
  }
});

test('who does not prove to be a client is refused in the same words', async () => {
  const form = await secretForm();
  const keyed = await newClient(tradewire, { publicKey: pemOf(KEYS.ec.publicKey) });
  const pair = await tradewire.ask('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'x' });
  const { keyId, secretKey } = pair.body as { keyId: string; secretKey: string };
  const answers = await Promise.all(
    [
      { ...form, client_secret: 'wrong' },
      { ...form, client_secret: '' },
      { ...form, client_id: 'A'.repeat(26) },
      { ...form, client_id: keyed.clientId },
      { ...form, client_id: keyed.clientId, client_secret: 'null' },
      { ...form, client_id: keyId, client_secret: secretKey },
      { grant_type: GRANT },
    ].map((each) => askToken(tradewire, each)),
  );
  const error_description = 'The client is not known, or has not proven to be it';
  for (const { status, body } of answers) {
    expect({ status, body }).toEqual({ status: 401, body: { error: 'invalid_client', error_description } });
  }
});

test('client_secret_basic is refused, also with the right secret', async () => {
  const { client_id, client_secret, ...form } = await secretForm();
  const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
  const { status, headers, body } = await askToken(tradewire, form, { authorization: basic });
  expect({ status, body }).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(headers.get('www-authenticate')).toBe('Basic');
});

test.each([
  ['no grant', { grant_type: '' }, 'invalid_request'],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['a refresh', { grant_type: 'refresh_token' }, 'unsupported_grant_type'],
  ['a secret without a client', { client_id: '' }, 'invalid_request'],
  ['secret and assertion', { client_assertion: 'x' }, 'invalid_request'],
  ['an id that is too long', { client_id: 'A'.repeat(65) }, 'invalid_request'],
  ['a secret that is too long', { client_secret: 'x'.repeat(257) }, 'invalid_request'],
])('%s is refused', async (_case, more, error) => {
  const answer = await askToken(tradewire, await secretForm(more));
  expect(answer).toMatchObject({ status: 400, body: { error } });
});

test('a form is a form: JSON, other types, repeated and malformed fields are refused', async () => {
  const form = await secretForm();
  const text = new URLSearchParams(form).toString();
  for (const [body, type] of [
    [JSON.stringify(form), 'application/json'],
    [text, 'application/json'],
    [text, 'text/plain'],
    [`${text}&client_id=${form.client_id}`, 'application/x-www-form-urlencoded'],
    [`${text}&scope=read&scope=trade`, 'application/x-www-form-urlencoded'],
    [`${text}&scope=&scope=trade`, 'application/x-www-form-urlencoded'],
    [JSON.stringify(form), 'application/x-www-form-urlencoded'],
    ['', 'application/x-www-form-urlencoded'],
  ] as const) {
    const answer = await askToken(tradewire, body, { 'content-type': type });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(JSON.stringify(answer.body)).not.toContain(form.client_secret);
  }
  const charset = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
  expect((await askToken(tradewire, `${text}&unknown=1`, charset)).status).toBe(200);
});

test('other methods and paths are answered in the same manner', async () => {
  const wrong = await tradewire.ask('GET', '/v1/oauth2/token');
  expect(wrong).toMatchObject({ status: 405, body: { error: 'invalid_request' } });
  const unknown = await tradewire.ask('POST', '/v1/oauth2/revoke');
  expect(unknown).toMatchObject({ status: 404, body: { error: 'not_found' } });
});

test('a client that is revoked, or whose owner is suspended, buys nothing, and its tokens end', async () => {
  const { user, token } = await newPerson(tradewire);
  const clients = [await newClient(tradewire, {}, token), await newClient(tradewire, {}, token)] as const;
  const buy = ({ clientId, clientSecret = '' }: (typeof clients)[0]) =>
    askToken(tradewire, { grant_type: GRANT, client_id: clientId, client_secret: clientSecret });
  const { access_token } = (await buy(clients[0])).body;
  expect((await tradewire.ask('GET', '/me', undefined, access_token)).status).toBe(200);
  await tradewire.ask('DELETE', `/v1/credentials/${clients[0].id}`, undefined, token);
  expect((await tradewire.ask('GET', '/me', undefined, access_token)).status).toBe(401);
  expect(await buy(clients[0])).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  const store = await openCredentials(tradewire.venue);
  await store.users.update(user.userId, (known) => ({ ...known, status: 'SUSPENDED' }));
  store.close();
  expect(await buy(clients[1])).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
});

test('without Redis nothing is issued, and that is said', async () => {
  const redis = await RedisServer.start();
  const other = await Tradewire.start({ ...FOR_PEOPLE, REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  redis.freeze();
  try {
    const form = { grant_type: GRANT, client_id: 'A'.repeat(26), client_secret: 'x' };
    const answer = await askToken(other, form);
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  } finally {
    redis.thaw();
    await other.stop();
    await redis.stop();
  }
});
