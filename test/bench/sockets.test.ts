import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { benchFrozenGateway } from '../../bench/beside-frozen-gateway.js';
import { benchBesideTrouble } from '../../bench/beside-trouble.js';
import type { BystanderLatency } from '../../bench/bystander.js';
import { GarbageCollection } from '../../bench/collected-garbage.js';
import { benchIdleConnections } from '../../bench/idle-connections.js';
import { IDLE_BYTES_MAX } from '../../bench/promises.js';
import { quoteMarket } from '../../bench/quoted-market.js';
import { benchSlowReaders } from '../../bench/slow-readers.js';
import { FOR_PEOPLE } from '../api/logged-in.js';
import { Tradewire } from '../support/tradewire.js';

let garbage: GarbageCollection;
let tradewire: Tradewire;

beforeAll(async () => {
  garbage = await GarbageCollection.prepare();
  tradewire = await Tradewire.start({ BOOK_INTERVAL_MS: '0', ...FOR_PEOPLE, ...garbage.settings });
  await quoteMarket(targetOf(tradewire));
});
afterAll(() => tradewire.stop());

function targetOf({ url, apiKey }: Tradewire) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), apiKey };
}

/** That ten orders were each placed and cancelled, behind the subscription to their book. */
function expectMeasured(...rounds: readonly (readonly BystanderLatency[])[]): void {
  for (const [round] of rounds) expect([round!.orders.count, round!.books.count]).toEqual([21, 21]);
}

test('idle connections are counted, and cost something, though little', async () => {
  const idle = await benchIdleConnections(targetOf(tradewire), 500, () => garbage.collect());
  expect(idle.connections).toBe(500);
  // So few may fit into pages that the process has: of resident memory only the bench can tell.
  expect(idle.bytesEach).toBeTypeOf('number');
  expect(idle.heapBytesEach).toBeGreaterThan(0);
  expect(idle.heapBytesEach).toBeLessThanOrEqual(IDLE_BYTES_MAX);
});

test('a bystander is measured alone and beside slow readers', async () => {
  const options = { target: targetOf(tradewire), readers: 3, orders: 10, rounds: 1, fillMs: 50 };
  const { alone, beside, most } = await benchSlowReaders(options);
  expectMeasured(alone, beside);
  expect(most.sessions).toBeGreaterThanOrEqual(3);
  expect(most.waitingBytes).toBeGreaterThanOrEqual(0);
});

test('a bystander is measured alone and beside clients that make trouble, which meet their fates', async () => {
  const options = { target: targetOf(tradewire), orders: 10, rounds: 1, clientsMax: 2 };
  const limited = await benchBesideTrouble({ ...options, name: 'floodOverLimit' });
  expectMeasured(limited.alone, limited.beside);
  expect(Object.keys(limited.fates)).toContain('RATE_LIMITED');
  const { fates } = await benchBesideTrouble({ ...options, name: 'junk' });
  expect(Object.keys(fates)).toEqual(['4003']);
});

test('a bystander is measured alone and beside a frozen gateway, whose sessions meet their fates', async () => {
  const frozen = await Tradewire.start({ VENUE: tradewire.venue, ...FOR_PEOPLE });
  onTestFinished(() => frozen.stop());
  const options = { target: targetOf(tradewire), guarded: 2, orders: 10, rounds: 1 };
  const { alone, beside } = await benchFrozenGateway({
    ...options,
    frozen: { target: targetOf(frozen), pid: frozen.pid },
  });
  expectMeasured(alone, beside);
});
