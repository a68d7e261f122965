import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '../../src/identity/credentials/credentials.js';
import { RedisServer } from '../support/redis-server.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { addKey, demoAccount, revokeKey } from './users.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

interface TokenBody {
  readonly token: string;
  readonly refreshToken: string;
  readonly access_token: string;
  readonly hashedKey: string;
}

async function buyToken(apiKey = tradewire.apiKey): Promise<TokenBody> {
  const { body } = await tradewire.ask('POST', '/v1/auth/token', { apiKey }, '');
  return body as TokenBody;
}

test('an API key buys a token that works in its place', async () => {
  const { status, headers, body } = await tradewire.ask(
    'POST',
    '/v1/auth/token',
    { apiKey: tradewire.apiKey },
    '',
  );
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  const { token, refreshToken, access_token, hashedKey } = body as TokenBody;
  expect(Object.keys(body as object).slice(0, 2)).toEqual(['token', 'refreshToken']);
  expect(refreshToken).toMatch(/^rf_/);
  expect(access_token).toBe(token);
  expect(hashedKey).toBe(sha256Hex(tradewire.apiKey));
  expect((await tradewire.ask('GET', '/v1/accounts', undefined, token)).status).toBe(200);
});

test('an unknown key is refused in the words of the seed', async () => {
  const { status, body } = await tradewire.ask('POST', '/v1/auth/token', { apiKey: 'pe_nobody' }, '');
  expect(status).toBe(401);
  expect(body).toEqual({ statusCode: 401, message: 'Invalid API Key' });
});

test('a token buys no token, so that it cannot outlive its day', async () => {
  const { token } = await buyToken();
  const { status } = await tradewire.ask('POST', '/v1/auth/token', { apiKey: token }, '');
  expect(status).toBe(401);
});

test('a request without a key names the field and repeats no secret', async () => {
  const secret = { apikey: tradewire.apiKey };
  const { status, body } = await tradewire.ask('POST', '/v1/auth/token', secret, '');
  expect(status).toBe(400);
  expect(body).toMatchObject({
    message: 'Validation failed',
    errors: { apiKey: ['apiKey must be a string'] },
  });
  expect(JSON.stringify(body)).not.toContain(tradewire.apiKey);
});

test('a refresh token is good once, and its successor works', async () => {
  const { refreshToken } = await buyToken();
  const refreshed = await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken }, '');
  expect(refreshed.status).toBe(200);
  const successor = refreshed.body as TokenBody;
  expect(successor.refreshToken).not.toBe(refreshToken);
  expect((await tradewire.ask('GET', '/v1/accounts', undefined, successor.token)).status).toBe(200);
  const { refreshToken: next } = successor;
  expect((await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken: next }, '')).status).toBe(200);
  const unknown = await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken: 'rf_unknown' }, '');
  expect(unknown.body).toEqual({ statusCode: 401, message: 'Invalid refresh token' });
});

test('a refused token and one that is used again are in the security log', async () => {
  const { refreshToken } = await buyToken();
  const eventsSince = (from: number) => tradewire.log.slice(from).join('');
  const start = tradewire.log.length;
  expect((await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken }, '')).status).toBe(200);
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: 11_000 });
  expect((await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken }, '')).status).toBe(401);
  await tradewire.ask('POST', '/v1/auth/token', { apiKey: 'pe_nobody' }, '');
  await until('both are logged', () =>
    ['refresh_token_reused', 'token_refused'].every((event) =>
      eventsSince(start).includes(`"event":"${event}"`),
    ),
  );
  expect(eventsSince(start)).not.toContain(refreshToken);
});

test('a revoked key ends its tokens, and its refresh tokens buy nothing', async () => {
  const { id } = await demoAccount(tradewire);
  const { key, keyId } = await addKey(tradewire, id, ['read']);
  const { token, refreshToken } = await buyToken(key);
  await revokeKey(tradewire, keyId);
  await until('the token is refused', async () => {
    return (await tradewire.ask('GET', '/v1/accounts', undefined, token)).status === 401;
  });
  expect((await tradewire.ask('POST', '/v1/auth/refresh', { refreshToken }, '')).status).toBe(401);
});

test('the lifetime of a token follows the clock of the exchange', async () => {
  const { token } = await buyToken();
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: 24 * 60 * 60 * 1_000 + 1_000 });
  expect((await tradewire.ask('GET', '/v1/accounts', undefined, token)).status).toBe(401);
});

test('without Redis nothing is issued, and that is said', async () => {
  const redis = await RedisServer.start();
  const other = await Tradewire.start({ REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  redis.freeze();
  try {
    const { status, body } = await other.ask('POST', '/v1/auth/token', { apiKey: other.apiKey }, '');
    expect(status).toBe(504);
    expect(body).toMatchObject({ statusCode: 504, code: 'UNKNOWN_OUTCOME' });
    expect((await other.ask('GET', '/v1/accounts', undefined, 'never-seen-before')).status).toBe(503);
  } finally {
    redis.thaw();
    await other.stop();
    await redis.stop();
  }
});
