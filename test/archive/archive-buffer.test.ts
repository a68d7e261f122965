import { beforeEach, expect, test } from 'vitest';
import { ArchiveBuffer } from '../../src/archive/archive-buffer.js';
import { ARCHIVE_RETENTION_MS } from '../../src/archive/archived-event.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { event, events, NOW, PORTFOLIO } from './events.js';

let buffer: ArchiveBuffer;

const entry = (number: number) => `${number}-0` as EntryId;
const seqsWaiting = () => buffer.waiting().events.map(({ seq }) => seq);

beforeEach(() => {
  buffer = new ArchiveBuffer({ archiveWaitingBytesMax: 1_000_000 });
});

test('an event waits once its turn has ended', () => {
  expect(buffer.waiting()).toEqual({ events: [], until: null });
  buffer.add(event(1));
  buffer.endTurn(entry(10));
  buffer.add(event(2));
  expect(buffer.waiting()).toEqual({ events: [event(1)], until: entry(10) });
});

test('turns without events move on how far it has come', () => {
  buffer.endTurn(entry(10));
  buffer.endTurn(entry(9_000));
  expect(buffer.waiting().until).toBe(entry(9_000));
});

test('what others have archived is dropped, as far as it goes', () => {
  for (const number of [8, 9, 10, 11]) {
    buffer.add(event(number));
    buffer.endTurn(entry(number));
  }
  buffer.drop(entry(10));
  expect(seqsWaiting()).toEqual([11]);
  expect(buffer.droppedUntil).toBe(entry(10));
  buffer.drop(entry(8));
  expect(buffer.droppedUntil).toBe(entry(10));
});

test('it starts over with a rebuilt exchange', () => {
  buffer.add(event(1));
  buffer.endTurn(entry(10));
  buffer.drop(entry(10));
  buffer.add(event(2));
  buffer.reset();
  expect(buffer.waiting()).toEqual({ events: [], until: null });
  expect(buffer.droppedUntil).toBeNull();
});

test('beyond its bytes the older half is left out, and counted', () => {
  buffer = new ArchiveBuffer({ archiveWaitingBytesMax: 10_000 });
  for (const each of events(60)) buffer.add(each);
  buffer.endTurn(entry(1));
  const seqs = seqsWaiting();
  expect(seqs.at(-1)).toBe(60);
  expect(seqs.length + buffer.takeOmitted()).toBe(60);
  expect(seqs.length).toBeLessThan(50);
  expect(buffer.takeOmitted()).toBe(0);
});

test('what is left out is not counted where the archive would hold it no more', () => {
  buffer = new ArchiveBuffer({ archiveWaitingBytesMax: 10_000 });
  for (const each of events(40)) buffer.add(each);
  const time = (NOW + ARCHIVE_RETENTION_MS + 10) as Millis;
  for (const each of events(10)) buffer.add({ ...each, seq: each.seq + 40, time });
  const left = 50 - buffer.newestFirst(PORTFOLIO, 'funding').length;
  expect(left).toBeGreaterThan(10);
  expect(buffer.takeOmitted()).toBe(left - 10);
});

test('what a replay tells again, and is archived, takes no space', () => {
  buffer = new ArchiveBuffer({ archiveWaitingBytesMax: 10_000 });
  buffer.drop(entry(100));
  for (const number of [50, 100, 101]) {
    for (const each of events(30)) buffer.add(each);
    buffer.endTurn(entry(number));
  }
  expect(buffer.takeOmitted()).toBe(0);
  expect(buffer.waiting()).toEqual({ events: events(30), until: entry(101) });
});

test('the waiting events of a portfolio are found newest first', () => {
  buffer.add(event(1));
  buffer.add(event(2, { portfolioId: 'another' }));
  buffer.add(event(3, { channel: 'liquidations' }));
  buffer.add(event(4));
  expect(buffer.newestFirst(PORTFOLIO, 'funding')).toEqual([event(4), event(1)]);
});
