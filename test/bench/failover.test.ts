import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { benchArchiving } from '../../bench/archive-cost.js';
import { runClosedLoop } from '../../bench/closed-loop.js';
import { failOver } from '../../bench/fail-over.js';
import { GatewayPair } from '../../bench/gateway-pair.js';
import { RoleWatch } from '../../bench/role-watch-redis.js';
import { socketOwner } from '../../bench/socket-owner.js';
import { SteadyTraders } from '../../bench/steady-traders.js';
import { takeOver } from '../../bench/take-over.js';
import { testRedisUrl } from '../journal/stores.js';

let pair: GatewayPair;
let watch: RoleWatch;

beforeAll(async () => {
  const settings = { REDIS_URL: testRedisUrl(), VENUE: `bench-${randomUUID()}`, DEMO_KEY: randomUUID() };
  pair = await GatewayPair.start({ ...settings, MARKET: 'synthetic', BOOK_INTERVAL_MS: '0' });
  watch = await RoleWatch.open(settings.REDIS_URL, settings.VENUE);
}, 60_000);
afterAll(async () => {
  watch.close();
  await pair.stop();
});

test('what a crash costs is measured, and the chain of events over it is checked', {
  timeout: 60_000,
}, async () => {
  const { marketMs, archiveMs } = await takeOver(pair, watch);
  expect(Math.min(marketMs, archiveMs)).toBeGreaterThan(0);
  await pair.healed();
  const traders = new SteadyTraders(() => pair.targets, 2);
  const { eventMs, orderMs, findings } = await failOver(pair);
  await traders.stop();
  expect(Math.min(eventMs, orderMs)).toBeGreaterThan(0);
  expect(findings).toEqual([]);
});

test('the archive is measured by what it has archived', { timeout: 60_000 }, async () => {
  const venue = { target: pair.targets[0]!, pid: process.pid };
  const load = { connections: 2, inFlight: 8, warmUpSeconds: 0, seconds: 0.2 };
  const result = await benchArchiving(venue, watch, (target) => runClosedLoop({ target, ...load }));
  expect(result.findings).toEqual([]);
  expect(Math.min(result.eventsPerSecond, result.caughtUpPerSecond)).toBeGreaterThan(0);
});

test('the owner of the other end of a connection is found', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  const [end] = await once(server, 'connection');
  onTestFinished(() => void end.destroy());
  expect(await socketOwner(port, client.localPort!)).toBe(process.pid);
  expect(await socketOwner(port, 1)).toBeNull();
  client.destroy();
});
