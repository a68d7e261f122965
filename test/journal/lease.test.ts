import { afterEach, expect, onTestFinished, test } from 'vitest';
import { ROLE_MOVES_WITHIN_MS } from '../../bench/promises.js';
import { REDIS_LEASE_DEFAULTS, RedisLease, type RedisLeaseSettings } from '../../src/journal/lease-redis.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { newVenueName, SILENT, testRedisUrl } from './stores.js';

const SETTINGS: RedisLeaseSettings = { ttlMs: 600, renewEveryMs: 50, marginMs: 200 };
const leases: RedisLease[] = [];

afterEach(async () => {
  await Promise.all(leases.splice(0).map((lease) => lease.stop()));
});

function apply(venue: string, holder: string, url = testRedisUrl()): RedisLease {
  const lease = new RedisLease(url, venue, 'quotes', holder, SETTINGS, SILENT);
  leases.push(lease);
  lease.start();
  return lease;
}

test('one holds it, and the next gets it when the first gives it up', async () => {
  const venue = newVenueName();
  const first = apply(venue, 'first');
  await until('the first holds it', () => first.isHeld);
  const second = apply(venue, 'second');
  const other = apply(newVenueName(), 'other');
  await until('that of another venue is held', () => other.isHeld);
  expect(second.isHeld).toBe(false);
  expect(first.isHeld).toBe(true);
  await first.stop();
  expect(first.isHeld).toBe(false);
  await until('the second holds it', () => second.isHeld);
});

test('a holder that cannot renew stops to hold it by itself, and gets it back', async () => {
  const server = await RedisServer.start();
  const lease = apply(newVenueName(), 'only', server.url);
  await until('it is held', () => lease.isHeld);
  server.freeze();
  await until('it is not held any more', () => !lease.isHeld);
  server.thaw();
  await until('it is held again', () => lease.isHeld);
  await server.stop();
});

test('that of a dead holder goes to another as soon as it ends', async () => {
  const venue = newVenueName();
  const redis = await connectTestRedis();
  onTestFinished(() => redis.disconnect());
  await redis.set(venueKey(venue, 'lease:quotes'), 'dead', 'PX', SETTINGS.ttlMs);
  const rarely = { ...SETTINGS, renewEveryMs: 3_600_000 };
  const lease = new RedisLease(testRedisUrl(), venue, 'quotes', 'next', rarely, SILENT);
  leases.push(lease);
  lease.start();
  await until('the next one holds it', () => lease.isHeld);
});

test('a lease without an expiry is not granted to a second, and ends like any other', async () => {
  const venue = newVenueName();
  const key = venueKey(venue, 'lease:quotes');
  const redis = await connectTestRedis();
  onTestFinished(() => redis.disconnect());
  await redis.set(key, 'other');
  const lease = apply(venue, 'next');
  await until('it has an expiry', async () => (await redis.pttl(key)) > 0);
  expect(lease.isHeld).toBe(false);
  await until('the next one holds it', () => lease.isHeld);
});

test('a role moves within 5 seconds, whenever its holder dies', () => {
  const { ttlMs, renewEveryMs, marginMs } = REDIS_LEASE_DEFAULTS;
  // Whoever could not ask at its end does so by the next renewal; the last second is for what then begins the work.
  expect(ttlMs + renewEveryMs + 1_000).toBeLessThanOrEqual(ROLE_MOVES_WITHIN_MS);
  expect(renewEveryMs + marginMs).toBeLessThan(ttlMs);
});
