import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Newcomer, newUser, type User } from '../people/user.js';
import { readOrMakeSecret } from '../secrets/private-file.js';
import { newSecret, sha256Hex } from './credentials.js';
import type { CredentialStore } from './credentials-redis.js';
import { SCOPES } from './scope.js';

/** The user a fresh venue begins with, and the key to print. */
export interface DemoUser {
  readonly user: User;
  readonly key: string;
}

const PREFIX_CHARS = 7;

/** It has a key and no password: nobody logs in as it. */
const DEMO: Newcomer = {
  email: 'demo@localhost',
  isEmailVerified: true,
  name: 'Demo',
  avatarUrl: null,
  passwordHash: null,
  providers: [],
};

/**
 * Makes the demo user when the venue is empty, and sees that its key works. Without a given key one is
 * generated, and kept readable in the private data directory, so that later starts can print it again.
 * The key of an earlier start, if it was another one, ends. Null: the venue has users, but no demo user. A key
 * that was revoked stays so.
 */
export async function ensureDemoUser(
  credentials: CredentialStore,
  givenKey: string | null,
  dataDirectory: string,
  now: () => number,
): Promise<DemoUser | null> {
  const key = givenKey ?? (await readOrMakeSecret(join(dataDirectory, 'demo.key'), () => newSecret('tw_')));
  const user: User = { ...newUser(DEMO, now()), role: 'demo' };
  const { userId, createdAt } = user;
  const found = await credentials.ensureDemo(user, {
    keyId: randomUUID(),
    userId,
    kind: 'API_KEY',
    issuer: 'native',
    name: 'Demo',
    scopes: SCOPES,
    prefix: key.slice(0, PREFIX_CHARS),
    secretHash: sha256Hex(key),
    publicKey: null,
    createdAt,
    expiresAt: null,
  });
  return found === null ? null : { user: found, key };
}
