import { beforeEach, expect, test } from 'vitest';
import type { ArchivedEvent } from '../../src/archive/archived-event.js';
import { unpackChunk } from '../../src/archive/chunk-codec.js';
import { EventCollector } from '../../src/archive/event-collector.js';
import type { Page } from '../../src/archive/page.js';
import { Account } from '../../src/exchange/accounts/account.js';
import type { AccountId, Millis, Seq } from '../../src/exchange/units.js';
import { BEGINNING, type EntryId } from '../../src/journal/journal.js';
import { NOW } from './pages.js';

const BOUNDS = {
  chunkEventsMax: 4,
  chunkCharactersMax: 1_000,
  pageEventsMax: 10,
  pageChunksMax: 5,
  pageCharactersMax: 5_000,
};

let collector: EventCollector;
let accounts: Account[];

beforeEach(() => {
  collector = new EventCollector(() => 7, BOUNDS);
  collector.begin({ entryId: BEGINNING, time: NOW, part: null });
  accounts = [2, 3, 4, 5, 6, 7].map((id) => new Account(id as AccountId, `portfolio-${id}`));
});

const entry = (number: number) => `${number}-0` as EntryId;

/** Tells an entry in which the accounts have events in this order. */
function tell(number: number, places: readonly number[], data = '{}'): void {
  collector.beginEntry(entry(number));
  for (const place of places) {
    const account = accounts[place]!;
    account.seq = (account.seq + 1) as Seq;
    collector.add(account, place === 1 ? 'funding' : 'orders', (NOW + number) as Millis, data);
  }
  collector.endEntry();
}

function seqsOf({ chunks }: Page): Record<string, number[][]> {
  const seqs: Record<string, number[][]> = {};
  for (const { portfolioId, chunk } of chunks) {
    seqs[portfolioId] ??= [];
    seqs[portfolioId].push(unpackChunk(chunk).map(({ seq }: ArchivedEvent) => seq));
  }
  return seqs;
}

const time = (NOW + 99) as Millis;

test('events are gathered by portfolio, and their page ends where the last entry does', () => {
  tell(1, [0, 1, 0]);
  tell(2, [1]);
  expect(collector.takeFullPages()).toEqual([]);
  const [page] = collector.takePages(time);
  expect(page!.mark).toEqual({ entryId: entry(2), time, part: null });
  expect(seqsOf(page!)).toEqual({ 'portfolio-2': [[1, 2]], 'portfolio-3': [[1, 2]] });
  expect(page!.chunks.map(({ lasting, historyMs }) => [lasting.length, historyMs])).toEqual([
    [0, 7],
    [2, 7],
  ]);
  tell(3, []);
  expect(collector.takePages(time)).toEqual([{ chunks: [], mark: { entryId: entry(3), time, part: null } }]);
});

test('a chunk and a page that are full are ended, within an entry if need be', () => {
  tell(1, [0]);
  tell(2, [...Array(10).fill(0), 1, 1]);
  const full = collector.takeFullPages();
  expect(full.map(seqsOf)).toEqual([
    {
      'portfolio-2': [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10],
      ],
    },
  ]);
  const part = { entryId: entry(2), events: 9 };
  expect(full[0]!.mark).toEqual({ entryId: entry(1), time: NOW + 2, part });
  const [rest] = collector.takePages(time);
  expect(seqsOf(rest!)).toEqual({ 'portfolio-2': [[11]], 'portfolio-3': [[1, 2]] });
  expect(rest!.mark).toEqual({ entryId: entry(2), time, part: null });
});

test('many portfolios and long texts end a page too', () => {
  tell(1, [0, 1, 2, 3, 4, 5]);
  expect(collector.takeFullPages().map(({ chunks }) => chunks.length)).toEqual([5]);
  tell(2, [0, 0, 0, 0, 0], 'x'.repeat(1_100));
  expect(collector.takeFullPages().map(({ chunks }) => chunks.length)).toEqual([5]);
});

test('what is archived of an entry is not gathered again', () => {
  const mark = { entryId: entry(1), time: NOW, part: { entryId: entry(2), events: 2 } };
  collector.begin(mark);
  tell(2, [0, 1, 0, 0]);
  tell(3, [0, 1]);
  expect(collector.takePages(time).map(seqsOf)).toEqual([
    { 'portfolio-2': [[2, 3, 4]], 'portfolio-3': [[2]] },
  ]);
});
