import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { StoredCredential } from '../../src/identity/credentials/credentials.js';
import { CredentialStore } from '../../src/identity/credentials/credentials-redis.js';
import { IdentityChanges } from '../../src/identity/identity-changes-redis.js';
import { type Newcomer, newUser as signedUp, type User } from '../../src/identity/people/user.js';
import { UserStore } from '../../src/identity/people/users-redis.js';
import { connectRedis, whenConnected } from '../../src/journal/connection-redis.js';

const log = pino({ level: 'silent' });

/** A Redis connection for a test. */
export async function connectTestRedis(url = process.env['TEST_REDIS_URL']!) {
  const redis = connectRedis(url, 'test', log);
  await whenConnected(redis);
  return redis;
}

/** The stores of users and credentials as one process has them; by default of a venue of their own. */
export async function openCredentials(venue = `t-${randomUUID()}`, url = process.env['TEST_REDIS_URL']!) {
  const [commands, subscriber] = await Promise.all([connectTestRedis(url), connectTestRedis(url)]);
  const changes = new IdentityChanges(commands, subscriber, venue, log);
  const users = new UserStore(commands, changes, venue);
  const credentials = new CredentialStore(commands, users, changes, venue, log);
  await changes.start();
  return {
    venue,
    users,
    credentials,
    changes,
    commands,
    subscriber,
    close() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

/** A user as sign-up makes one, but for what a test says. */
export function newUser(differences: Partial<User> = {}): User {
  const newcomer: Newcomer = {
    email: `${randomUUID()}@example.com`,
    isEmailVerified: true,
    name: null,
    avatarUrl: null,
    passwordHash: null,
    providers: [],
  };
  return { ...signedUp(newcomer, Date.now()), ...differences };
}

/** An API key of a user as it is kept, but for what a test says. */
export function newApiKeyRecord(
  userId: string,
  secretHash: string,
  differences: Partial<StoredCredential> = {},
): StoredCredential {
  return {
    keyId: randomUUID(),
    userId,
    kind: 'API_KEY',
    issuer: 'native',
    name: 'a key of a test',
    scopes: ['read'],
    prefix: 'key',
    secretHash,
    publicKey: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    ...differences,
  };
}
