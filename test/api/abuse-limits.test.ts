import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { testRedisUrl } from '../journal/stores.js';
import { LossyProxy } from '../support/lossy-proxy.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { type Answer, Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { joinPapi, mailsTo, newEmail, PASSWORD, post, postWith, register } from './people.js';

const WINDOW_MS = 15 * 60 * 1_000;
const PAPEREXCHANGE = '/v1/auth/login';
const PAPI = '/auth/login';
const ACCOUNT_FAILURES_MAX = 12;
const ADDRESS_FAILURES_MAX = 15;
const MAILS_FROM_ADDRESS_MAX = 7;
/** Of requests of each kind; more than any test sends without meaning to run into it. */
const COUNT_MAX = 8;

const GRANT = { code: 'c', code_verifier: 'v', redirect_uri: 'https://a.example' };

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    TRUST_PROXY: '1',
    ACCOUNT_FAILURES_MAX: `${ACCOUNT_FAILURES_MAX}`,
    ADDRESS_FAILURES_MAX: `${ADDRESS_FAILURES_MAX}`,
    MAILS_FROM_ADDRESS_MAX: `${MAILS_FROM_ADDRESS_MAX}`,
    ...{ SIGN_UPS_MAX: `${COUNT_MAX}`, PROOFS_MAX: `${COUNT_MAX}`, REFRESHES_MAX: `${COUNT_MAX}` },
  });
});
afterAll(() => tradewire.stop());

/** Somebody at an address that nobody else of these tests has. */
class Visitor {
  private static count = 0;
  private readonly address = `192.0.2.${++Visitor.count}`;

  post(path: string, body?: object): Promise<Answer> {
    return postWith(tradewire, path, { 'x-forwarded-for': this.address }, body);
  }

  logIn(email: string, password: string, path = PAPEREXCHANGE): Promise<Answer> {
    return this.post(path, { email, password });
  }

  /** Log-ins with a wrong password, one after the other; their statuses. */
  async fail(email: string, count: number): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < count; attempt++) {
      statuses.push((await this.logIn(email, `wrong password ${attempt}`)).status);
    }
    return statuses;
  }
}

test('after ten failures an account is locked for its address, whichever the password and the door', async () => {
  const visitor = new Visitor();
  const [email, other] = [newEmail(), newEmail()];
  await register(tradewire, email);
  await register(tradewire, other);
  expect(await visitor.fail(email, 10)).toEqual(Array(10).fill(401));
  const locked = await visitor.logIn(email, PASSWORD);
  expect([locked.status, locked.body]).toEqual([429, { detail: expect.any(String) }]);
  const retryAfterS = Number(locked.headers.get('retry-after'));
  expect(retryAfterS).toBeGreaterThan(WINDOW_MS / 2_000);
  expect(retryAfterS).toBeLessThanOrEqual(WINDOW_MS / 1_000);
  const atPapi = await visitor.logIn(email.toUpperCase(), PASSWORD, PAPI);
  expect([atPapi.status, atPapi.body]).toMatchObject([429, { error: { code: 'rate_limited' } }]);
  expect((await visitor.logIn(other, PASSWORD)).status).toBe(200);

  await new Sandbox(tradewire).advanceClock(WINDOW_MS);
  expect((await visitor.logIn(email, PASSWORD)).status).toBe(200);
});

test('an account that does not exist is locked like one that does', async () => {
  expect(await new Visitor().fail(newEmail(), 11)).toEqual([...Array(10).fill(401), 429]);
});

test('many guesses at once get no further than ten', async () => {
  const visitor = new Visitor();
  const email = newEmail();
  await register(tradewire, email);
  const guesses = Array.from({ length: 30 }, (_, n) => visitor.logIn(email, `wrong password ${n}`));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});

test('an account locked for one address is open to others, until all together guess too often', async () => {
  const [first, second, third] = [new Visitor(), new Visitor(), new Visitor()];
  const email = newEmail();
  await register(tradewire, email);
  await first.fail(email, 10);
  expect((await first.logIn(email, PASSWORD)).status).toBe(429);
  expect((await second.logIn(email, PASSWORD)).status).toBe(200);
  await second.fail(email, ACCOUNT_FAILURES_MAX - 10);
  expect((await third.logIn(email, PASSWORD)).status).toBe(429);
});

test('an address that tries many accounts is locked out of all', async () => {
  const visitor = new Visitor();
  const email = newEmail();
  await register(tradewire, email);
  for (let attempt = 0; attempt < ADDRESS_FAILURES_MAX; attempt++) await visitor.fail(newEmail(), 1);
  expect((await visitor.logIn(email, PASSWORD)).status).toBe(429);
  expect((await new Visitor().logIn(email, PASSWORD)).status).toBe(200);
});

