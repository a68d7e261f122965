import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { RedisArchiveWriter } from '../../src/archive/archive-writer-redis.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { SILENT } from '../journal/stores.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { ArchivedVenue, all } from './archived-venue.js';
import { chunkOf, event, events, NOW, numbers, PORTFOLIO, seqsOf } from './pages.js';

let venue: ArchivedVenue;

/** 100 events in chunks of 1, 2, 3 … and 4,000 payments of another portfolio. */
beforeEach(async () => {
  venue = await ArchivedVenue.open();
  const writer = new RedisArchiveWriter(venue.url, venue.name, DEFAULT_LIMITS, SILENT);
  onTestFinished(() => writer.close());
  await writer.whenConnected();
  const entryId = (await venue.redis.xadd(venue.key('journal'), '*', 'b', '')) as EntryId;
  const chunks = [];
  for (let from = 1, length = 1; from <= 100; from += length, length++) {
    chunks.push(chunkOf(events(from, Math.min(100, from + length - 1))));
  }
  const payments = events(1, 4_000, { channel: 'funding' }).map((payment, index) => ({
    ...payment,
    time: (NOW + index) as Millis,
  }));
  chunks.push(chunkOf(payments, { portfolioId: 'payer' }));
  expect(await writer.write({ chunks, mark: { entryId, time: NOW, part: null } })).toBe(true);
});

test('every event after a position is read, oldest first', async () => {
  for (let seq = 0; seq <= 101; seq++) {
    expect(seqsOf(await venue.eventsOf(PORTFOLIO, seq))).toEqual(numbers(seq + 1, 100));
  }
});

test('every event before a position is read, newest first', async () => {
  for (const before of [...numbers(1, 102), Number.POSITIVE_INFINITY]) {
    const found = await all(venue.history.newestFirst(PORTFOLIO, 'closedOrders', before));
    expect(seqsOf(found)).toEqual(numbers(1, Math.min(100, before - 1)).reverse());
  }
  const [newest] = await all(venue.history.newestFirst(PORTFOLIO, 'closedOrders', Number.POSITIVE_INFINITY));
  expect(newest).toEqual(event(100));
});

test('a portfolio’s extent is told, and that of one without events is none', async () => {
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 1, newest: 100 });
  expect(await venue.history.extent('unknown')).toBeNull();
  expect(await venue.eventsOf('unknown')).toEqual([]);
  expect(await all(venue.history.newestFirst('unknown', 'fills', 5))).toEqual([]);
});

test('a lasting channel is read by itself, newest first, page by page and back to a moment', async () => {
  const sizes: number[] = [];
  for await (const page of venue.history.lasting('payer', 'funding', 0 as Millis)) sizes.push(page.length);
  expect(sizes).toEqual([1_000, 1_000, 1_000, 1_000, 0]);
  const recent = await all(venue.history.lasting('payer', 'funding', (NOW + 1_000) as Millis));
  expect(seqsOf(recent)).toEqual(numbers(1_001, 4_000).reverse());
  expect(recent[0]).toEqual({ ...event(4_000, { channel: 'funding' }), time: NOW + 3_999 });
});
