import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { keyPrefix, newApiKey, sha256Hex, type User } from './credentials.js';
import type { CredentialStore } from './credentials-redis.js';
import { readOrMakeSecret } from './private-file.js';
import { SCOPES } from './scope.js';

/** The user a fresh venue begins with, and the key to print. */
export interface DemoUser {
  readonly user: User;
  readonly key: string;
}

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
  const key = givenKey ?? (await readOrMakeSecret(join(dataDirectory, 'demo.key'), newApiKey));
  const createdAt = new Date(now()).toISOString();
  const newUser: User = { userId: randomUUID(), portfolioIds: [randomUUID()], status: 'ACTIVE', createdAt };
  const { userId } = newUser;
  const user = await credentials.ensureDemo(newUser, sha256Hex(key), {
    keyId: randomUUID(),
    userId,
    scopes: SCOPES,
    status: 'ACTIVE',
    prefix: keyPrefix(key),
    createdAt,
  });
  return user === null ? null : { user, key };
}
