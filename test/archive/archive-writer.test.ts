import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { RedisArchiveWriter } from '../../src/archive/archive-writer-redis.js';
import { formatMark, type Mark } from '../../src/archive/mark.js';
import type { PortfolioChunk } from '../../src/archive/page.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { SILENT } from '../journal/stores.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { ArchivedVenue, all } from './archived-venue.js';
import { chunkOf, DAY_MS, event, events, NOW, numbers, PORTFOLIO, seqsOf } from './pages.js';

let venue: ArchivedVenue;

beforeEach(async () => {
  venue = await ArchivedVenue.open();
});

async function openWriter(limits: Partial<typeof DEFAULT_LIMITS> = {}): Promise<RedisArchiveWriter> {
  const writer = new RedisArchiveWriter(venue.url, venue.name, { ...DEFAULT_LIMITS, ...limits }, SILENT);
  onTestFinished(() => writer.close());
  await writer.whenConnected();
  await writer.begin();
  return writer;
}

/** The mark of an entry that the journal holds. */
async function nextMark(time: number = NOW): Promise<Mark> {
  const entryId = (await venue.redis.xadd(venue.key('journal'), '*', 'b', '')) as EntryId;
  return { entryId, time: time as Millis, part: null };
}

async function write(
  writer: RedisArchiveWriter,
  chunks: readonly PortfolioChunk[],
  time?: number,
): Promise<boolean> {
  return writer.write({ chunks, mark: await nextMark(time) });
}

async function archivedSeqs(portfolioId = PORTFOLIO): Promise<number[]> {
  return seqsOf(await venue.eventsOf(portfolioId));
}

test('chunks of several portfolios and the mark are written together, and read as they were', async () => {
  const writer = await openWriter();
  const mark = await nextMark();
  const lasting = [event(4, { channel: 'funding' }), event(5, { channel: 'liquidations' })];
  const chunks = [chunkOf(events(1, 3)), chunkOf(lasting), chunkOf(events(1, 2), { portfolioId: 'another' })];
  expect(await writer.write({ chunks, mark })).toBe(true);
  expect(await venue.archive.mark()).toEqual(mark);
  expect(await venue.eventsOf(PORTFOLIO)).toEqual([...events(1, 3), ...lasting]);
  expect(await venue.eventsOf('another')).toEqual(events(1, 2));
  const funding = await all(venue.history.lasting(PORTFOLIO, 'funding', 0 as Millis));
  const liquidations = await all(venue.history.lasting(PORTFOLIO, 'liquidations', 0 as Millis));
  expect([...funding, ...liquidations]).toEqual(lasting);
});

test('a page that was written is not written again, by whomever', async () => {
  const [first, second] = [await openWriter(), await openWriter()];
  const page = { chunks: [chunkOf(events(1, 3))], mark: await nextMark() };
  expect(await first.write(page)).toBe(true);
  expect(await first.write(page)).toBe(true);
  expect(await second.write(page)).toBe(true);
  const next = { chunks: [chunkOf(events(4, 5))], mark: await nextMark() };
  expect(await first.write(next)).toBe(true);
  expect(await second.write({ ...next, mark: await nextMark() })).toBe(false);
  expect(await archivedSeqs()).toEqual(numbers(1, 5));
});

test('a page of what the journal does not hold is not written', async () => {
  const writer = await openWriter();
  const { entryId } = await nextMark();
  const part = { entryId: `${Number.parseInt(entryId, 10) + 1_000_000}-0` as EntryId, events: 3 };
  const chunks = [chunkOf(events(1, 3))];
  expect(await writer.write({ chunks, mark: { entryId, time: NOW, part } })).toBe(false);
  expect(await archivedSeqs()).toEqual([]);
  expect(await venue.archive.mark()).toBeNull();
});

test('a mark of what the journal does not hold counts for nothing', async () => {
  const { entryId } = await nextMark();
  const mark = { entryId, time: NOW, part: { entryId, events: 2 } };
  await venue.redis.set(venue.key('archived-until'), formatMark(mark));
  expect(await venue.archive.mark()).toEqual(mark);
  await venue.redis.del(venue.key('journal'));
  expect(await venue.archive.mark()).toBeNull();
});

test('what is written over a history that was lost takes its place', async () => {
  const writer = await openWriter();
  const payments = events(4, 6, { channel: 'funding' });
  await write(writer, [chunkOf(events(1, 3)), chunkOf(payments), chunkOf(events(7, 9))]);
  const instead = [event(4, { data: '{}' }), event(5, { channel: 'funding', time: NOW })];
  await write(writer, [chunkOf(instead)]);
  expect(await venue.eventsOf(PORTFOLIO)).toEqual([...events(1, 3), ...instead]);
  expect(await all(venue.history.lasting(PORTFOLIO, 'funding', 0 as Millis))).toEqual([instead[1]]);
});

