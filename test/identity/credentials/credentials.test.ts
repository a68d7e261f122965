import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSecret, sha256Hex } from '../../../src/identity/credentials/credentials.js';
import { ensureDemoUser } from '../../../src/identity/credentials/demo-user.js';
import { LookupCache } from '../../../src/identity/credentials/lookup-cache.js';
import { readOrMakeSecret } from '../../../src/identity/secrets/private-file.js';
import { loadSecretKey } from '../../../src/identity/secrets/secret-key.js';
import { until } from '../../support/until.js';
import { newApiKeyRecord, openCredentials } from '../fresh-credentials.js';

let directory: string;
const opened: { close(): void }[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tradewire-identity-'));
});

afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await rm(directory, { recursive: true });
});

async function open(venue?: string) {
  const store = await openCredentials(venue);
  opened.push(store);
  return store;
}

const now = () => Date.parse('2026-01-01T00:00:00.000Z');

test('an empty venue gets a demo user, and later starts find the same one and its key', async () => {
  const { credentials, venue } = await open();
  const first = await ensureDemoUser(credentials, null, directory, now);
  expect(first!.key).toMatch(/^tw_[\w-]{43}$/);
  expect(first!.user.portfolioIds).toHaveLength(1);
  const second = await ensureDemoUser((await open(venue)).credentials, null, directory, now);
  expect(second).toEqual(first);
  const found = await credentials.findByApiKey(first!.key);
  expect(found!.key.scopes).toEqual(['read', 'trade', 'admin']);
  expect((await stat(join(directory, 'demo.key'))).mode & 0o777).toBe(0o600);
});

test('gateways that start at once make one demo user between them', async () => {
  const { venue } = await open();
  const stores = await Promise.all([1, 2, 3, 4].map(() => open(venue)));
  const made = await Promise.all(
    stores.map(({ credentials }) => ensureDemoUser(credentials, null, directory, now)),
  );
  expect(new Set(made.map((demo) => demo!.user.userId)).size).toBe(1);
  expect(new Set(made.map((demo) => demo!.key)).size).toBe(1);
  expect(await stores[0]!.commands.hlen(`{tw:${venue}}:users`)).toBe(1);
});

test('a venue with users of its own gets no demo user', async () => {
  const { credentials, commands, venue } = await open();
  await commands.hset(`{tw:${venue}}:users`, 'someone', '{}');
  expect(await ensureDemoUser(credentials, null, directory, now)).toBeNull();
});

test('a key that was made or revoked is so in every process, and its end is announced', async () => {
  const here = await open();
  const there = await open(here.venue);
  const { user } = (await ensureDemoUser(here.credentials, null, directory, now))!;
  const revoked: string[] = [];
  there.credentials.whenRevoked((keyId) => revoked.push(keyId));
  const key = newSecret();
  const record = newApiKeyRecord(user.userId, sha256Hex(key));
  expect(await there.credentials.findByApiKey(key)).toBeNull();
  expect(await here.credentials.add(record)).toBe('ADDED');
  expect(await here.credentials.add({ ...record, keyId: 'k2' })).toBe('EXISTS');
  await until('it is known there', async () => (await there.credentials.findByApiKey(key)) !== null);
  expect(await here.credentials.revoke(record.keyId)).toBe(true);
  await until('its end was announced', () => revoked.length === 1);
  expect(await there.credentials.findByApiKey(key)).toBeNull();
  expect(await here.credentials.revoke(record.keyId)).toBe(false);
  expect(await here.commands.hlen(`{tw:${here.venue}}:credential-hashes`)).toBe(1);
});

test('a user has as many credentials of one kind and door as allowed, also when asked for at once', async () => {
  const { credentials } = await open();
  const { user } = (await ensureDemoUser(credentials, null, directory, now))!;
  const fresh = () => newApiKeyRecord(user.userId, sha256Hex(newSecret()), { issuer: 'papi' });
  const results = await Promise.all(Array.from({ length: 8 }, () => credentials.add(fresh(), 3)));
  expect(results.filter((result) => result === 'ADDED')).toHaveLength(3);
  expect(results.filter((result) => result === 'TOO_MANY')).toHaveLength(5);
  const [first] = await credentials.listOf(user.userId, 'papi');
  await credentials.revoke(first!.keyId);
  expect(await credentials.add(fresh(), 3)).toBe('ADDED');
  expect(await credentials.listOf(user.userId, 'native')).toHaveLength(1);
});

test('all credentials of a user end at once, and what one of them asks for meanwhile is refused or ends too', async () => {
  const here = await open();
  const there = await open(here.venue);
  const { user } = (await ensureDemoUser(here.credentials, null, directory, now))!;
  const [maker] = await here.credentials.listOf(user.userId, 'native');
  const fresh = (differences = {}) => newApiKeyRecord(user.userId, sha256Hex(newSecret()), differences);
  const revoked: string[] = [];
  there.credentials.whenRevoked((keyId) => revoked.push(keyId));
  const session = fresh({ kind: 'SESSION', secretHash: null });
  await here.credentials.add(session);
  expect(await here.credentials.revokeAll(user.userId, 'SESSION')).toEqual([
    { keyId: session.keyId, kind: 'SESSION' },
  ]);
  const makeOne = () => there.credentials.add(fresh(), 1_000, maker!.keyId);
  const racing = Array.from({ length: 40 }, makeOne);
  const ended = await here.credentials.revokeAll(user.userId);
  const results = await Promise.all(racing);
  expect(await makeOne()).toBe('MAKER_ENDED');
  expect(ended).toHaveLength(1 + results.filter((result) => result === 'ADDED').length);
  expect(await here.credentials.listOf(user.userId, 'native')).toEqual([]);
  await until('each end was announced', () => ended.every(({ keyId }) => revoked.includes(keyId)));
  // Of the demo key the hash stays: the next start does not bring it back.
  expect(await here.commands.hlen(`{tw:${here.venue}}:credential-hashes`)).toBe(1);
});

