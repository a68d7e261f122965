import { afterEach, beforeEach, expect, test } from 'vitest';
import { ARCHIVE_RETENTION_MS } from '../../src/archive/archived-event.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { event, events, NOW, openArchive, PORTFOLIO, readAll } from './events.js';

let opened: Awaited<ReturnType<typeof openArchive>>;

beforeEach(async () => {
  opened = await openArchive();
});
afterEach(() => opened.close());

const seqsOf = (found: readonly { seq: number }[]) => found.map(({ seq }) => seq);

test('what is written is read newest first, as it was', async () => {
  const written = [event(3), event(5), event(9)];
  await opened.archive.write(written, NOW);
  expect(await readAll(opened.archive)).toEqual(written.reverse());
});

test('what is written twice, in whatever pieces, is there once', async () => {
  await opened.archive.write(events(20), NOW);
  await opened.archive.write(events(5), NOW);
  await opened.archive.write(events(30), NOW);
  expect(seqsOf(await readAll(opened.archive))).toEqual(seqsOf(events(30)).reverse());
});

test('events of other portfolios and channels are apart, and older ones than asked for are left out', async () => {
  const strange = event(2, { portfolioId: 'another' });
  const liquidation = event(4, { channel: 'liquidations' });
  await opened.archive.write([event(1), strange, event(3), liquidation], NOW);
  expect(seqsOf(await readAll(opened.archive))).toEqual([3, 1]);
  expect(await readAll(opened.archive, 'another')).toEqual([strange]);
  expect(await readAll(opened.archive, PORTFOLIO, 'liquidations')).toEqual([liquidation]);
  expect(seqsOf(await readAll(opened.archive, PORTFOLIO, 'funding', (NOW + 2) as Millis))).toEqual([3]);
});

test('more than a page is read page by page', async () => {
  await opened.archive.write(events(2_500), NOW);
  const sizes: number[] = [];
  for await (const page of opened.archive.pages(PORTFOLIO, 'funding', 0 as Millis)) sizes.push(page.length);
  expect(sizes).toEqual([1_000, 1_000, 500]);
});

test('a stream is bounded in length and age, and is gone when nobody writes to it any more', async () => {
  const small = await openArchive(undefined, { archiveEventsMax: 500 });
  await small.archive.write(events(2_000), NOW);
  expect((await readAll(small.archive)).length).toBeLessThan(700);
  const later = (NOW + ARCHIVE_RETENTION_MS + 1_950) as Millis;
  await small.archive.write([event(3_000, { time: later })], later);
  expect((await readAll(small.archive)).length).toBeLessThan(200);
  const stream = venueKey(small.venue, `archive:funding:${PORTFOLIO}`);
  expect(await small.redis.pttl(stream)).toBeGreaterThan(0);
  small.close();
});

test('the mark is moved on only by who knows where it is', async () => {
  const [first, second] = ['5-0', '6-0'] as [EntryId, EntryId];
  expect(await opened.archive.completeUntil()).toBeNull();
  expect(await opened.archive.advance(null, first)).toBe(true);
  expect(await opened.archive.advance(null, second)).toBe(false);
  expect(await opened.archive.completeUntil()).toBe(first);
  expect(await opened.archive.advance(first, second)).toBe(true);
});