test('events behind the last that happened are undone on request', async () => {
  const writer = await openWriter();
  const some = [events(1, 3), events(4, 4, { channel: 'funding' }), events(5, 8)].map((each) =>
    chunkOf(each),
  );
  await write(writer, [...some, chunkOf(events(1, 2), { portfolioId: 'another' })]);
  const positions = ['another', 'unknown'].map((portfolioId) => ({ portfolioId, seq: 2 }));
  expect(await writer.undo([{ portfolioId: PORTFOLIO, seq: 3 }, ...positions])).toBe(true);
  expect([await archivedSeqs(), await archivedSeqs('another')]).toEqual([numbers(1, 3), numbers(1, 2)]);
  expect(await all(venue.history.lasting(PORTFOLIO, 'funding', 0 as Millis))).toEqual([]);
  await write(writer, [chunkOf(events(4, 5))]);
  expect(await archivedSeqs()).toEqual(numbers(1, 5));
});

test('over a hole nobody can resume, so that what lies before it is dropped', async () => {
  const writer = await openWriter();
  await write(writer, [chunkOf(events(1, 3)), chunkOf(events(4, 6))]);
  await write(writer, [chunkOf(events(8, 9))]);
  expect(await archivedSeqs()).toEqual([8, 9]);
  expect(Number(await venue.redis.get(venue.key('archive:bytes')))).toBeLessThan(300);
});

/** Archives events in chunks of 500, each told at one moment. */
async function writeMany(
  writer: RedisArchiveWriter,
  to: number,
  time: number,
  historyMs?: number,
): Promise<void> {
  const from = (await venue.history.extent(PORTFOLIO))?.newest ?? 0;
  for (let start = from + 1; start <= to; start += 500) {
    const some = events(start, Math.min(start + 499, to), { time: time as Millis });
    await write(writer, [chunkOf(some, historyMs === undefined ? {} : { historyMs })], time);
  }
}

test('beyond a day and the last 10,000, events are kept for as long as the plan says', async () => {
  const writer = await openWriter();
  await writeMany(writer, 12_000, NOW, 2 * DAY_MS);
  await writeMany(writer, 13_000, NOW + 1.5 * DAY_MS, 2 * DAY_MS);
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 1, newest: 13_000 });
  await writeMany(writer, 14_000, NOW + 2.5 * DAY_MS, 2 * DAY_MS);
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 4_001, newest: 14_000 });
  await writeMany(writer, 24_500, NOW + 2.6 * DAY_MS, 0);
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 13_001, newest: 24_500 });
});

test('one portfolio keeps no more events than the limit, even within a day', async () => {
  const writer = await openWriter({ archiveEventsMax: 11_000 });
  await writeMany(writer, 12_500, NOW);
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 1_501, newest: 12_500 });
});

test('when the archive is too large, whoever has news keeps the last 10,000', async () => {
  const writer = await openWriter();
  await write(writer, [chunkOf(events(1, 10), { portfolioId: 'idle' })]);
  await writeMany(writer, 12_000, NOW);
  const full = await openWriter({ archiveBytesMax: 1 });
  await writeMany(full, 12_500, NOW);
  expect(await venue.history.extent(PORTFOLIO)).toEqual({ oldest: 2_501, newest: 12_500 });
  expect(await archivedSeqs('idle')).toEqual(numbers(1, 10));
  const streams = [PORTFOLIO, 'idle'].map((id) => venue.key(`archive:events:${id}`));
  let bytes = 0;
  for (const stream of streams) {
    for (const [, fields] of await venue.redis.xrangeBuffer(stream, '-', '+'))
      bytes += fields[7]!.length + 150;
  }
  expect(Number(await venue.redis.get(venue.key('archive:bytes')))).toBe(bytes);
});

test('a lasting channel is bounded in length and age, and is gone when nobody writes to it any more', async () => {
  const writer = await openWriter({ archiveLastingMax: 500 });
  await write(writer, [chunkOf(events(1, 2_000, { channel: 'funding' }))]);
  const read = () => all(venue.history.lasting(PORTFOLIO, 'funding', 0 as Millis));
  expect((await read()).length).toBeLessThan(700);
  const later = NOW + 90 * DAY_MS + 3_000;
  const last = event(2_001, { channel: 'funding', time: later as Millis });
  await write(writer, [chunkOf([last])], later);
  expect((await read()).length).toBeLessThan(200);
  expect(await venue.redis.pttl(venue.key(`archive:funding:${PORTFOLIO}`))).toBeGreaterThan(0);
});
