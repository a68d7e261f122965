import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE, newPerson } from './logged-in.js';
import { logInAtPapi, logInIn, mailedToken, newEmail, PASSWORD, post } from './people.js';

const PATH = '/account/credentials';
const SECRET = 'a-secret-of-another-exchange';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start(FOR_PEOPLE);
});
afterAll(() => tradewire.stop());

function put(token: string, exchange: string, body: unknown) {
  return tradewire.ask('PUT', `${PATH}/${exchange}`, body, token);
}

async function stored(token: string): Promise<unknown> {
  return (await tradewire.ask('GET', PATH, undefined, token)).body;
}

test('credentials go in, are listed by their exchange, and are deleted by their owner alone', async () => {
  const { token } = await newPerson(tradewire);
  const other = await newPerson(tradewire);
  const answer = await put(token, 'polymarket', { private_key: SECRET, funder: '0x1' });
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
  const entry = { exchange: 'polymarket', created_at: expect.any(String), updated_at: expect.any(String) };
  expect(await stored(token)).toEqual({ credentials: [entry] });
  expect(await stored(other.token)).toEqual({ credentials: [] });
  expect((await tradewire.ask('DELETE', `${PATH}/polymarket`, undefined, other.token)).status).toBe(404);
  expect((await tradewire.ask('DELETE', `${PATH}/polymarket`, undefined, token)).status).toBe(204);
  const again = await tradewire.ask('DELETE', `${PATH}/polymarket`, undefined, token);
  expect(again).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  expect(await stored(token)).toEqual({ credentials: [] });
});

test('an exchange that is not known is not found', async () => {
  const { token } = await newPerson(tradewire);
  for (const exchange of ['nyse', 'Polymarket', '__proto__', 'polymarket%20']) {
    expect((await put(token, exchange, { key: SECRET })).status).toBe(404);
    expect((await tradewire.ask('DELETE', `${PATH}/${exchange}`, undefined, token)).status).toBe(404);
  }
});

const seventeen = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, SECRET]));

test.each([
  ['no object', SECRET],
  ['a list', [SECRET]],
  ['nothing', {}],
  ['too many', seventeen],
  ['a number', { key: SECRET, [`${SECRET}-name`]: 5 }],
  ['an object in it', { key: { nested: SECRET } }],
  ['a name that is too long', { [SECRET.repeat(3)]: 'x' }],
  ['an empty name', { '': SECRET }],
  ['a value that is too long', { key: SECRET.repeat(400) }],
])('%s is refused, and nothing of it is repeated', async (_case, body) => {
  const { token } = await newPerson(tradewire);
  const answer = await put(token, 'kalshi', body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  expect(await stored(token)).toEqual({ credentials: [] });
});

test('an object of 16 KiB is taken, and not one of a byte more', async () => {
  const { token } = await newPerson(tradewire);
  const names = Array.from({ length: 15 }, (_, index) => String(index).padStart(64, 'k'));
  const body = Object.fromEntries(names.map((name) => [name, 'é'.repeat(500)]));
  const rest = 16 * 1_024 - JSON.stringify({ ...body, rest: '' }).length - 15 * 500;
  const ofLength = (length: number) => put(token, 'kalshi', { ...body, rest: 'x'.repeat(length) });
  const tooLong = await ofLength(rest + 1);
  expect(tooLong).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  expect((await ofLength(rest)).status).toBe(204);
});

test('what a stranger stored under an address that the operator trusts goes when its owner comes', async () => {
  const email = newEmail();
  const listed = await Tradewire.start({
    ...FOR_PEOPLE,
    SIGNUP_MODE: 'whitelist',
    SIGNUP_WHITELIST: email,
  });
  onTestFinished(() => listed.stop());
  const stored = async (token: string) => (await listed.ask('GET', PATH, undefined, token)).body;
  const form = { email, password: PASSWORD, name: 'Eve' };
  const { accessToken: stranger } = logInIn(await post(listed, '/auth/signup', form));
  const path = `${PATH}/polymarket`;
  expect((await listed.ask('PUT', path, { private_key: SECRET }, stranger)).status).toBe(204);
  await post(listed, '/auth/forgot-password', { email });
  const token = await mailedToken(listed, email, 'reset_password');
  const reset = { token, new_password: PASSWORD };
  expect((await post(listed, '/auth/reset-password', reset)).status).toBe(200);
  const { accessToken } = await logInAtPapi(listed, email);
  expect(await stored(accessToken)).toEqual({ credentials: [] });
});

test('Redis never holds them in clear', async () => {
  const { token, user } = await newPerson(tradewire);
  await put(token, 'polymarket', { private_key: SECRET });
  const redis = await connectTestRedis();
  const kept = await redis.hgetall(`{tw:${tradewire.venue}}:exchange-credentials:${user.userId}`);
  redis.disconnect();
  expect(Object.keys(kept)).toEqual(['polymarket']);
  expect(JSON.stringify(kept)).not.toContain(SECRET);
  expect(JSON.stringify(kept)).not.toContain('private_key');
});
