import { expect, onTestFinished, test } from 'vitest';
import { RedisArchiveWriter } from '../../src/archive/archive-writer-redis.js';
import type { ArchivedEvent } from '../../src/archive/archived-event.js';
import { isListed, LISTED } from '../../src/archive/listed-events.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { SILENT } from '../journal/stores.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { Random } from '../support/random.js';
import { ArchivedVenue, all } from './archived-venue.js';
import { chunkOf, event, events, NOW, PORTFOLIO } from './pages.js';

const STATUSES = ['PENDING', 'ACTIVE', 'FILLED', 'CANCELED'] as const;

/** An order event; a client may name an order as it likes. */
function orderEvent(seq: number, status: string): ArchivedEvent {
  const clientOrderId = '"status":"ACTIVE","reason":"';
  return event(seq, { data: JSON.stringify({ orderId: seq, clientOrderId, status, reason: 'x' }) });
}

/** Events of all kinds, between stretches of payments that are in no list. */
function someEvents(random: Random, count: number): ArchivedEvent[] {
  const isQuiet = (seq: number) => Math.floor(seq / 300) % 2 === 1;
  return Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    if (isQuiet(seq)) return event(seq, { channel: 'funding' });
    return random.pick([
      () => orderEvent(seq, random.pick(STATUSES)),
      () => event(seq, { channel: 'fills' }),
      () => event(seq, { channel: 'account' }),
    ])();
  });
}

async function openVenue(some: readonly (readonly ArchivedEvent[])[]): Promise<ArchivedVenue> {
  const venue = await ArchivedVenue.open();
  const writer = new RedisArchiveWriter(venue.url, venue.name, DEFAULT_LIMITS, SILENT);
  onTestFinished(() => writer.close());
  await writer.whenConnected();
  const entryId = (await venue.redis.xadd(venue.key('journal'), '*', 'b', '')) as EntryId;
  const chunks = some.map((each) => chunkOf(each));
  expect(await writer.write({ chunks, mark: { entryId, time: NOW, part: null } })).toBe(true);
  return venue;
}

/** Chunks of random lengths. */
function split(random: Random, some: readonly ArchivedEvent[]): ArchivedEvent[][] {
  const chunks: ArchivedEvent[][] = [];
  for (let start = 0; start < some.length; start += chunks.at(-1)!.length) {
    chunks.push(some.slice(start, start + random.between(1, 12)));
  }
  return chunks;
}

test('lists are counted between any two positions, and read without what is in no list', async () => {
  const random = new Random(77);
  const some = someEvents(random, 2_400);
  const venue = await openVenue(split(random, some));
  const positions = [1, 2, 300, 301, 2_400, 2_401, 9_999];
  while (positions.length < 11) positions.push(random.between(1, 2_401));
  for (const listed of LISTED) {
    const wanted = some.filter((each) => isListed(each, listed));
    expect(wanted.length).toBeGreaterThan(50);
    for (const before of positions) {
      const since = (NOW + random.pick(positions)) as Millis;
      const meant = wanted.filter(({ seq, time }) => time >= since && seq < before);
      expect(await venue.history.count(PORTFOLIO, listed, since, before)).toBe(meant.length);
      const read = await all(venue.history.newestFirst(PORTFOLIO, listed, before));
      expect(read.filter((each) => isListed(each, listed))).toEqual(
        wanted.filter(({ seq }) => seq < before).reverse(),
      );
      expect(await venue.history.firstSince(PORTFOLIO, since)).toBe(
        some.find(({ time }) => time >= since)?.seq ?? Number.MAX_SAFE_INTEGER,
      );
    }
  }
  const read = await all(venue.history.newestFirst(PORTFOLIO, 'fills', 9_999));
  expect(read.length).toBeLessThan(1_400);
});

test('what was archived before anything was counted is found, and counts for nothing', async () => {
  const before = [...events(1, 40, { channel: 'funding' }), ...events(41, 80, { channel: 'fills' })];
  const venue = await openVenue(split(new Random(78), before));
  const stream = venue.key(`archive:events:${PORTFOLIO}`);
  const entries = await venue.redis.xrangeBuffer(stream, '-', '+');
  await venue.redis.del(stream);
  for (const [id, fields] of entries) await venue.redis.xadd(stream, id, ...fields.slice(0, 8));
  const writer = new RedisArchiveWriter(venue.url, venue.name, DEFAULT_LIMITS, SILENT);
  onTestFinished(() => writer.close());
  await writer.whenConnected();
  await writer.begin();
  const after = [
    events(81, 90, { channel: 'fills' }),
    ...split(new Random(79), events(91, 400, { channel: 'account' })),
  ];
  const entryId = (await venue.redis.xadd(venue.key('journal'), '*', 'b', '')) as EntryId;
  await writer.write({
    chunks: after.map((each) => chunkOf(each)),
    mark: { entryId, time: NOW, part: null },
  });
  expect(await venue.history.count(PORTFOLIO, 'fills', 0 as Millis, 401)).toBe(10);
  const found = await all(venue.history.newestFirst(PORTFOLIO, 'fills', 401));
  expect(found.filter(({ channel }) => channel === 'fills')).toHaveLength(50);
  const closed = await all(venue.history.newestFirst(PORTFOLIO, 'closedOrders', 401));
  expect(closed).toHaveLength(80);
});
