import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { FOR_ADMINS, newAdmin, newPerson } from './logged-in.js';

const PATH = '/v1/auth/api-keys';
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_ADMINS);
});
afterAll(() => tradewire.stop());

interface NewKey {
  readonly api_key: string;
  readonly id: string;
}

interface ShownKey {
  readonly id: string;
  readonly last_used_at: string | null;
}

async function makeKey(token: string, body: object = { name: 'My Trading Bot' }) {
  const { status, body: answer } = await tradewire.ask('POST', PATH, body, token);
  return { status, ...(answer as NewKey) };
}

async function keysOf(token: string): Promise<readonly ShownKey[]> {
  const { body } = await tradewire.ask('GET', PATH, undefined, token);
  return (body as { api_keys: ShownKey[] }).api_keys;
}

test('a key is shown once, works in every family, and is listed by its prefix', async () => {
  const { token } = await newPerson(tradewire, {}, 'paperexchange');
  const { status, headers, body } = await tradewire.ask('POST', PATH, { name: 'My Trading Bot' }, token);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      api_key: expect.stringMatching(/^pe_[\w-]{43}$/),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'My Trading Bot',
      message: "Save this key - it won't be shown again",
    },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  const { api_key, id } = body as NewKey;
  for (const path of ['/v1/accounts', '/me', '/v1/orders/filled/today']) {
    expect((await tradewire.ask('GET', path, undefined, api_key)).status).toBe(200);
  }
  const [shown, ...others] = await keysOf(token);
  expect(others).toEqual([]);
  expect(shown).toEqual({
    id,
    name: 'My Trading Bot',
    key_prefix: api_key.slice(0, 9),
    status: 'active',
    created_at: expect.any(String),
    last_used_at: expect.any(String),
    scopes: ['read', 'trade'],
  });
});

test('a revoked key is refused, and cannot be revoked again', async () => {
  const { token } = await newPerson(tradewire);
  const { api_key, id } = await makeKey(token);
  const revoked = await tradewire.ask('DELETE', `${PATH}/${id}`, undefined, token);
  expect(revoked).toMatchObject({ status: 200, body: { message: 'API key revoked successfully' } });
  expect((await tradewire.ask('GET', '/me', undefined, api_key)).status).toBe(401);
  expect(await keysOf(token)).toEqual([]);
  const again = await tradewire.ask('DELETE', `${PATH}/${id}`, undefined, token);
  expect(again).toMatchObject({ status: 404, body: { detail: 'API key not found' } });
});

test('a user can neither see nor revoke the key of another', async () => {
  const owner = await newPerson(tradewire);
  const other = await newPerson(tradewire);
  const { api_key, id } = await makeKey(owner.token);
  expect(await keysOf(other.token)).toEqual([]);
  for (const unknown of [id, UNKNOWN_ID, 'nothing']) {
    expect((await tradewire.ask('DELETE', `${PATH}/${unknown}`, undefined, other.token)).status).toBe(404);
  }
  expect((await tradewire.ask('GET', '/me', undefined, api_key)).status).toBe(200);
});

test('the basic plan has three keys, also when they are asked for at once', async () => {
  const { token } = await newPerson(tradewire);
  const made = await Promise.all([1, 2, 3, 4, 5].map(() => makeKey(token)));
  expect(made.map(({ status }) => status).sort()).toEqual([200, 200, 200, 403, 403]);
  const { status, body } = await tradewire.ask('POST', PATH, { name: 'one more' }, token);
  expect(status).toBe(403);
  expect(body).toEqual({ detail: 'Your plan allows 3 API keys; revoke one first' });
  const [first] = await keysOf(token);
  await tradewire.ask('DELETE', `${PATH}/${first!.id}`, undefined, token);
  expect((await makeKey(token)).status).toBe(200);
});

test('who has not logged in manages no keys, and a key makes no others', async () => {
  const { token } = await newPerson(tradewire);
  const { api_key, id } = await makeKey(token);
  for (const [method, path] of [
    ['GET', PATH],
    ['POST', PATH],
    ['DELETE', `${PATH}/${id}`],
  ] as const) {
    const body = method === 'POST' ? { name: 'x' } : undefined;
    const missing = await tradewire.ask(method, path, body, '');
    expect(missing).toMatchObject({ status: 401, body: { detail: 'API key required' } });
    const unknown = await tradewire.ask(method, path, body, 'pe_of_nobody');
    expect(unknown).toMatchObject({ status: 401, body: { detail: 'Invalid or revoked API key' } });
    expect((await tradewire.ask(method, path, body, api_key)).status).toBe(403);
  }
});

test('a key has the scopes asked for, in their order, and admin only from an administrator', async () => {
  const { token } = await newPerson(tradewire);
  const { api_key } = await makeKey(token, { name: 'reader', scopes: ['read'] });
  expect((await tradewire.ask('GET', '/me', undefined, api_key)).body).toMatchObject({ scopes: ['read'] });
  expect((await tradewire.ask('POST', '/v1/orders', {}, api_key)).status).toBe(403);
  expect((await makeKey(token, { name: 'owner', scopes: ['admin'] })).status).toBe(403);
  const admin = await newAdmin(tradewire);
  const made = await makeKey(admin.token, { name: 'operator', scopes: ['admin', 'read', 'read'] });
  expect((await tradewire.ask('GET', '/me', undefined, made.api_key)).body).toMatchObject({
    scopes: ['read', 'admin'],
  });
});

test.each([
  [{}, 'name must be text of 1 to 64 characters'],
  [{ name: '' }, 'name must be text of 1 to 64 characters'],
  [{ name: '   ' }, 'name must be text of 1 to 64 characters'],
  [{ name: 'a\nb' }, 'name must be text of 1 to 64 characters'],
  [{ name: 'x'.repeat(65) }, 'name must be text of 1 to 64 characters'],
  [{ name: 'x', scopes: [] }, 'scopes must be a list of: read, trade, admin'],
  [{ name: 'x', scopes: ['write'] }, 'scopes must be of: read, trade, admin'],
  [{ name: 'x', userId: UNKNOWN_ID }, 'userId is not a known field'],
])('%j is refused with 400', async (body, detail) => {
  const { token } = await newPerson(tradewire);
  const answer = await tradewire.ask('POST', PATH, body, token);
  expect(answer).toMatchObject({ status: 400, body: { detail } });
});
