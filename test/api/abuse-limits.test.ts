import { afterEach, expect, test } from 'vitest';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { type Answer, Tradewire } from '../support/tradewire.js';
import { mailsTo, newEmail, PASSWORD, post, postWith, register } from './people.js';

const WINDOW_MS = 15 * 60 * 1_000;
const PAPEREXCHANGE = '/v1/auth/login';
const PAPI = '/auth/login';
const BEHIND_PROXY = { TRUST_PROXY: '1' };

const servers: Tradewire[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(settings: NodeJS.ProcessEnv = {}): Promise<Tradewire> {
  const tradewire = await Tradewire.start(settings);
  servers.push(tradewire);
  return tradewire;
}

function logIn(tradewire: Tradewire, email: string, password: string, path = PAPEREXCHANGE): Promise<Answer> {
  return post(tradewire, path, { email, password });
}

/** Log-ins with a wrong password, one after the other; their statuses. */
async function fail(tradewire: Tradewire, email: string, count: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < count; attempt++) {
    statuses.push((await logIn(tradewire, email, `wrong password ${attempt}`)).status);
  }
  return statuses;
}

test('after ten failures an account is locked for its address, whichever the password and the door', async () => {
  const tradewire = await start();
  const [email, other] = [newEmail(), newEmail()];
  await register(tradewire, email);
  await register(tradewire, other);
  expect(await fail(tradewire, email, 10)).toEqual(Array(10).fill(401));
  const locked = await logIn(tradewire, email, PASSWORD);
  expect([locked.status, locked.body]).toEqual([429, { detail: expect.any(String) }]);
  const retryAfterS = Number(locked.headers.get('retry-after'));
  expect(retryAfterS).toBeGreaterThan(WINDOW_MS / 2_000);
  expect(retryAfterS).toBeLessThanOrEqual(WINDOW_MS / 1_000);
  const atPapi = await logIn(tradewire, email.toUpperCase(), PASSWORD, PAPI);
  expect([atPapi.status, atPapi.body]).toMatchObject([429, { error: { code: 'rate_limited' } }]);
  expect((await logIn(tradewire, other, PASSWORD)).status).toBe(200);

  await new Sandbox(tradewire).advanceClock(WINDOW_MS);
  expect((await logIn(tradewire, email, PASSWORD)).status).toBe(200);
});

test('an account that does not exist is locked like one that does', async () => {
  const tradewire = await start();
  const email = newEmail();
  expect(await fail(tradewire, email, 11)).toEqual([...Array(10).fill(401), 429]);
});

test('many guesses at once get no further than ten', async () => {
  const tradewire = await start();
  const email = newEmail();
  await register(tradewire, email);
  const guesses = Array.from({ length: 30 }, (_, n) => logIn(tradewire, email, `wrong password ${n}`));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});

test('an account locked for one address is open to others, until all together guess too often', async () => {
  const tradewire = await start({ ...BEHIND_PROXY, ACCOUNT_FAILURES_MAX: '12', PUBLIC_REQUESTS_MAX: '1000' });
  const email = newEmail();
  await register(tradewire, email);
  const from = async (address: string, password: string) => {
    const headers = { 'x-forwarded-for': address };
    return (await postWith(tradewire, PAPEREXCHANGE, headers, { email, password })).status;
  };
  for (let attempt = 0; attempt < 10; attempt++) await from('192.0.2.1', 'wrong password');
  expect(await from('192.0.2.1', PASSWORD)).toBe(429);
  expect(await from('192.0.2.2', PASSWORD)).toBe(200);
  await from('192.0.2.2', 'wrong password');
  await from('192.0.2.2', 'wrong password');
  expect(await from('192.0.2.3', PASSWORD)).toBe(429);
});

test('an address that tries many accounts is locked out of all', async () => {
  const tradewire = await start({ ADDRESS_FAILURES_MAX: '5' });
  const email = newEmail();
  await register(tradewire, email);
  for (let attempt = 0; attempt < 5; attempt++) await fail(tradewire, newEmail(), 1);
  expect((await logIn(tradewire, email, PASSWORD)).status).toBe(429);
});

test('sign-ups, proofs and refreshes are counted by address', async () => {
  const settings = { SIGN_UPS_MAX: '1', PROOFS_MAX: '1', REFRESHES_MAX: '1' };
  const tradewire = await start(settings);
  const twice = async (path: string, body?: object) => {
    await post(tradewire, path, body);
    return post(tradewire, path, body);
  };
  const answers = [
    await twice('/auth/signup', { email: newEmail(), password: PASSWORD, name: 'Ada' }),
    await twice('/v1/auth/forgot-password', { email: newEmail() }),
    await twice('/auth/refresh'),
    await twice('/auth/google/callback', {
      code: 'c',
      code_verifier: 'v',
      redirect_uri: 'https://a.example',
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 429, 429]);
  for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  await new Sandbox(tradewire).advanceClock(WINDOW_MS);
  expect((await post(tradewire, '/v1/auth/forgot-password', { email: newEmail() })).status).toBe(200);
});

test('an address gets three mails an hour, and nobody is told', async () => {
  const tradewire = await start();
  const email = newEmail();
  await register(tradewire, email);
  const answers: unknown[] = [];
  for (let mail = 0; mail < 5; mail++) {
    const { status, body } = await post(tradewire, '/auth/forgot-password', { email });
    answers.push({ status, body });
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const mails = await mailsTo(tradewire, email);
  expect(mails).toHaveLength(3);
  // A mail that is not sent must not spoil the one before.
  const form = { token: mails[0]!.token, new_password: PASSWORD };
  expect((await post(tradewire, '/auth/reset-password', form)).status).toBe(200);
  await new Sandbox(tradewire).advanceClock(60 * 60 * 1_000);
  await post(tradewire, '/auth/forgot-password', { email });
  expect(await mailsTo(tradewire, email)).toHaveLength(4);
});

test('an address has so many mails sent in an hour, to whomever, and others have theirs', async () => {
  const tradewire = await start({ ...BEHIND_PROXY, MAILS_FROM_ADDRESS_MAX: '2' });
  const emails = [newEmail(), newEmail(), newEmail()] as const;
  const signUp = (address: string, email: string) => {
    const form = { email, password: PASSWORD, name: 'Ada' };
    return postWith(tradewire, '/auth/signup', { 'x-forwarded-for': address }, form);
  };
  const countsOf = () => Promise.all(emails.map(async (email) => (await mailsTo(tradewire, email)).length));
  for (const email of emails) expect((await signUp('192.0.2.1', email)).status).toBe(200);
  expect(await countsOf()).toEqual([1, 1, 0]);
  expect((await signUp('192.0.2.2', emails[2])).status).toBe(409);
  expect(await countsOf()).toEqual([1, 1, 1]);
});

test('without Redis nobody comes in, and that is said', async () => {
  const redis = await RedisServer.start();
  const tradewire = await start({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
  const email = newEmail();
  await register(tradewire, email);
  redis.freeze();
  try {
    const form = { email, password: PASSWORD };
    expect((await post(tradewire, PAPEREXCHANGE, form)).status).toBe(503);
    expect((await post(tradewire, PAPI, form)).status).toBe(503);
    expect((await post(tradewire, '/v1/auth/forgot-password', { email })).status).toBe(503);
    expect((await post(tradewire, '/auth/signup', { ...form, name: 'Ada' })).status).toBe(503);
  } finally {
    redis.thaw();
    await tradewire.stop();
    await redis.stop();
  }
});
