import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveBuffer } from '../../src/archive/archive-buffer.js';
import { Archivist } from '../../src/archive/archivist.js';
import { RecentHistory } from '../../src/archive/recent-history.js';
import type { Millis } from '../../src/exchange/units.js';
import type { EntryId } from '../../src/journal/journal.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';
import { event, events, NOW, openArchive, PORTFOLIO, readAll } from './events.js';

let opened: Awaited<ReturnType<typeof openArchive>>;
const running: Archivist[] = [];

beforeEach(async () => {
  opened = await openArchive();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((archivist) => archivist.stop()));
  opened.close();
});

/** What one gateway has of the archive; whoever `isHeld` writes. */
function gateway(isHeld: boolean) {
  const buffer = new ArchiveBuffer(DEFAULT_LIMITS);
  const lease = { isHeld };
  const reasons: string[] = [];
  const logged: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
  const rebuild = (reason: string) => reasons.push(reason);
  const archivist = new Archivist(opened.archive, buffer, lease, () => NOW, rebuild, logger, 1_000);
  running.push(archivist);
  archivist.start();
  return { buffer, lease, archivist, reasons, logged };
}

/** Appends an entry to the venue's journal, for the gateways to have applied. */
async function append(): Promise<EntryId> {
  return (await opened.redis.xadd(venueKey(opened.venue, 'journal'), '*', 'b', '')) as EntryId;
}

test('the holder of the lease archives, and the others drop what it has', async () => {
  const [holder, other] = [gateway(true), gateway(false)];
  const entry = await append();
  for (const { buffer } of [holder, other]) {
    for (const each of events(2_500)) buffer.add(each);
    buffer.endTurn(entry);
  }
  const isDone = ({ buffer, archivist }: typeof holder) =>
    archivist.completeUntil === entry && buffer.waiting().events.length === 0;
  await until('both have nothing left', () => isDone(holder) && isDone(other));
  expect(await readAll(opened.archive)).toEqual(events(2_500).reverse());
});

test('whoever takes over goes on where the other stopped, nothing missing and nothing twice', async () => {
  const [first, second] = [gateway(true), gateway(false)];
  let count = 0;
  const tell = async () => {
    const entry = await append();
    const told = Array.from({ length: 7 }, () => event(++count));
    for (const { buffer } of [first, second]) {
      for (const each of told) buffer.add(each);
      buffer.endTurn(entry);
    }
  };
  await tell();
  await until('the first has archived', async () => (await readAll(opened.archive)).length === 7);
  await tell();
  // For a moment both believe to hold it.
  second.lease.isHeld = true;
  await tell();
  first.lease.isHeld = false;
  await tell();
  await until('the second has archived', () => second.buffer.waiting().events.length === 0);
  expect(await readAll(opened.archive)).toEqual(events(count).reverse());
});

/** Waits until an archivist has done its work twice, moving the mark below all entries to see it. */
async function worksTwice(archivist: Archivist): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const before = await opened.archive.completeUntil();
    const mark = `0-${Number(before?.slice(2) ?? 0) + 1}` as EntryId;
    expect(await opened.archive.advance(before, mark)).toBe(true);
    await until('it has looked', () => archivist.completeUntil === mark);
  }
}

test('what the journal does not hold is not archived', async () => {
  const { buffer, archivist } = gateway(true);
  buffer.add(event(1));
  buffer.endTurn('1-1' as EntryId);
  await worksTwice(archivist);
  expect(await readAll(opened.archive)).toEqual([]);
});

/** A gateway that has archived one event, and dropped it. */
async function archivedOne() {
  const one = gateway(true);
  const entry = await append();
  one.buffer.add(event(1));
  one.buffer.endTurn(entry);
  await until('it is archived', () => one.archivist.completeUntil === entry);
  return { ...one, entry };
}

async function lose(...names: readonly string[]): Promise<void> {
  await opened.redis.del(...names.map((name) => venueKey(opened.venue, name)));
}

test('when Redis has lost a part of it and the journal is whole, the exchange is rebuilt and tells it again', async () => {
  const { buffer, archivist, reasons } = await archivedOne();
  await lose('archived-until', `archive:funding:${PORTFOLIO}`);
  const second = await append();
  buffer.add(event(2));
  buffer.endTurn(second);
  await until('a rebuild is asked for', () => reasons.length > 0);
  expect(await readAll(opened.archive)).toEqual([]);
  archivist.reset();
  for (const each of events(2)) buffer.add(each);
  buffer.endTurn(second);
  await until('all is archived again', () => archivist.completeUntil === second);
  expect(await readAll(opened.archive)).toEqual(events(2).reverse());
});

test('when Redis has lost the end of the journal too, nothing is asked for nor published', async () => {
  const { buffer, archivist, reasons, logged } = await archivedOne();
  await lose('archived-until', 'journal', `archive:funding:${PORTFOLIO}`);
  buffer.add(event(2));
  buffer.endTurn(await append());
  await worksTwice(archivist);
  expect([reasons, await readAll(opened.archive)]).toEqual([[], []]);
  await until('the standstill is told', () => logged.length > 0);
  expect(archivist.lagMs).toBeGreaterThan(0);
});

test('a standstill is told once, and is over when the archive goes on', async () => {
  const { buffer, lease, archivist, logged } = gateway(false);
  const entry = await append();
  buffer.add(event(1));
  buffer.endTurn(entry);
  await until('it lags', () => archivist.lagMs >= 2_000);
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { completeUntil: null, reachedUntil: entry },
  ]);
  lease.isHeld = true;
  await until('it goes on', () => archivist.completeUntil === entry && archivist.lagMs === 0);
});

test('what waits is part of the history, and is not read twice once it is written', async () => {
  const buffer = new ArchiveBuffer(DEFAULT_LIMITS);
  const history = new RecentHistory(opened.archive, buffer);
  await opened.archive.write(events(5), NOW);
  for (const seq of [4, 5, 6]) buffer.add(event(seq));
  const read = async (since: number) => {
    const found: number[] = [];
    for await (const page of history.pages(PORTFOLIO, 'funding', since as Millis)) {
      found.push(...page.map(({ seq }) => seq));
    }
    return found;
  };
  expect(await read(0)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(await read(NOW + 5)).toEqual([6, 5]);
});
