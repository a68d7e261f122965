import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../../src/identity/credentials.js';
import { type DemoUser, ensureDemoUser } from '../../src/identity/demo-user.js';
import { until } from '../support/until.js';
import { openCredentials } from './fresh-credentials.js';

type Store = Awaited<ReturnType<typeof openCredentials>>;

let store: Store;

beforeEach(async () => {
  store = await openCredentials();
});

afterEach(() => store.close());

async function start(key: string): Promise<DemoUser> {
  return (await ensureDemoUser(store.credentials, key, '', () => 0))!;
}

async function statusOf(key: string): Promise<string | undefined> {
  return (await store.credentials.findByHash(sha256Hex(key)))?.key.status;
}

test('a new demo key takes the place of the one before, in every process and its sessions', async () => {
  const first = await start('first-key-of-the-operator');
  const { keyId } = (await store.credentials.findByHash(sha256Hex(first.key)))!.key;
  const other = await openCredentials(store.venue);
  const ended: string[] = [];
  other.credentials.whenRevoked((id) => ended.push(id));
  expect((await other.credentials.findByHash(sha256Hex(first.key)))?.key.status).toBe('ACTIVE');

  const second = await start('second-key-of-the-operator');
  expect(second.user).toEqual(first.user);
  expect([await statusOf(first.key), await statusOf(second.key)]).toEqual([undefined, 'ACTIVE']);
  await until('the other process was told', () => ended.length > 0);
  expect(ended).toEqual([keyId]);
  expect(await other.credentials.findByHash(sha256Hex(first.key))).toBeNull();
  other.close();
});

test('the key that is given again works again, and the same one stays', async () => {
  await start('first-key-of-the-operator');
  await start('second-key-of-the-operator');
  await start('first-key-of-the-operator');
  const again = await start('first-key-of-the-operator');
  expect([await statusOf(again.key), await statusOf('second-key-of-the-operator')]).toEqual([
    'ACTIVE',
    undefined,
  ]);
});

test('where no demo user is wanted any more, the key of an earlier start ends', async () => {
  const { key } = await start('first-key-of-the-operator');
  await store.credentials.retireDemoKey();
  expect(await statusOf(key)).toBeUndefined();
  await store.credentials.retireDemoKey();
  await start(key);
  expect(await statusOf(key)).toBe('ACTIVE');
});

test('a demo key that was revoked stays so, however often it is given', async () => {
  const { key } = await start('first-key-of-the-operator');
  const { keyId } = (await store.credentials.findByHash(sha256Hex(key)))!.key;
  await store.credentials.revokeKey(keyId);
  await start('second-key-of-the-operator');
  await start(key);
  expect(await statusOf(key)).toBe('REVOKED');
});
