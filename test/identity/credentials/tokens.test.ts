import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { Authenticator } from '../../../src/identity/credentials/authenticator.js';
import { ensureDemoUser } from '../../../src/identity/credentials/demo-user.js';
import { presentedIn } from '../../../src/identity/credentials/presented.js';
import { RefreshTokens } from '../../../src/identity/credentials/refresh-tokens-redis.js';
import { permits } from '../../../src/identity/credentials/scope.js';
import { AccessTokens } from '../../../src/identity/credentials/tokens.js';
import { Administrators } from '../../../src/identity/people/user.js';
import { until } from '../../support/until.js';
import { connectTestRedis, openCredentials } from '../fresh-credentials.js';

const SECRET = Buffer.from('the secret of a test, long enough');
const CLAIMS = { userId: 'user', keyId: 'key', scopes: ['read'], family: 'paper' } as const;
const DAY_MS = 86_400_000;

let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
const now = () => nowMs;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function accessTokens(secret = SECRET, venue = 'main'): AccessTokens {
  return new AccessTokens({ present: secret, previous: null }, 'http://issuer', venue, now);
}

async function refreshTokens(): Promise<RefreshTokens> {
  const redis = await connectTestRedis();
  cleanups.push(() => redis.disconnect());
  return new RefreshTokens(redis, { present: SECRET, previous: null }, `t-${randomUUID()}`, now);
}

test('a token says whom it speaks for, for 24 hours of the exchange’s clock', async () => {
  const tokens = accessTokens();
  const { token, expiresAt } = await tokens.issue(CLAIMS);
  expect(expiresAt).toBe(nowMs + DAY_MS);
  expect(await tokens.verify(token)).toEqual({ ...CLAIMS, expiresAt });
  nowMs += DAY_MS - 1_000;
  expect(await tokens.verify(token)).toEqual({ ...CLAIMS, expiresAt });
  nowMs += 1_000;
  expect(await tokens.verify(token)).toEqual({ fault: 'EXPIRED' });
});

