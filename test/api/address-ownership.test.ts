import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { isGood, logInAtPapi, logInIn, mailedToken, newEmail, PASSWORD, post, register } from './people.js';
import { addKey } from './users.js';

/** Somebody registers another's address, and makes themselves at home there, before its owner comes. */
let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

const THIEVES = 'a thief’s password';

/** What a thief holds: a log-in, and a key that does not end with it. */
async function settleIn(email: string): Promise<readonly string[]> {
  const token = await register(tradewire, email, THIEVES);
  const { body } = await tradewire.ask('GET', '/v1/auth/me', undefined, token);
  const { key } = await addKey(tradewire, (body as { id: string }).id, ['trade']);
  for (const credential of [token, key]) expect(await isGood(tradewire, credential)).toBe(true);
  return [token, key];
}

async function expectEnded(email: string, credentials: readonly string[]): Promise<void> {
  for (const credential of credentials) expect(await isGood(tradewire, credential)).toBe(false);
  for (const path of ['/v1/auth/login', '/auth/login']) {
    expect((await post(tradewire, path, { email, password: THIEVES })).status).toBe(401);
  }
}

async function resetPassword(email: string): Promise<void> {
  await post(tradewire, '/auth/forgot-password', { email });
  const token = await mailedToken(tradewire, email, 'reset_password');
  const form = { token, new_password: PASSWORD };
  expect((await post(tradewire, '/auth/reset-password', form)).status).toBe(200);
}

test('an owner who resets the password ends all that was there before, keys included', async () => {
  const email = newEmail();
  const credentials = await settleIn(email);
  await resetPassword(email);
  await expectEnded(email, credentials);
  await logInAtPapi(tradewire, email);
});

test('an owner who signs up and proves the address ends all that was there before', async () => {
  const email = newEmail();
  const credentials = await settleIn(email);
  const signedUp = await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  expect(signedUp.status).toBe(409);
  const token = await mailedToken(tradewire, email, 'verify_email');
  const owner = logInIn(await post(tradewire, '/auth/verify-email', { token }));
  await expectEnded(email, credentials);
  expect(await isGood(tradewire, owner.accessToken)).toBe(true);
});

test('a thief who signs up once more after the owner gains nothing by it', async () => {
  const email = newEmail();
  const credentials = await settleIn(email);
  for (const password of [PASSWORD, THIEVES]) {
    await post(tradewire, '/auth/signup', { email, password, name: 'Ada' });
  }
  const token = await mailedToken(tradewire, email, 'verify_email');
  logInIn(await post(tradewire, '/auth/verify-email', { token }));
  await expectEnded(email, credentials);
});

test('a thief who comes between sign-up and proof does not get the account', async () => {
  const email = newEmail();
  await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  await post(tradewire, '/auth/signup', { email, password: THIEVES, name: 'Eve' });
  const token = await mailedToken(tradewire, email, 'verify_email');
  logInIn(await post(tradewire, '/auth/verify-email', { token }));
  await expectEnded(email, []);
});

test('who signs up twice with one password keeps it, with what was made before', async () => {
  const email = newEmail();
  const before = await register(tradewire, email);
  await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  const token = await mailedToken(tradewire, email, 'verify_email');
  logInIn(await post(tradewire, '/auth/verify-email', { token }));
  expect(await isGood(tradewire, before)).toBe(true);
  await logInAtPapi(tradewire, email);
});

test('the keys of a proven account outlive a reset', async () => {
  const email = newEmail();
  await register(tradewire, email);
  await resetPassword(email);
  const { accessToken } = await logInAtPapi(tradewire, email);
  const { body } = await tradewire.ask('GET', '/v1/auth/me', undefined, accessToken);
  const { key } = await addKey(tradewire, (body as { id: string }).id, ['trade']);
  await resetPassword(email);
  expect(await isGood(tradewire, accessToken)).toBe(false);
  expect(await isGood(tradewire, key)).toBe(true);
});

test('nobody becomes the demo user or an administrator by typing an address', async () => {
  expect((await post(tradewire, '/auth/forgot-password', { email: 'demo@localhost' })).status).toBe(200);
  await expect(mailedToken(tradewire, 'demo@localhost', 'reset_password')).rejects.toThrow('no mail');
  const email = newEmail();
  const list = { SIGNUP_MODE: 'whitelist', SIGNUP_WHITELIST: email, ADMIN_EMAILS: email };
  const other = await Tradewire.start(list);
  try {
    const { status, body } = await post(other, '/auth/signup', { email, password: PASSWORD, name: 'Eve' });
    expect([status, body]).toMatchObject([200, { user: { role: 'user' } }]);
    const { access_token: token } = body as { access_token: string };
    expect((await other.ask('GET', '/v1/sandbox/state', undefined, token)).status).toBe(403);
  } finally {
    await other.stop();
  }
});

test('what was made on an administrator’s address before its proof ends by it', async () => {
  const email = newEmail();
  const other = await Tradewire.start({ ADMIN_EMAILS: email });
  try {
    const token = await register(other, email);
    const made = await other.ask('POST', '/v1/auth/api-keys', { name: 'bot' }, token);
    const { api_key: key } = made.body as { api_key: string };
    await post(other, '/auth/signup', { email, password: PASSWORD, name: 'Eve' });
    const mailed = await mailedToken(other, email, 'verify_email');
    const owner = logInIn(await post(other, '/auth/verify-email', { token: mailed }));
    for (const credential of [token, key]) expect(await isGood(other, credential)).toBe(false);
    const { status } = await other.ask('GET', '/v1/sandbox/state', undefined, owner.accessToken);
    expect(status).toBe(200);
  } finally {
    await other.stop();
  }
});
