import { afterAll, beforeAll, expect, test } from 'vitest';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { isGood, joinPapi, logInIn, mailedToken, newEmail, PASSWORD, post, refresh } from './people.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

/** So long after its use a token is taken for a racing tab's. */
const GRACE_MS = 10_000;

test('a refresh token that is used again after a while ends its log-in with its sockets, and no other', async () => {
  const email = newEmail();
  const first = await joinPapi(tradewire, email);
  const other = logInIn(await post(tradewire, '/auth/login', { email, password: PASSWORD }));
  const next = logInIn(await refresh(tradewire, first.refreshToken));
  const [stolen, own] = await Promise.all(
    [next, other].map(({ accessToken }) => StreamClient.connect(tradewire, accessToken)),
  );
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: GRACE_MS + 1_000 });
  expect((await refresh(tradewire, first.refreshToken)).status).toBe(401);
  expect((await stolen!.closed).code).toBe(4001);
  await own!.call('account.get');
  own!.socket.close();
  for (const { accessToken } of [first, next]) expect(await isGood(tradewire, accessToken)).toBe(false);
  expect((await refresh(tradewire, next.refreshToken)).status).toBe(401);
  expect(await isGood(tradewire, other.accessToken)).toBe(true);
  expect(tradewire.log.join('')).toContain('"event":"refresh_token_reused"');
});

test('a token in a mail is good for one of many who use it at once', async () => {
  const email = newEmail();
  await joinPapi(tradewire, email);
  await post(tradewire, '/auth/forgot-password', { email });
  const token = await mailedToken(tradewire, email, 'reset_password');
  const resets = Array.from({ length: 6 }, (_, n) =>
    post(tradewire, '/auth/reset-password', { token, new_password: `new password ${n}` }),
  );
  const statuses = (await Promise.all(resets)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, ...Array(5).fill(400)]);
});

test('tokens in mails run out by the clock of the exchange', async () => {
  const email = newEmail();
  await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  await post(tradewire, '/auth/forgot-password', { email });
  const hour = { advanceMs: 60 * 60 * 1_000 };
  const reset = { token: await mailedToken(tradewire, email, 'reset_password'), new_password: PASSWORD };
  await tradewire.ask('POST', '/v1/sandbox/clock', hour);
  expect((await post(tradewire, '/auth/reset-password', reset)).status).toBe(400);
  const token = await mailedToken(tradewire, email, 'verify_email');
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: 23 * hour.advanceMs });
  expect((await post(tradewire, '/auth/verify-email', { token })).status).toBe(400);
});
