import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../../src/identity/credentials/credentials.js';
import type { Scope } from '../../src/identity/credentials/scope.js';
import { newApiKeyRecord, newUser, openCredentials } from '../identity/fresh-credentials.js';
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
  const record = newApiKeyRecord(userId, sha256Hex(key), { scopes });
  const store = await openCredentials(tradewire.venue, tradewire.redisUrl);
  await store.credentials.add(record);
  store.close();
  return { key, keyId: record.keyId };
}

export async function revokeKey(tradewire: Tradewire, keyId: string): Promise<void> {
  const store = await openCredentials(tradewire.venue);
  await store.credentials.revoke(keyId);
  store.close();
}

/** Makes a user whose portfolio the exchange has not opened, and answers with a key of theirs. */
export async function addStranger(tradewire: Tradewire): Promise<string> {
  const user = newUser();
  const store = await openCredentials(tradewire.venue);
  await store.users.create(user);
  store.close();
  return (await addKey(tradewire, user.userId, ['trade'])).key;
}
