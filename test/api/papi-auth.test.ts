import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import {
  isGood,
  joinPapi,
  logInAtPapi,
  logInIn,
  mailedToken,
  mailsTo,
  newEmail,
  PASSWORD,
  post,
  postWith,
  refresh,
  register,
} from './people.js';

const ORIGIN = 'https://app.example.com';
const MONTH_S = 30 * 24 * 60 * 60;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({ CORS_ORIGINS: ORIGIN });
});
afterAll(() => tradewire.stop());

function errorOf(code: string, message: unknown = expect.any(String)) {
  return { error: { code, message } };
}

test('sign-up in open mode mails a token, which logs in whoever has it', async () => {
  const email = newEmail();
  const signedUp = await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Jane Doe' });
  expect(signedUp.status).toBe(200);
  expect(signedUp.body).toEqual({
    message: 'Verification email sent',
    user_id: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
  });
  const early = await post(tradewire, '/auth/login', { email, password: PASSWORD });
  expect([early.status, early.body]).toEqual([403, errorOf('forbidden')]);

  const [mail] = await mailsTo(tradewire, email);
  expect(mail).toMatchObject({ to: email, kind: 'verify_email' });
  expect(mail!.link).toContain(mail!.token);
  const verified = await post(tradewire, '/auth/verify-email', { token: mail!.token });
  expect(verified.status).toBe(200);
  const { user_id: id } = signedUp.body as { user_id: string };
  expect(verified.body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    user: { id, email, name: 'Jane Doe', avatar_url: null, role: 'user' },
  });
  expect(await isGood(tradewire, logInIn(verified).accessToken)).toBe(true);
  const loggedIn = await post(tradewire, '/auth/login', { email, password: PASSWORD });
  expect(loggedIn.body).toMatchObject({ user: { id } });

  const again = await post(tradewire, '/auth/verify-email', { token: mail!.token });
  expect([again.status, again.body]).toEqual([400, errorOf('bad_request')]);
});

test('the refresh token comes in a cookie that scripts and other sites do not get', async () => {
  const email = newEmail();
  await joinPapi(tradewire, email);
  const { headers } = await post(tradewire, '/auth/login', { email, password: PASSWORD });
  const [pair, ...attributes] = headers.get('set-cookie')!.split('; ');
  expect(pair).toMatch(/^refresh_token=rf_/);
  expect(attributes.sort()).toEqual(
    ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/auth', `Max-Age=${MONTH_S}`].sort(),
  );
});

test('a second sign-up is a conflict in the words of the first, and mails only to an unproven address', async () => {
  const email = newEmail();
  const form = { email, password: PASSWORD, name: 'Ada' };
  await post(tradewire, '/auth/signup', form);
  const first = await mailedToken(tradewire, email, 'verify_email');
  const second = await post(tradewire, '/auth/signup', form);
  expect([second.status, second.body]).toEqual([409, errorOf('conflict', 'Verification email sent')]);
  const newest = await mailedToken(tradewire, email, 'verify_email');
  expect(newest).not.toBe(first);
  expect((await post(tradewire, '/auth/verify-email', { token: first })).status).toBe(400);
  expect((await post(tradewire, '/auth/verify-email', { token: newest })).status).toBe(200);
  const third = await post(tradewire, '/auth/signup', form);
  expect([third.status, third.body]).toEqual([second.status, second.body]);
  expect(await mailsTo(tradewire, email)).toHaveLength(2);
});

test('wrong password and unknown address read the same', async () => {
  const email = newEmail();
  await joinPapi(tradewire, email);
  const wrong = await post(tradewire, '/auth/login', { email, password: 'not the password' });
  const unknown = await post(tradewire, '/auth/login', { email: newEmail(), password: PASSWORD });
  expect([wrong.status, wrong.body]).toEqual([401, errorOf('unauthorized', 'Invalid email or password')]);
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
});

test('the cookie buys the next token, and two tabs that race get the same one', async () => {
  const { refreshToken } = await joinPapi(tradewire);
  const tabs = await Promise.all([refresh(tradewire, refreshToken), refresh(tradewire, refreshToken)]);
  const [one, other] = tabs.map(logInIn);
  expect(one!.refreshToken).not.toBe(refreshToken);
  expect(other!.refreshToken).toBe(one!.refreshToken);
  expect(tabs[0]!.body).toMatchObject({ user: { role: 'user' } });
  expect(await isGood(tradewire, one!.accessToken)).toBe(true);
  expect((await refresh(tradewire, one!.refreshToken)).status).toBe(200);
});

test('without the cookie there is nothing to refresh', async () => {
  const bare = await post(tradewire, '/auth/refresh');
  expect([bare.status, bare.body]).toEqual([401, errorOf('unauthorized')]);
  expect((await refresh(tradewire, 'rf_guessed')).status).toBe(401);
  expect((await refresh(tradewire, '')).status).toBe(401);
});

