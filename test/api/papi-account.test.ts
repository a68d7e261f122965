import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE, newPerson, type Person } from './logged-in.js';

const KEYS = '/account/api-keys';
const PROFILE = '/account/profile';
const EXISTS = { code: 'conflict', message: 'Delete your existing key before creating a new one' };

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_PEOPLE);
});
afterAll(() => tradewire.stop());

interface NewKey {
  readonly key: string;
  readonly prefix: string;
}

async function makeKey({ token }: Person, body: object = { name: 'SDK', scopes: ['read'] }) {
  const answer = await tradewire.ask('POST', KEYS, body, token);
  return { status: answer.status, body: answer.body as NewKey };
}

test('each user has one key, which tells who it is', async () => {
  const person = await newPerson(tradewire);
  const { status, body } = await makeKey(person);
  expect({ status, body }).toEqual({
    status: 201,
    body: {
      key: expect.stringMatching(/^papi_sk_live_[\w-]{43}$/),
      prefix: body.key.slice(0, 17),
      name: 'SDK',
      scopes: ['read'],
      created_at: expect.any(String),
    },
  });
  const userId = `usr_${person.user.userId.replaceAll('-', '')}`;
  const caller = await tradewire.ask('GET', '/me', undefined, body.key);
  expect(caller.body).toEqual({ user_id: userId, key_prefix: body.prefix, scopes: ['read'] });
  const session = await tradewire.ask('GET', '/me', undefined, person.token);
  expect(session.body).toEqual({ user_id: userId, key_prefix: null, scopes: ['read', 'trade'] });
  expect(await makeKey(person)).toEqual({ status: 409, body: { error: EXISTS } });
  const { body: list } = await tradewire.ask('GET', KEYS, undefined, person.token);
  expect(list).toEqual({
    keys: [
      {
        prefix: body.prefix,
        name: 'SDK',
        scopes: ['read'],
        created_at: expect.any(String),
        last_used_at: expect.any(String),
      },
    ],
  });
});

test('a key is deleted by its prefix, by its owner alone, and makes room for the next', async () => {
  const person = await newPerson(tradewire);
  const other = await newPerson(tradewire);
  const { key, prefix } = (await makeKey(person)).body;
  expect((await tradewire.ask('DELETE', `${KEYS}/${prefix}`, undefined, other.token)).status).toBe(404);
  expect((await tradewire.ask('DELETE', `${KEYS}/papi_sk_live_`, undefined, person.token)).status).toBe(404);
  expect((await tradewire.ask('GET', '/me', undefined, key)).status).toBe(200);
  expect(await tradewire.ask('DELETE', `${KEYS}/${prefix}`, undefined, person.token)).toMatchObject({
    status: 204,
    body: '',
  });
  const refused = await tradewire.ask('GET', '/me', undefined, key);
  expect(refused).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
  expect((await makeKey(person)).status).toBe(201);
});

test('a key has no wider scope than its maker, and needs a name', async () => {
  const person = await newPerson(tradewire);
  const { status, body } = await makeKey(person, { name: 'SDK', scopes: ['admin'] });
  expect({ status, body }).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  const unnamed = await makeKey(person, { scopes: ['read'] });
  expect(unnamed).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
});

test('the account is for who has logged in, whichever key is shown', async () => {
  const person = await newPerson(tradewire);
  const { key } = (await makeKey(person, { name: 'SDK', scopes: ['trade'] })).body;
  for (const path of [KEYS, PROFILE, '/account/credentials']) {
    const forbidden = await tradewire.ask('GET', path, undefined, key);
    expect(forbidden).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    const unauthorized = await tradewire.ask('GET', path, undefined, '');
    expect(unauthorized).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
  }
  expect((await tradewire.ask('GET', '/me', undefined, '')).status).toBe(401);
});

test('name and picture can be changed, and nothing else', async () => {
  const { user, token } = await newPerson(tradewire);
  const profile = {
    id: `usr_${user.userId.replaceAll('-', '')}`,
    email: user.email,
    name: null,
    avatar_url: null,
    email_verified: true,
    providers: [],
    created_at: user.createdAt,
  };
  expect((await tradewire.ask('GET', PROFILE, undefined, token)).body).toEqual(profile);
  const change = { display_name: 'Jane Doe', avatar_url: 'https://pictures.example/jane.png' };
  const changed = await tradewire.ask('PATCH', PROFILE, change, token);
  const after = { ...profile, name: 'Jane Doe', avatar_url: change.avatar_url };
  expect(changed).toMatchObject({ status: 200, body: after });
  const removed = await tradewire.ask('PATCH', PROFILE, { avatar_url: null }, token);
  expect(removed.body).toEqual({ ...after, avatar_url: null });
  for (const wrong of [
    { role: 'admin' },
    { email: 'other@example.com' },
    { display_name: ' ' },
    { display_name: 'x'.repeat(65) },
    { avatar_url: 'http://pictures.example/jane.png' },
    { avatar_url: 'https://pictures.example/a b' },
    { avatar_url: `https://${'x'.repeat(2_048)}` },
  ]) {
    expect((await tradewire.ask('PATCH', PROFILE, wrong, token)).status).toBe(400);
  }
  expect((await tradewire.ask('GET', PROFILE, undefined, token)).body).toEqual(removed.body);
});