test('a token of another venue, secret, algorithm or purpose is unknown', async () => {
  const tokens = accessTokens();
  const unknown = { fault: 'UNKNOWN' };
  const { token } = await tokens.issue(CLAIMS);
  expect(await accessTokens(SECRET, 'other').verify(token)).toEqual(unknown);
  expect(await accessTokens(Buffer.from('another secret')).verify(token)).toEqual(unknown);
  const [, payload] = token.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  expect(await tokens.verify(`${none}.${payload}.`)).toEqual(unknown);
  const withRootKey = new SignJWT({ keyId: 'key', scopes: ['admin'] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('http://issuer')
    .setAudience('main')
    .setSubject('user')
    .setJti('id')
    .setExpirationTime(Math.floor(nowMs / 1_000) + 60);
  expect(await tokens.verify(await withRootKey.sign(SECRET))).toEqual(unknown);
});

test('tabs that race with one refresh token all get the same successor', async () => {
  const tokens = await refreshTokens();
  const token = await tokens.issue(CLAIMS);
  const results = await Promise.all(Array.from({ length: 20 }, () => tokens.rotate(token, CLAIMS.family)));
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(results[0]).toMatchObject({ claims: CLAIMS });
});

test('a refresh token that comes back after the grace ends its whole line', async () => {
  const tokens = await refreshTokens();
  const token = await tokens.issue(CLAIMS);
  const next = await tokens.rotate(token, CLAIMS.family);
  if (!('refreshToken' in next)) throw new Error('refused');
  nowMs += 10_001;
  expect(await tokens.rotate(token, CLAIMS.family)).toEqual({ fault: 'REUSED', claims: CLAIMS });
  expect(await tokens.rotate(next.refreshToken, CLAIMS.family)).toEqual({ fault: 'UNKNOWN' });
});

test('a refresh token whose successor was used is reused, however soon it comes back', async () => {
  const tokens = await refreshTokens();
  const token = await tokens.issue(CLAIMS);
  const second = await tokens.rotate(token, CLAIMS.family);
  if (!('refreshToken' in second)) throw new Error('refused');
  expect(await tokens.rotate(second.refreshToken, CLAIMS.family)).toMatchObject({ claims: CLAIMS });
  expect(await tokens.rotate(token, CLAIMS.family)).toMatchObject({ fault: 'REUSED' });
});

test('a credential has a bounded number of lines of refresh tokens', async () => {
  const tokens = await refreshTokens();
  const first = await tokens.issue(CLAIMS);
  for (let n = 0; n < 100; n++) {
    nowMs += 1;
    await tokens.issue(CLAIMS);
  }
  expect(await tokens.rotate(first, CLAIMS.family)).toEqual({ fault: 'UNKNOWN' });
});

test('a refresh token ends after 30 days of the exchange’s clock', async () => {
  const tokens = await refreshTokens();
  const token = await tokens.issue(CLAIMS);
  nowMs += 30 * DAY_MS;
  expect(await tokens.rotate(token, CLAIMS.family)).toEqual({ fault: 'UNKNOWN' });
  expect(await tokens.rotate('rf_guessed', CLAIMS.family)).toEqual({ fault: 'UNKNOWN' });
});

test('the authenticator takes keys and tokens, until the key is revoked', async () => {
  const store = await openCredentials();
  const directory = await mkdtemp(join(tmpdir(), 'tradewire-tokens-'));
  cleanups.push(
    () => store.close(),
    () => rm(directory, { recursive: true }),
  );
  const { key, user } = (await ensureDemoUser(store.credentials, null, directory, now))!;
  const tokens = accessTokens();
  const { authenticate } = new Authenticator(store.credentials, tokens, new Administrators([]), now);
  const byKey = await authenticate({ secret: key });
  expect(byKey).toMatchObject({ principal: { userId: user.userId, portfolioIds: user.portfolioIds } });
  if (!('principal' in byKey)) throw new Error('refused');
  expect(byKey.principal.expiresAt).toBeNull();
  const { token, expiresAt } = await tokens.issue({ ...byKey.principal, scopes: ['read'], family: 'paper' });
  expect(await authenticate({ secret: token })).toEqual({
    principal: { ...byKey.principal, scopes: ['read'], tokenFamily: 'paper', expiresAt },
  });
  expect(await authenticate(null)).toMatchObject({ refusal: { status: 401 } });
  expect(await authenticate({ secret: `${key}x` })).toMatchObject({ refusal: { status: 401 } });
  expect(await authenticate({ secret: 'eyJ.eyJ.x' })).toMatchObject({ refusal: { status: 401 } });
  await store.credentials.revoke(byKey.principal.keyId);
  for (const secret of [key, token]) {
    await until('it is refused', async () => 'refusal' in (await authenticate({ secret })));
  }
  store.commands.disconnect();
  expect(await authenticate({ secret: 'a-key-not-looked-up-before' })).toMatchObject({
    refusal: { status: 503 },
  });
});

test('finds the credential wherever clients put it', () => {
  const headersOf = (headers: Record<string, string>) => (name: string) => headers[name] ?? '';
  expect(presentedIn(headersOf({ authorization: 'bearer abc' }))).toEqual({ secret: 'abc' });
  expect(presentedIn(headersOf({ 'x-api-key': 'abc' }))).toEqual({ secret: 'abc' });
  expect(presentedIn(headersOf({}), 'abc')).toEqual({ secret: 'abc' });
  const pair = { keyId: 'PK1', secretKey: 'a:b' };
  const basic = `Basic ${Buffer.from('PK1:a:b').toString('base64')}`;
  expect(presentedIn(headersOf({ authorization: basic }))).toEqual(pair);
  const apca = { 'apca-api-key-id': 'PK1', 'apca-api-secret-key': 'a:b' };
  expect(presentedIn(headersOf(apca))).toEqual(pair);
  expect(presentedIn(headersOf({ authorization: 'Basic YQ==' }))).toBeNull();
  expect(presentedIn(headersOf({ authorization: 'Bearer' }))).toBeNull();
});

test('trade implies read, admin implies everything', () => {
  expect([permits(['read'], 'read'), permits(['read'], 'trade')]).toEqual([true, false]);
  expect([permits(['trade'], 'read'), permits(['trade'], 'admin')]).toEqual([true, false]);
  expect([permits(['admin'], 'trade'), permits([], 'read')]).toEqual([true, false]);
});
