import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DemoUser, ensureDemoUser } from '../../../src/identity/credentials/demo-user.js';
import { until } from '../../support/until.js';
import { openCredentials } from '../fresh-credentials.js';

type Store = Awaited<ReturnType<typeof openCredentials>>;

let store: Store;

beforeEach(async () => {
  store = await openCredentials();
});

afterEach(() => store.close());

async function start(key: string): Promise<DemoUser> {
  return (await ensureDemoUser(store.credentials, key, '', () => 0))!;
}

async function isGood(key: string): Promise<boolean> {
  return (await store.credentials.findByApiKey(key)) !== null;
}

test('a new demo key takes the place of the one before, in every process and its sessions', async () => {
  const first = await start('first-key-of-the-operator');
  const { keyId } = (await store.credentials.findByApiKey(first.key))!.key;
  const other = await openCredentials(store.venue);
  const ended: string[] = [];
  other.credentials.whenRevoked((id) => ended.push(id));
  expect(await other.credentials.findByApiKey(first.key)).not.toBeNull();

  const second = await start('second-key-of-the-operator');
  expect(second.user).toEqual(first.user);
  expect([await isGood(first.key), await isGood(second.key)]).toEqual([false, true]);
  await until('the other process was told', () => ended.length > 0);
  expect(ended).toEqual([keyId]);
  expect(await other.credentials.findByApiKey(first.key)).toBeNull();
  other.close();
});

test('the key that is given again works again, and the same one stays', async () => {
  await start('first-key-of-the-operator');
  await start('second-key-of-the-operator');
  await start('first-key-of-the-operator');
  const again = await start('first-key-of-the-operator');
  expect([await isGood(again.key), await isGood('second-key-of-the-operator')]).toEqual([true, false]);
});

test('where no demo user is wanted any more, the key of an earlier start ends', async () => {
  const { key } = await start('first-key-of-the-operator');
  await store.credentials.retireDemoKey();
  expect(await isGood(key)).toBe(false);
  await store.credentials.retireDemoKey();
  await start(key);
  expect(await isGood(key)).toBe(true);
});

test('a demo key that was revoked stays so, however often it is given', async () => {
  const { key } = await start('first-key-of-the-operator');
  const { keyId } = (await store.credentials.findByApiKey(key))!.key;
  await store.credentials.revoke(keyId);
  await start('second-key-of-the-operator');
  await start(key);
  expect(await isGood(key)).toBe(false);
});
