import { afterAll, beforeAll, expect, test } from 'vitest';
import { GarbageCollection } from '../../bench/collected-garbage.js';
import { benchIdleConnections } from '../../bench/idle-connections.js';
import { quoteMarket } from '../../bench/quoted-market.js';
import { benchSlowReaders } from '../../bench/slow-readers.js';
import { Tradewire } from '../support/tradewire.js';

let garbage: GarbageCollection;
let tradewire: Tradewire;

beforeAll(async () => {
  garbage = await GarbageCollection.prepare();
  tradewire = await Tradewire.start({ BOOK_INTERVAL_MS: '0', ...garbage.settings });
  await quoteMarket(target());
});
afterAll(() => tradewire.stop());

function target() {
  const { hostname, port } = new URL(tradewire.url);
  return { host: hostname, port: Number(port), apiKey: tradewire.apiKey };
}

test('idle connections are counted, and cost something', async () => {
  const { connections, bytesEach, heapBytesEach } = await benchIdleConnections(target(), 200, () =>
    garbage.collect(),
  );
  expect([connections, Number.isFinite(bytesEach), Number.isFinite(heapBytesEach)]).toEqual([
    200,
    true,
    true,
  ]);
});

test('a bystander is measured alone and beside slow readers', async () => {
  const options = { target: target(), readers: 3, orders: 10, rounds: 1, fillMs: 50 };
  const { alone, beside, most } = await benchSlowReaders(options);
  for (const [round] of [alone, beside]) {
    expect([round!.orders.count, round!.books.count]).toEqual([21, 21]);
  }
  expect(most.sessions).toBeGreaterThanOrEqual(3);
  expect(most.waitingBytes).toBeGreaterThanOrEqual(0);
});
