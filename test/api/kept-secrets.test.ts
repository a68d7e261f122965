import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Tradewire } from '../support/tradewire.js';
import { joinPapi, logInIn, mailedToken, newEmail, PASSWORD, post, refresh, register } from './people.js';

let tradewire: Tradewire;
let redis: Redis;

beforeAll(async () => {
  [tradewire, redis] = await Promise.all([Tradewire.start({ LOG_LEVEL: 'trace' }), connectTestRedis()]);
});
afterAll(async () => {
  redis.disconnect();
  await tradewire.stop();
});

/** Everything that a key holds, whatever its type. */
async function contentOf(key: string): Promise<string> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return (await redis.getBuffer(key))!.toString('latin1');
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'));
    case 'stream':
      return textOf(await redis.xrangeBuffer(key, '-', '+'));
    default:
      throw new Error(`a key of type ${type}`);
  }
}

/** The bytes of an answer, however nested, as text. */
function textOf(answer: unknown): string {
  return Array.isArray(answer) ? answer.map(textOf).join(' ') : (answer as Buffer).toString('latin1');
}

async function everythingKept(): Promise<readonly string[]> {
  const kept: string[] = [];
  for await (const keys of redis.scanStream({ match: `{tw:${tradewire.venue}}:*` })) {
    for (const key of keys as string[]) kept.push(`${key} ${await contentOf(key)}`);
  }
  return kept;
}

/** Goes through every door with secrets of its own, and names them all. */
async function useSecrets(): Promise<readonly string[]> {
  const [email, other] = [newEmail(), newEmail()];
  const [wrong, next] = ['a wrong password 4711', 'another password 0815'];
  const first = await joinPapi(tradewire, email);
  const renewed = logInIn(await refresh(tradewire, first.refreshToken));
  await post(tradewire, '/auth/login', { email, password: wrong });
  await post(tradewire, '/auth/forgot-password', { email });
  const reset = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/reset-password', { token: reset, new_password: 'short' });
  await post(tradewire, '/auth/reset-password', { token: reset, new_password: next });
  await post(tradewire, '/auth/forgot-password', { email });
  const unused = await mailedToken(tradewire, email, 'reset_password');
  await post(tradewire, '/auth/signup', { email: other, password: PASSWORD, name: 'Ada' });
  const verify = await mailedToken(tradewire, other, 'verify_email');
  const token = await register(tradewire);
  const tokens = [first, renewed].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
  return [PASSWORD, wrong, next, reset, unused, verify, token, tradewire.apiKey, ...tokens];
}

test('no password and no token is in Redis or in the log, and no mail in clear', async () => {
  const secrets = await useSecrets();
  const kept = await everythingKept();
  const log = tradewire.log.join('');
  expect(kept.some((text) => text.includes(':outbox '))).toBe(true);
  expect(log).toContain('"event":"password_reset"');
  for (const secret of secrets) {
    expect(kept.filter((text) => text.includes(secret))).toEqual([]);
    expect(log.includes(secret)).toBe(false);
  }
  expect(log).not.toContain('@example.com');
});
