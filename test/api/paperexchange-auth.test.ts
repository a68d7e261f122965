import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { isGood, mailedToken, newEmail, PASSWORD, post, register } from './people.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('registration gives a token that works at once', async () => {
  const email = newEmail();
  const { status, headers, body } = await post(tradewire, '/v1/auth/register', { email, password: PASSWORD });
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    user_id: expect.stringMatching(UUID),
    email,
  });
  expect(await isGood(tradewire, (body as { access_token: string }).access_token)).toBe(true);
});

test('who registers here proves the address by a mail, and then logs in at the other door', async () => {
  const email = newEmail();
  await register(tradewire, email);
  const logIn = () => post(tradewire, '/auth/login', { email, password: PASSWORD });
  expect((await logIn()).status).toBe(403);
  const token = await mailedToken(tradewire, email, 'verify_email');
  expect((await post(tradewire, '/auth/verify-email', { token })).status).toBe(200);
  expect((await logIn()).status).toBe(200);
});

test('an address is registered once, however it is spelt', async () => {
  const email = newEmail();
  await register(tradewire, email);
  const again = { email: email.toUpperCase(), password: 'another password' };
  const { status, body } = await post(tradewire, '/v1/auth/register', again);
  expect(status).toBe(409);
  expect(body).toEqual({ detail: 'Email already registered' });
});

test('of many registrations of one address at once, one succeeds', async () => {
  const form = { email: newEmail(), password: PASSWORD };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post(tradewire, '/v1/auth/register', form)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
});

test('log-in gives what two generations of clients look for', async () => {
  const email = newEmail();
  await register(tradewire, email);
  const { status, body } = await post(tradewire, '/v1/auth/login', { email, password: PASSWORD });
  expect(status).toBe(200);
  const { user_id } = body as { user_id: string };
  expect(body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    token_type: 'bearer',
    user_id: expect.stringMatching(UUID),
    email,
    user: { id: user_id, email, plan: 'basic' },
  });
});

test('a wrong password and an unknown address are told apart by nothing', async () => {
  const email = newEmail();
  await register(tradewire, email);
  const wrong = await post(tradewire, '/v1/auth/login', { email, password: 'not the password' });
  const unknown = await post(tradewire, '/v1/auth/login', { email: newEmail(), password: PASSWORD });
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual({ detail: 'Invalid email or password' });
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  const namesOf = ({ headers }: typeof wrong) => [...headers.keys()].sort();
  expect(namesOf(unknown)).toEqual(namesOf(wrong));
});

test('the profile says who one is, and on which terms', async () => {
  const email = newEmail();
  const token = await register(tradewire, email);
  const { status, body } = await tradewire.ask('GET', '/v1/auth/me', undefined, token);
  expect(status).toBe(200);
  expect(body).toMatchObject({ email, plan: 'basic', payment_required: false });
  expect(Object.keys(body as object)).toEqual([
    'id',
    'email',
    'plan',
    'subscription_status',
    'trial_expires_at',
    'subscription_expires_at',
    'payment_required',
    'created_at',
  ]);
  expect((body as { created_at: string }).created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const anonymous = await tradewire.ask('GET', '/v1/auth/me', undefined, '');
  expect([anonymous.status, anonymous.body]).toEqual([401, { detail: 'API key required' }]);
});

test('a lost password is replaced by mail, once, and all log-ins end', async () => {
  const email = newEmail();
  const before = await register(tradewire, email);
  const asked = await post(tradewire, '/v1/auth/forgot-password', { email });
  expect([asked.status, asked.body]).toEqual([
    200,
    { message: 'If an account exists with this email, a password reset link has been sent.' },
  ]);
  const form = {
    token: await mailedToken(tradewire, email, 'reset_password'),
    new_password: 'a new password',
  };
  const done = await post(tradewire, '/v1/auth/reset-password', form);
  expect([done.status, done.body]).toEqual([
    200,
    { message: 'Password has been reset successfully. You can now log in with your new password.' },
  ]);
  expect(await isGood(tradewire, before)).toBe(false);
  const again = await post(tradewire, '/v1/auth/reset-password', form);
  expect([again.status, again.body]).toEqual([400, { detail: 'Invalid or expired reset token' }]);
  expect((await post(tradewire, '/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
  expect((await post(tradewire, '/v1/auth/login', { email, password: 'a new password' })).status).toBe(200);
});

test('asking for a password of nobody is answered in the same way', async () => {
  const email = newEmail();
  await register(tradewire, email);
  const known = await post(tradewire, '/v1/auth/forgot-password', { email });
  const unknown = await post(tradewire, '/v1/auth/forgot-password', { email: newEmail() });
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
});

const MALFORMED: readonly (readonly [path: string, body: unknown, detail: string])[] = [
  ['register', { email: 'not-an-address', password: PASSWORD }, 'email must be an e-mail address'],
  ['register', { email: 'a@b,c@d.example', password: PASSWORD }, 'email must be an e-mail address'],
  ['register', { email: 'a@b.example\n', password: PASSWORD }, 'email must be an e-mail address'],
  ['register', { email: newEmail(), password: '7 chars' }, 'password must have 8 to 256 characters'],
  ['register', { email: newEmail(), password: 'x'.repeat(257) }, 'password must have 8 to 256 characters'],
  ['register', { email: newEmail() }, 'password must have 8 to 256 characters'],
  ['register', undefined, 'the body must be an object'],
  ['login', { email: newEmail(), password: 12345678 }, 'password must be text of at most 256 characters'],
  ['forgot-password', {}, 'email must be an e-mail address'],
  ['reset-password', { token: '', new_password: 'a new password' }, 'token must be the token from the mail'],
  ['reset-password', { token: 'x', new_password: 'short' }, 'new_password must have 8 to 256 characters'],
];

test.each(MALFORMED)('%s with %j is refused with a reason', async (path, body, detail) => {
  const answer = await post(tradewire, `/v1/auth/${path}`, body);
  expect([answer.status, answer.body]).toEqual([400, { detail }]);
});