test('pages of other origins can neither refresh nor log a browser in', async () => {
  const email = newEmail();
  const { refreshToken } = await joinPapi(tradewire, email);
  const cookie = `refresh_token=${refreshToken}`;
  for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
    const refused = await postWith(tradewire, '/auth/refresh', { cookie, origin });
    expect([refused.status, refused.body]).toEqual([403, errorOf('forbidden')]);
    const form = { email, password: PASSWORD };
    expect((await postWith(tradewire, '/auth/login', { origin }, form)).status).toBe(403);
  }
  const allowed = await postWith(tradewire, '/auth/refresh', { cookie, origin: ORIGIN });
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
});

test('a refresh token of another family is no good here, nor this one there', async () => {
  const { refreshToken } = await joinPapi(tradewire);
  const bought = await post(tradewire, '/v1/auth/token', { apiKey: tradewire.apiKey });
  const paperToken = (bought.body as { refreshToken: string }).refreshToken;
  expect((await refresh(tradewire, paperToken)).status).toBe(401);
  expect((await post(tradewire, '/v1/auth/refresh', { refreshToken })).status).toBe(401);
  expect((await refresh(tradewire, refreshToken)).status).toBe(200);
  expect((await post(tradewire, '/v1/auth/refresh', { refreshToken: paperToken })).status).toBe(200);
});

test('log-out ends the log-in and takes the cookie away', async () => {
  const email = newEmail();
  const { accessToken, refreshToken } = await joinPapi(tradewire, email);
  const other = await logInAtPapi(tradewire, email);
  const headers = { authorization: `Bearer ${accessToken}`, cookie: `refresh_token=${refreshToken}` };
  const { status, headers: answered, body } = await postWith(tradewire, '/auth/logout', headers);
  expect([status, body]).toEqual([200, { message: 'Logged out successfully' }]);
  const cleared = answered.get('set-cookie')!.split('; ');
  expect(cleared).toEqual(expect.arrayContaining(['refresh_token=', 'Max-Age=0', 'Path=/auth', 'HttpOnly']));
  expect(await isGood(tradewire, accessToken)).toBe(false);
  expect((await refresh(tradewire, refreshToken)).status).toBe(401);
  expect(await isGood(tradewire, other.accessToken)).toBe(true);
});

test('log-out wants a log-in, and no key', async () => {
  expect((await post(tradewire, '/auth/logout')).status).toBe(401);
  const byKey = await tradewire.ask('POST', '/auth/logout');
  expect([byKey.status, byKey.body]).toEqual([403, errorOf('forbidden')]);
});

test('a reset ends the log-ins of every door, and its token works at either', async () => {
  const email = newEmail();
  const { accessToken, refreshToken } = await joinPapi(tradewire, email);
  const { body } = await post(tradewire, '/v1/auth/login', { email, password: PASSWORD });
  const elsewhere = (body as { access_token: string }).access_token;
  const asked = await post(tradewire, '/auth/forgot-password', { email });
  expect([asked.status, asked.body]).toEqual([
    200,
    { message: 'If that email exists, a reset link has been sent' },
  ]);
  const token = await mailedToken(tradewire, email, 'reset_password');
  const done = await post(tradewire, '/auth/reset-password', { token, new_password: 'a new password' });
  expect([done.status, done.body]).toEqual([200, { message: 'Password reset successfully' }]);
  for (const ended of [accessToken, elsewhere]) expect(await isGood(tradewire, ended)).toBe(false);
  expect((await refresh(tradewire, refreshToken)).status).toBe(401);
  await logInAtPapi(tradewire, email, 'a new password');
});

test('a newer reset token takes the place of the one before', async () => {
  const email = newEmail();
  await joinPapi(tradewire, email);
  await post(tradewire, '/auth/forgot-password', { email });
  const first = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/forgot-password', { email });
  const form = { token: first, new_password: 'a new password' };
  const refused = await post(tradewire, '/auth/reset-password', form);
  expect([refused.status, refused.body]).toEqual([400, errorOf('bad_request')]);
  const token = await mailedToken(tradewire, email, 'reset_password');
  expect((await post(tradewire, '/auth/reset-password', { ...form, token })).status).toBe(200);
});

test('the proof of an address by reset is enough to log in', async () => {
  const email = newEmail();
  await register(tradewire, email);
  expect((await post(tradewire, '/auth/login', { email, password: PASSWORD })).status).toBe(403);
  await post(tradewire, '/auth/forgot-password', { email });
  const token = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/reset-password', { token, new_password: PASSWORD });
  await logInAtPapi(tradewire, email);
});

const MALFORMED: readonly (readonly [path: string, body: unknown])[] = [
  ['signup', { email: 'x', password: PASSWORD, name: 'Ada' }],
  ['signup', { email: newEmail(), password: 'short', name: 'Ada' }],
  ['signup', { email: newEmail(), password: PASSWORD, name: '' }],
  ['signup', { email: newEmail(), password: PASSWORD, name: 'a\r\nb' }],
  ['login', { email: newEmail() }],
  ['verify-email', {}],
  ['verify-email', { token: 'never-sent' }],
  ['forgot-password', { email: ['a@example.com'] }],
  ['reset-password', { token: 'never-sent', new_password: PASSWORD }],
];

test.each(MALFORMED)('%s with %j is a bad request', async (path, body) => {
  const answer = await post(tradewire, `/auth/${path}`, body);
  expect([answer.status, answer.body]).toEqual([400, errorOf('bad_request')]);
});
