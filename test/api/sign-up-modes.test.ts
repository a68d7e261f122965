import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { isGood, logInAtPapi, logInIn, mailsTo, newEmail, PASSWORD, post, refresh } from './people.js';

const LISTED = newEmail();
const ALSO_LISTED = newEmail();
let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    SIGNUP_MODE: 'whitelist',
    SIGNUP_WHITELIST: `${LISTED.toUpperCase()}, ${ALSO_LISTED}`,
    COOKIE_SECURE: '0',
    PUBLIC_URL: 'https://tradewire.example',
  });
});
afterAll(() => tradewire.stop());

test('a listed address logs in at once, without a mail', async () => {
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
  expect(await mailsTo(tradewire, LISTED)).toEqual([]);
  const again = await post(tradewire, '/auth/signup', form);
  expect([again.status, again.body]).toMatchObject([409, { error: { code: 'conflict' } }]);
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
