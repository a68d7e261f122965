import { strict as assert } from 'node:assert';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notify, paidNotice, WEBHOOK_SECRET } from '../billing/subscriber.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { everythingKept } from '../support/redis-contents.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { FOR_PEOPLE } from './logged-in.js';
import { askToken, GRANT } from './oauth.js';
import { joinPapi, logInIn, mailedToken, newEmail, PASSWORD, post, refresh, register } from './people.js';

const EXCHANGE_SECRET = '0x4c0883a69102937d6231471b5dbb6204fe512961708279';

let tradewire: Tradewire;
let redis: Redis;

beforeAll(async () => {
  const settings = { ...FOR_PEOPLE, BILLING_WEBHOOK_SECRET: WEBHOOK_SECRET, LOG_LEVEL: 'trace' };
  [tradewire, redis] = await Promise.all([Tradewire.start(settings), connectTestRedis()]);
});
afterAll(async () => {
  redis.disconnect();
  await tradewire.stop();
});

/** The fields of an answer that must be a success. */
async function call(
  method: string,
  path: string,
  body: unknown,
  key: string,
): Promise<Record<string, string>> {
  const answer = await tradewire.ask(method, path, body, key);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Record<string, string>;
}

/** Somebody signs up, forgets a password, and proves who they are, at both doors: every secret of that. */
async function logInSecrets(): Promise<Record<string, string>> {
  const [email, other] = [newEmail(), newEmail()];
  const [wrong, next] = ['a wrong password 4711', 'another password 0815'];
  const first = await joinPapi(tradewire, email);
  const renewed = logInIn(await refresh(tradewire, first.refreshToken));
  await post(tradewire, '/auth/login', { email, password: wrong });
  await post(tradewire, '/auth/forgot-password', { email });
  const used = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/reset-password', { token: used, new_password: 'short' });
  await post(tradewire, '/auth/reset-password', { token: used, new_password: next });
  await post(tradewire, '/auth/forgot-password', { email });
  const unused = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/signup', { email: other, password: PASSWORD, name: 'Ada' });
  return {
    ...{ password: PASSWORD, 'wrong password': wrong, 'next password': next },
    ...{ 'used reset token': used, 'unused reset token': unused },
    'verification token': await mailedToken(tradewire, other, 'verify_email'),
    'access token': first.accessToken,
    'refresh cookie': first.refreshToken,
    'renewed access token': renewed.accessToken,
    'renewed refresh cookie': renewed.refreshToken,
  };
}

/** Somebody makes a credential of every kind, and trades each for the tokens that it buys. */
async function credentialSecrets(): Promise<Record<string, string>> {
  const { accessToken: token } = await joinPapi(tradewire);
  const { api_key: exchangeKey = '' } = await call('POST', '/v1/auth/api-keys', { name: 'bot' }, token);
  const sdk = { name: 'SDK', scopes: ['read'] };
  const { key: papiKey = '' } = await call('POST', '/account/api-keys', sdk, token);
  const pair = await call('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'bot' }, token);
  const client = await call('POST', '/v1/credentials', { kind: 'OAUTH_CLIENT', name: 'bot' }, token);
  const { clientId = '', clientSecret = '' } = client;
  const { keyId = '', secretKey = '' } = pair;
  const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey };
  assert.equal((await fetch(`${tradewire.url}/v2/account`, { headers })).status, 200);
  const grant = { grant_type: GRANT, client_id: clientId, client_secret: clientSecret };
  const { access_token: bought = '' } = (await askToken(tradewire, grant)).body;
  const paper = await call('POST', '/v1/auth/token', { apiKey: exchangeKey }, '');
  const { refreshToken = '' } = paper;
  const renewed = await call('POST', '/v1/auth/refresh', { refreshToken }, '');
  await (await StreamClient.connect(tradewire, papiKey)).close();
  await call('PUT', '/account/credentials/polymarket', { private_key: EXCHANGE_SECRET }, token);
  return {
    ...{ 'log-in of PAPI': token, 'demo key': tradewire.apiKey },
    ...{ 'key of PaperExchange': exchangeKey, 'key of PAPI': papiKey },
    ...{ 'secret of a key pair': secretKey, 'client secret': clientSecret, 'token of a client': bought },
    ...{ 'token of Paper': paper['token']!, 'refresh token of Paper': refreshToken },
    ...{ 'renewed token of Paper': renewed['token']!, 'its refresh token': renewed['refreshToken']! },
    'exchange secret': EXCHANGE_SECRET,
  };
}

/** Somebody pays, of which the provider tells in its own name. */
async function billingSecrets(): Promise<Record<string, string>> {
  const token = await register(tradewire);
  const { status, body } = await tradewire.ask('POST', '/v1/billing/subscribe', { plan: 'pro' }, token);
  assert.equal(status, 200);
  const notice = paidNotice(body as Parameters<typeof paidNotice>[0]);
  assert.equal((await notify(tradewire, notice)).status, 200);
  return {
    'log-in of PaperExchange': token,
    'webhook secret': WEBHOOK_SECRET,
    'secret key': FOR_PEOPLE.SECRET_KEY,
  };
}

test('no secret is in Redis or in the log, and no mail in clear', async () => {
  const secrets = {
    ...(await logInSecrets()),
    ...(await credentialSecrets()),
    ...(await billingSecrets()),
  };
  const kept = await everythingKept(redis, tradewire.venue);
  const log = tradewire.log.join('');
  for (const name of ['outbox', 'exchange-credentials']) {
    expect(kept.some((text) => text.includes(`:${name}`))).toBe(true);
  }
  for (const event of ['password_reset', 'credential_made', 'exchange_credentials_stored']) {
    expect(log).toContain(`"event":"${event}"`);
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(16);
    expect(kept.filter((text) => text.includes(secret)).length, `${name} in Redis`).toBe(0);
    expect(log.includes(secret), `${name} in the log`).toBe(false);
  }
  expect(log).not.toContain('@example.com');
});
