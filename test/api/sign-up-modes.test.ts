import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import {
  isGood,
  logInAtPapi,
  logInIn,
  mailedToken,
  mailsTo,
  newEmail,
  PASSWORD,
  post,
  refresh,
  register,
} from './people.js';

const LISTED = newEmail();
const ALSO_LISTED = newEmail();
const LISTED_ADMIN = newEmail();
const CLAIMED = newEmail();
let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    SIGNUP_MODE: 'whitelist',
    SIGNUP_WHITELIST: `${LISTED.toUpperCase()}, ${ALSO_LISTED}, ${LISTED_ADMIN}, ${CLAIMED}`,
    ADMIN_EMAILS: LISTED_ADMIN,
    COOKIE_SECURE: '0',
    PUBLIC_URL: 'https://tradewire.example',
  });
});
afterAll(() => tradewire.stop());

test('a listed address logs in at once', async () => {
  const form = { email: LISTED, password: PASSWORD, name: 'Jane Doe' };
  const answer = await post(tradewire, '/auth/signup', form);
  expect(answer.body).toEqual({
    access_token: expect.any(String),
    user: {
      id: expect.stringMatching(/^usr_/),
      email: LISTED,
      name: 'Jane Doe',
      avatar_url: null,
      role: 'user',
    },
  });
  const { accessToken, refreshToken } = logInIn(answer);
  expect(await isGood(tradewire, accessToken)).toBe(true);
  expect((await refresh(tradewire, refreshToken)).status).toBe(200);
  await logInAtPapi(tradewire, LISTED);
  const again = await post(tradewire, '/auth/signup', form);
  expect([again.status, again.body]).toMatchObject([409, { error: { code: 'conflict' } }]);
});

test('a listed administrator is one once the address is proven', async () => {
  const form = { email: LISTED_ADMIN, password: PASSWORD, name: 'Ada' };
  const unproven = logInIn(await post(tradewire, '/auth/signup', form));
  const isAdmin = async (token: string) =>
    (await tradewire.ask('GET', '/v1/sandbox/state', undefined, token)).status === 200;
  expect(await isAdmin(unproven.accessToken)).toBe(false);
  const token = await mailedToken(tradewire, LISTED_ADMIN, 'verify_email');
  const proven = logInIn(await post(tradewire, '/auth/verify-email', { token }));
  expect(await isAdmin(proven.accessToken)).toBe(true);
});

test('who got a listed address at another door must prove it, and its owner gets it all the same', async () => {
  const thieves = { email: CLAIMED, password: 'a thief’s password' };
  const held = await register(tradewire, CLAIMED, thieves.password);
  expect((await post(tradewire, '/auth/login', thieves)).status).toBe(403);
  const form = { email: CLAIMED, password: PASSWORD, name: 'Ada' };
  expect((await post(tradewire, '/auth/signup', form)).status).toBe(409);
  const token = await mailedToken(tradewire, CLAIMED, 'verify_email');
  logInIn(await post(tradewire, '/auth/verify-email', { token }));
  expect(await isGood(tradewire, held)).toBe(false);
  expect((await post(tradewire, '/auth/login', thieves)).status).toBe(401);
});

test('any other address is refused, registered or not', async () => {
  const form = { email: newEmail(), password: PASSWORD, name: 'Eve' };
  const refused = await post(tradewire, '/auth/signup', form);
  expect([refused.status, refused.body]).toMatchObject([403, { error: { code: 'forbidden' } }]);
  await post(tradewire, '/v1/auth/register', { email: form.email, password: PASSWORD });
  const registered = await post(tradewire, '/auth/signup', form);
  expect([registered.status, registered.body]).toEqual([refused.status, refused.body]);
});

test('over plain http the cookie need not be secure', async () => {
  const form = { email: ALSO_LISTED, password: PASSWORD, name: 'Ada' };
  const { headers } = await post(tradewire, '/auth/signup', form);
  const attributes = headers.get('set-cookie')!.split('; ');
  expect(attributes).toContain('HttpOnly');
  expect(attributes).not.toContain('Secure');
});

test('links begin where clients find the server', async () => {
  await post(tradewire, '/auth/forgot-password', { email: LISTED });
  const [mail] = await mailsTo(tradewire, LISTED);
  expect(mail!.link).toBe(`https://tradewire.example/auth/reset-password?token=${mail!.token}`);
});

test('the outbox is the administrator’s alone, and closed without the sandbox', async () => {
  const { accessToken } = await logInAtPapi(tradewire, LISTED);
  const statusOf = async (key: string) =>
    (await tradewire.ask('GET', '/v1/sandbox/outbox', undefined, key)).status;
  expect(await statusOf('')).toBe(401);
  expect(await statusOf(accessToken)).toBe(403);
  expect(await statusOf(tradewire.apiKey)).toBe(200);
  const closed = await Tradewire.start({ SANDBOX: '0' });
  try {
    expect((await closed.ask('GET', '/v1/sandbox/outbox')).status).toBe(404);
  } finally {
    await closed.stop();
  }
});