test('sign-ups, proofs and refreshes are counted by address', async () => {
  const visitor = new Visitor();
  const tooOften = async (path: string, body?: object) => {
    for (let count = 0; count < COUNT_MAX; count++) {
      expect((await visitor.post(path, body)).status, path).not.toBe(429);
    }
    return visitor.post(path, body);
  };
  const answers = [
    await tooOften('/auth/signup', { email: newEmail(), password: PASSWORD, name: 'Ada' }),
    await tooOften('/v1/auth/forgot-password', { email: newEmail() }),
    await tooOften('/auth/refresh'),
    // It may sign somebody up, so the sign-ups count for it too.
    await visitor.post('/auth/google/callback', GRANT),
  ];
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 429, 429]);
  for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  await new Sandbox(tradewire).advanceClock(WINDOW_MS);
  expect((await visitor.post('/v1/auth/forgot-password', { email: newEmail() })).status).toBe(200);
});

test('an address gets three mails an hour, and nobody is told', async () => {
  const visitor = new Visitor();
  const email = newEmail();
  await register(tradewire, email);
  const answers: unknown[] = [];
  for (let mail = 0; mail < 5; mail++) {
    const { status, body } = await visitor.post('/auth/forgot-password', { email });
    answers.push({ status, body });
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const mails = await mailsTo(tradewire, email);
  expect(mails).toHaveLength(3);
  // A mail that is not sent must not spoil the one before.
  const form = { token: mails[0]!.token, new_password: PASSWORD };
  expect((await visitor.post('/auth/reset-password', form)).status).toBe(200);
  await new Sandbox(tradewire).advanceClock(60 * 60 * 1_000);
  await visitor.post('/auth/forgot-password', { email });
  expect(await mailsTo(tradewire, email)).toHaveLength(4);
});

test('an address has so many mails sent in an hour, to whomever, and others have theirs', async () => {
  const visitor = new Visitor();
  const emails = Array.from({ length: MAILS_FROM_ADDRESS_MAX }, newEmail);
  const late = newEmail();
  const signUp = (by: Visitor, email: string) =>
    by.post('/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  const countOf = async (email: string) => (await mailsTo(tradewire, email)).length;
  for (const email of [...emails, late]) expect((await signUp(visitor, email)).status).toBe(200);
  expect(await Promise.all([...emails, late].map(countOf))).toEqual([...emails.map(() => 1), 0]);
  expect((await signUp(new Visitor(), late)).status).toBe(409);
  expect(await countOf(late)).toBe(1);
});

test('without Redis nobody comes in, and that is said', async () => {
  const redis = await RedisServer.start();
  const other = await Tradewire.start({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
  const email = newEmail();
  await register(other, email);
  redis.freeze();
  try {
    const form = { email, password: PASSWORD };
    expect((await post(other, PAPEREXCHANGE, form)).status).toBe(503);
    expect((await post(other, PAPI, form)).status).toBe(503);
    expect((await post(other, '/v1/auth/forgot-password', { email })).status).toBe(503);
    expect((await post(other, '/auth/signup', { ...form, name: 'Ada' })).status).toBe(503);
  } finally {
    redis.thaw();
    await other.stop();
    await redis.stop();
  }
});

test('a Redis that refuses writes is an outage at log-in, and what was to be written is not logged', async () => {
  const redis = await RedisServer.start();
  const tradewire = await Tradewire.start({ REDIS_URL: redis.url });
  onTestFinished(async () => {
    await tradewire.stop();
    await redis.stop();
  });
  const email = newEmail();
  const { accessToken } = await joinPapi(tradewire, email);
  const admin = new Redis(redis.socketPath);
  await admin.config('SET', 'maxmemory', '1');
  admin.disconnect();
  const message = expect.stringContaining('may have been done or not');
  const form = { email, password: PASSWORD };
  expect(await post(tradewire, PAPI, form)).toMatchObject({ status: 503, body: { error: { message } } });
  expect(await post(tradewire, PAPEREXCHANGE, form)).toMatchObject({
    status: 503,
    body: { detail: message },
  });
  const renamed = await tradewire.ask('PATCH', '/account/profile', { display_name: 'Bea' }, accessToken);
  expect(renamed.status).toBe(503);
  await until('it is logged', () => /OOM command not allowed/.test(tradewire.log.join('')));
  expect(tradewire.log.join('')).not.toContain('argon2');
  expect(tradewire.log.join('')).not.toContain(email);
});

test('a key whose making was not heard of is not said to be none', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().slice('unix://'.length));
  const tradewire = await Tradewire.start({ REDIS_URL: proxy.url });
  onTestFinished(async () => {
    await tradewire.stop();
    await proxy.stop();
  });
  const name = 'the lost one';
  proxy.loseReplyTo(name);
  const answer = await tradewire.ask('POST', '/v1/credentials', { kind: 'KEY_PAIR', name });
  const message = expect.stringContaining('may have been done or not');
  expect(answer).toMatchObject({ status: 504, body: { statusCode: 504, code: 'UNKNOWN_OUTCOME', message } });
  await until('it is there', async () => {
    const { status, body } = await tradewire.ask('GET', '/v1/credentials');
    return status === 200 && JSON.stringify(body).includes(name);
  });
});
