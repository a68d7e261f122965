import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RefreshTokens } from '../../../src/identity/credentials/refresh-tokens-redis.js';
import { AccessTokens } from '../../../src/identity/credentials/tokens.js';
import { Entrance, type OpenPortfolios } from '../../../src/identity/people/entrance.js';
import { LogIns } from '../../../src/identity/people/log-ins.js';
import { Administrators, type User } from '../../../src/identity/people/user.js';
import { newUser, openCredentials } from '../fresh-credentials.js';
import { CALLER, silentSecurityLog } from '../security-events.js';

const KEYS = { present: Buffer.from('the secret of a test, long enough'), previous: null };

let store: Awaited<ReturnType<typeof openCredentials>>;
let user: User;

beforeEach(async () => {
  store = await openCredentials(`t-${randomUUID()}`);
  user = newUser({ passwordHash: 'the hash of a password' });
  await store.users.create(user);
});
afterEach(() => store.close());

function entrance(openPortfolios: OpenPortfolios): Entrance {
  const { users, credentials, commands, venue } = store;
  const accessTokens = new AccessTokens(KEYS, 'http://issuer', venue, Date.now);
  const refreshTokens = new RefreshTokens(commands, KEYS, venue, Date.now);
  const logIns = new LogIns(credentials, accessTokens, new Administrators([]), Date.now);
  return new Entrance(users, logIns, refreshTokens, openPortfolios, silentSecurityLog());
}

async function logInCount(): Promise<number> {
  return (await store.credentials.listOf(user.userId, 'papi')).length;
}

test('somebody who has proven who they are gets in', async () => {
  const entered = await entrance(async () => null).admit(user, 'papi', CALLER);
  expect(entered).toMatchObject({ user, refreshToken: expect.stringMatching(/^rf_/) });
  expect(await logInCount()).toBe(1);
});

test('a log-in that a change of the password has overtaken ends before it is known', async () => {
  const overtaken = entrance(async ({ userId }) => {
    await store.users.update(userId, (before) => ({ ...before, passwordHash: 'another hash' }));
    return null;
  });
  expect(await overtaken.admit(user, 'papi', CALLER)).toEqual({ fault: 'SUPERSEDED' });
  expect(await logInCount()).toBe(0);
});

test('a suspension has the same effect, at whichever moment', async () => {
  const suspend = ({ userId }: User) =>
    store.users.update(userId, (before) => ({ ...before, status: 'SUSPENDED' }));
  const overtaken = entrance(async () => {
    await suspend(user);
    return null;
  });
  expect(await overtaken.admit(user, 'papi', CALLER)).toEqual({ fault: 'SUPERSEDED' });
  const suspended = (await suspend(user))!;
  expect(await overtaken.admit(suspended, 'papi', CALLER)).toEqual({ fault: 'SUSPENDED' });
  expect(await logInCount()).toBe(0);
});

test('nobody is let in whose portfolios the exchange cannot open', async () => {
  const closed = entrance(async () => 'UNAVAILABLE');
  expect(await closed.admit(user, 'papi', CALLER)).toEqual({ fault: 'UNOPENED', error: 'UNAVAILABLE' });
  expect(await logInCount()).toBe(0);
});