test('the time of use is written at most once a minute', async () => {
  const { credentials } = await open();
  const { user } = (await ensureDemoUser(credentials, null, directory, now))!;
  const lastUse = async () => (await credentials.listOf(user.userId, 'native'))[0]!;
  const { keyId, lastUsedAt } = await lastUse();
  expect(lastUsedAt).toBeNull();
  for (const passedMs of [0, 59_999, 60_000]) credentials.touch(keyId, now() + passedMs);
  await until('it is written', async () => (await lastUse()).lastUsedAt === '2026-01-01T00:01:00.000Z');
});

test('a process that lost its subscription forgets what it knew', async () => {
  const here = await open();
  const { user } = (await ensureDemoUser(here.credentials, null, directory, now))!;
  const key = newSecret();
  const record = newApiKeyRecord(user.userId, sha256Hex(key));
  await here.credentials.add(record);
  const there = await open(here.venue);
  expect(await there.credentials.findByApiKey(key)).not.toBeNull();
  // Changed behind everybody's back, as by a process whose announcement was not heard.
  await here.commands.hdel(`{tw:${here.venue}}:credentials`, record.keyId);
  expect(await there.credentials.findByApiKey(key)).not.toBeNull();
  there.subscriber.disconnect(true);
  await until('it was read anew', async () => (await there.credentials.findByApiKey(key)) === null);
});

test.each(['subscriber', 'commands'] as const)(
  'a key in use whose end was not heard is told of once its %s connection is back',
  async (lost) => {
    const here = await open();
    const { user } = (await ensureDemoUser(here.credentials, null, directory, now))!;
    for (const keyId of ['kept', 'ended', 'unused']) {
      await here.credentials.add(newApiKeyRecord(user.userId, sha256Hex(keyId), { keyId }));
    }
    const there = await open(here.venue);
    const revoked: string[] = [];
    there.credentials.whenRevoked((keyId) => revoked.push(keyId));
    there.credentials.watchKeys(() => ['kept', 'ended']);
    await here.commands.hdel(`{tw:${here.venue}}:credentials`, 'ended', 'unused');
    there[lost].disconnect(true);
    await until('it is told of', () => revoked.length > 0);
    expect(new Set(revoked)).toEqual(new Set(['ended']));
  },
);

test('the credentials of a user who is suspended end where they are in use', async () => {
  const here = await open();
  const { user } = (await ensureDemoUser(here.credentials, null, directory, now))!;
  const there = await open(here.venue);
  const [key] = await there.credentials.listOf(user.userId, 'native');
  const revoked: string[] = [];
  there.credentials.whenRevoked((keyId) => revoked.push(keyId));
  there.credentials.watchKeys(() => [key!.keyId]);
  await here.users.update(user.userId, (known) => ({ ...known, status: 'SUSPENDED' }));
  await until('it is told of', () => revoked.length > 0);
});

test('the cache is bounded, shares look-ups under way, and keeps no failure', async () => {
  const cache = new LookupCache<string>();
  let loads = 0;
  const load = async () => {
    loads++;
    return null;
  };
  await Promise.all([cache.find('a', load), cache.find('a', load)]);
  expect(loads).toBe(1);
  const failing = () => Promise.reject(new Error('Redis is away'));
  await expect(cache.find('b', failing)).rejects.toThrow('Redis is away');
  expect(await cache.find('b', load)).toBeNull();
  loads = 0;
  const guess = async (n: number) => {
    await cache.find(`guess ${n}`, async () => {
      loads++;
      return 'found';
    });
  };
  for (let n = 0; n <= 10_000; n++) await guess(n);
  await guess(1);
  expect(loads).toBe(10_001);
  await guess(0);
  expect(loads).toBe(10_002);
});

test('a secret file is made once, whole and private, however many ask at once', async () => {
  const path = join(directory, 'deep', 'secret');
  let count = 0;
  const make = () => `secret ${count++}`;
  const read = await Promise.all(Array.from({ length: 20 }, () => readOrMakeSecret(path, make)));
  expect(new Set(read).size).toBe(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('the secret key is the given one, or that of the data directory', async () => {
  expect(Buffer.from(await loadSecretKey('given', directory)).toString()).toBe('given');
  const made = await loadSecretKey(null, directory);
  expect(await loadSecretKey(null, directory)).toEqual(made);
  expect((await readFile(join(directory, 'secret.key'), 'utf8')).trim()).toHaveLength(43);
  await writeFile(join(directory, 'secret.key'), 'replaced\n');
  expect(Buffer.from(await loadSecretKey(null, directory)).toString()).toBe('replaced');
});
