import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { type Answer, Tradewire } from '../support/tradewire.js';
import { newEmail, PASSWORD, post, register } from './people.js';
import { addKey, demoAccount } from './users.js';

const LIMIT = 200;
const ORDER = { symbol: 'AAPL', orderType: 'LIMIT', quantity: 1, limitPrice: 190, side: 'BUY' };
const NO_ORDER = '/v1/orders/00000000-0000-4000-8000-000000000000';

let tradewire: Tradewire;
let sandbox: Sandbox;
let userId: string;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    DEMO_PLAN: 'basic',
    PUBLIC_REQUESTS_MAX: '100',
    UNAUTHENTICATED_REQUESTS_MAX: '50',
  });
  sandbox = new Sandbox(tradewire);
  userId = (await demoAccount(tradewire)).id;
  await tradewire.openApi();
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  await sandbox.advanceClock(60_000);
  await sandbox.market('AAPL', { oracle: 200, bids: [[199, 1_000]], asks: [[201, 1_000]] });
});

/** Asks over and over until the answer has a status; answers with how often another came before. */
async function countUntil(
  status: number,
  ask: () => Promise<Answer>,
): Promise<{ count: number; last: Answer }> {
  for (let count = 0; ; count++) {
    const last = await ask();
    if (last.status === status) return { count, last };
    expect(count).toBeLessThan(1_000);
  }
}

test('a key has the requests of its plan, and is told how it stands', async () => {
  const { key } = await addKey(tradewire, userId, ['trade']);
  const first = await tradewire.ask('GET', '/v1/accounts', undefined, key);
  expect(first.headers.get('x-ratelimit-limit')).toBe('200');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('199');
  expect(first.headers.get('x-ratelimit-reset')).toBe('60');
  expect(first.headers.get('retry-after')).toBeNull();

  const { count, last } = await countUntil(429, () => tradewire.ask('GET', NO_ORDER, undefined, key));
  expect(count).toBe(LIMIT - 1);
  const { resetTime } = last.body as { resetTime: number };
  expect(last.body).toEqual({
    statusCode: 429,
    message: 'Rate limit exceeded',
    limit: 200,
    remaining: 0,
    resetTime,
  });
  expect(Object.keys(last.body as object)).toEqual([
    'statusCode',
    'message',
    'limit',
    'remaining',
    'resetTime',
  ]);
  expect(resetTime).toBeGreaterThan(0);
  expect(resetTime).toBeLessThanOrEqual(60);
  expect(last.headers.get('retry-after')).toBe(`${resetTime}`);

  await sandbox.advanceClock(resetTime * 1_000);
  expect((await tradewire.ask('GET', NO_ORDER, undefined, key)).status).toBe(404);
});

test('all log-ins of a user count as one, and each key by itself', async () => {
  const email = newEmail();
  const first = await register(tradewire, email);
  const made = await tradewire.ask('POST', '/v1/auth/api-keys', { name: 'bot' }, first);
  const { api_key: key } = made.body as { api_key: string };
  const { body } = await post(tradewire, '/v1/auth/login', { email, password: PASSWORD });
  const { access_token: second } = body as { access_token: string };
  const remaining = async (credential: string) => {
    const { headers } = await tradewire.ask('GET', '/v1/accounts', undefined, credential);
    return headers.get('x-ratelimit-remaining');
  };
  expect(await remaining(first)).toBe('198');
  expect(await remaining(second)).toBe('197');
  expect(await remaining(key)).toBe('199');
});

test('a batch counts as its orders, and cancels still pass', async () => {
  const { key } = await addKey(tradewire, userId, ['trade']);
  const batch = Array.from({ length: 50 }, () => ORDER);
  const placed: string[] = [];
  for (let round = 0; round < 4; round++) {
    const { status, body } = await tradewire.ask('POST', '/v1/orders/batch', batch, key);
    expect(status).toBe(200);
    placed.push(...(body as { orders: { orderId: string }[] }).orders.map(({ orderId }) => orderId));
  }
  expect((await tradewire.ask('POST', '/v1/orders', ORDER, key)).status).toBe(429);
  expect((await tradewire.ask('PUT', `/v1/orders/${placed[0]}/cancel`, undefined, key)).status).toBe(200);
  expect((await tradewire.ask('DELETE', `/v1/orders/account/${userId}`, undefined, key)).body).toEqual({
    canceled: placed.length - 1,
  });
  const cancel = () => tradewire.ask('PUT', `/v1/orders/${placed[1]}/cancel`, undefined, key);
  expect((await countUntil(429, cancel)).count).toBe(LIMIT / 2 - 2);
});

test('what is forbidden or not valid counts, and the sandbox does not', async () => {
  const { key } = await addKey(tradewire, userId, ['read']);
  const remaining = (answer: Answer) => Number(answer.headers.get('x-ratelimit-remaining'));
  const forbidden = await tradewire.ask('POST', '/v1/orders', ORDER, key);
  expect([forbidden.status, remaining(forbidden)]).toEqual([403, 199]);
  const invalid = await tradewire.ask('GET', '/v1/events?limit=0', undefined, key);
  expect([invalid.status, remaining(invalid)]).toEqual([400, 198]);
  const sandboxed = await tradewire.ask('GET', '/v1/sandbox/state');
  expect(sandboxed.headers.get('x-ratelimit-limit')).toBeNull();
});

test('an address has 100 requests a minute to what is public, and others go on', async () => {
  const ask = () => tradewire.ask('POST', '/v1/auth/token', { apiKey: 'of-nobody' }, '');
  const { count, last } = await countUntil(429, ask);
  expect(count).toBe(100);
  expect(last.body).toMatchObject({ statusCode: 429, message: 'Rate limit exceeded', limit: 100 });
  expect((await tradewire.ask('GET', '/v1/accounts')).status).toBe(200);
  expect((await tradewire.ask('GET', '/health', undefined, '')).status).toBe(200);
});

test('an address has 50 requests a minute without the credential that they need', async () => {
  const keys = ['', 'of-nobody', 'eyJ.not.one'];
  let asked = 0;
  const { count } = await countUntil(429, () =>
    tradewire.ask('GET', '/v1/accounts', undefined, keys[asked++ % keys.length]!),
  );
  expect(count).toBe(50);
  expect((await tradewire.ask('GET', '/v1/accounts')).status).toBe(200);
});
