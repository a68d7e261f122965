import { randomUUID } from 'node:crypto';
import { sha256Hex, type User } from '../../src/identity/credentials.js';
import type { Scope } from '../../src/identity/scope.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { connectTestRedis, openCredentials } from '../identity/fresh-credentials.js';
import type { Tradewire } from '../support/tradewire.js';

/** The account that a credential of the demo user shows. */
export interface AccountView {
  readonly id: string;
  readonly account_number: string;
  readonly status: string;
  readonly portfolios: readonly [string, ...string[]];
}

export async function demoAccount(tradewire: Tradewire): Promise<AccountView> {
  const { body } = await tradewire.ask('GET', '/v1/accounts');
  return (body as [AccountView])[0];
}

/** Gives a user another key; answers with the key and its id. */
export async function addKey(tradewire: Tradewire, userId: string, scopes: readonly Scope[]) {
  const key = `key-${randomUUID()}`;
  const keyId = randomUUID();
  const store = await openCredentials(tradewire.venue);
  const createdAt = new Date().toISOString();
  const record = { keyId, userId, scopes, status: 'ACTIVE', prefix: 'key', createdAt } as const;
  await store.credentials.addKey(sha256Hex(key), record);
  store.close();
  return { key, keyId };
}

export async function revokeKey(tradewire: Tradewire, keyId: string): Promise<void> {
  const store = await openCredentials(tradewire.venue);
  await store.credentials.revokeKey(keyId);
  store.close();
}

/** Makes a user whose portfolio the exchange has not opened, and answers with a key of theirs. */
export async function addStranger(tradewire: Tradewire): Promise<string> {
  const createdAt = new Date().toISOString();
  const user: User = {
    userId: randomUUID(),
    portfolioIds: [randomUUID()],
    status: 'ACTIVE',
    createdAt,
  };
  const redis = await connectTestRedis();
  await redis.hset(venueKey(tradewire.venue, 'users'), user.userId, JSON.stringify(user));
  redis.disconnect();
  return (await addKey(tradewire, user.userId, ['trade'])).key;
}
