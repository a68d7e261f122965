import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PrivateEvent } from '../../../src/gateway/channels/event-log.js';
import { Random } from '../../support/random.js';
import { ASKER, eventsOf, NOW, PrivateEvents } from './private-events.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

let random: Random;
let events: PrivateEvents;

beforeEach(async () => {
  random = new Random(11);
  events = await PrivateEvents.start({ archiveWaitMs: 300, historyEventsReadMax: 500 });
});
afterEach(() => events.close());

/** A gateway that restored a snapshot after `remembered` events, with an archive of those from `oldest` to `archived`. */
async function arrange(
  all: readonly PrivateEvent[],
  { oldest, archived, remembered }: { oldest: number; archived: number; remembered: number },
): Promise<void> {
  await events.clearArchive();
  await events.archive(random, all.slice(oldest - 1, archived));
  events.restart(remembered);
  for (const event of all.slice(remembered)) events.tell(event);
}

function refusalOf(seq: number, epoch?: string) {
  return events.history.refusalOf(events.account, { epoch, seq }, ASKER);
}

/** What is answered once the journal was read to its end. */
function readThen<Answer>(answer: Promise<Answer>): Promise<Answer> {
  events.freshness.upToDate(performance.now());
  return answer;
}

test('memory and archive, however split, are every event after a position, in order and once, or refused', async () => {
  for (let round = 0; round < 60; round++) {
    const all = eventsOf(random, random.between(1, 400));
    const count = all.length;
    const oldest = random.chance(0.5) ? 1 : random.between(1, count);
    const archived = oldest === 1 ? random.between(0, count) : random.between(oldest, count);
    const remembered = random.between(0, archived);
    await arrange(all, { oldest, archived, remembered });
    const first = Math.min(oldest, remembered + 1) - 1;
    expect(await events.history.range(events.account)).toMatchObject({ oldest: first, newest: count });
    for (const since of [0, first, random.between(0, count), count - 1, count]) {
      const refusal = await refusalOf(since);
      if (since < first)
        expect(refusal).toMatchObject({ error: 'RESUME_UNAVAILABLE', details: { oldest: first } });
      else {
        expect(refusal).toBeNull();
        expect(await events.readAfter(since)).toEqual(all.slice(since));
      }
    }
  }
});

test('what happens while it is read is read too, and an archive that is ahead tells nothing early', async () => {
  const all = eventsOf(random, 900);
  await events.archive(random, all.slice(0, 700));
  events.restart(300);
  for (const event of all.slice(300, 600)) events.tell(event);
  const found: PrivateEvent[] = [];
  let next = 600;
  for await (const page of events.history.pagesAfter(events.account, 0, () => false)) {
    found.push(...page);
    expect(found.at(-1)!.seq).toBeLessThanOrEqual(events.account.seq);
    for (let count = 0; count < 30 && next < all.length; count++) events.tell(all[next++]!);
  }
  expect(found).toEqual(all.slice(0, events.account.seq));
  expect(found.length).toBeGreaterThan(700);
});

test('where memory has dropped what is not archived yet, it is waited for, and given up after a time', async () => {
  const all = eventsOf(random, 300);
  await arrange(all, { oldest: 1, archived: 100, remembered: 200 });
  expect(await refusalOf(50)).toBeNull();
  expect(await events.readAfter(50)).toEqual(all.slice(50, 100));
  expect(await events.readAfter(50, () => true)).toEqual(all.slice(50, 100));
  const waiting = events.readAfter(50, () => true);
  await events.archive(random, all.slice(100, 200));
  expect(await waiting).toEqual(all.slice(50));
});

test('an archive that has not begun is waited for, too', async () => {
  const all = eventsOf(random, 300);
  await arrange(all, { oldest: 1, archived: 0, remembered: 200 });
  expect(await refusalOf(0)).toBeNull();
  expect(await events.readAfter(0)).toEqual([]);
  const waiting = events.readAfter(0, () => true);
  await events.archive(random, all.slice(0, 250));
  expect(await waiting).toEqual(all);
});

test('what is forgotten while it is read ends the reading, and nothing is left out', async () => {
  const all = eventsOf(random, 3_000);
  await arrange(all, { oldest: 1, archived: 3_000, remembered: 3_000 });
  const found: PrivateEvent[] = [];
  for await (const page of events.history.pagesAfter(events.account, 0, () => false)) {
    if (found.length === 0) {
      await events.clearArchive();
      await events.archive(random, all.slice(2_500));
    }
    found.push(...page);
  }
  expect(found).toEqual(all.slice(0, found.length));
  expect(found.length).toBeLessThan(2_500);
});

test('a position of another history or of the future is refused and logged, a few times a minute', async () => {
  const all = eventsOf(random, 10);
  await arrange(all, { oldest: 1, archived: 5, remembered: 5 });
  for (const [seq, epoch] of [
    [11, undefined],
    [3, 'of another history'],
  ] as const) {
    expect(await readThen(refusalOf(seq, epoch))).toMatchObject({
      error: 'RESUME_UNAVAILABLE',
      details: { oldest: 0, newest: 10 },
    });
  }
  const { userId, keyId } = ASKER;
  const { portfolioId } = events.account;
  expect(events.logged).toMatchObject([
    { event: 'cursor_refused', userId, keyId, reason: 'FUTURE_SEQ', asked: `${portfolioId}::11` },
    { event: 'cursor_refused', reason: 'ANOTHER_EPOCH', asked: `${portfolioId}:of another history:3` },
  ]);
  await readThen(Promise.all(Array.from({ length: 20 }, () => refusalOf(11))));
  expect(events.logged).toHaveLength(5);
});

test('a position that another gateway has come to sooner is waited for', async () => {
  const all = eventsOf(random, 12);
  await arrange(all.slice(0, 10), { oldest: 1, archived: 5, remembered: 5 });
  const askedMs = performance.now();
  const refusal = refusalOf(12);
  // What was read by an earlier question, or in part, does not tell that there is no more.
  events.freshness.upToDate(askedMs - 1);
  await Promise.resolve();
  events.freshness.upToDate(performance.now(), false);
  await Promise.resolve();
  for (const event of all.slice(10)) events.tell(event);
  expect(await readThen(refusal)).toBeNull();
  expect(events.logged).toEqual([]);
});

test('of a position that is not known here nothing is said while the journal cannot be read', async () => {
  await arrange(eventsOf(random, 10), { oldest: 1, archived: 5, remembered: 5 });
  const refusals = [refusalOf(11), refusalOf(3, 'of another history')];
  events.cutOff();
  for (const refusal of [...refusals, refusalOf(11)]) expect(await refusal).toEqual({ error: 'UNAVAILABLE' });
  expect(await refusalOf(10)).toBeNull();
  expect(events.logged).toEqual([]);
});

test('so many positions are waited for at once, and not one more', async () => {
  await arrange(eventsOf(random, 10), { oldest: 1, archived: 5, remembered: 5 });
  const refusals = Array.from({ length: 1_000 }, () => refusalOf(11));
  expect(await refusalOf(11)).toEqual({ error: 'UNAVAILABLE' });
  const all = await readThen(Promise.all(refusals));
  expect(new Set(all.map((refusal) => refusal?.error))).toEqual(new Set(['RESUME_UNAVAILABLE']));
});

test('a history of another exchange is not mixed with this one', async () => {
  const all = eventsOf(random, 300);
  await arrange(all, { oldest: 1, archived: 300, remembered: 300 });
  const pages = events.history.pagesAfter(events.account, 0, () => true);
  await pages.next();
  const { account } = events;
  events.restart(200);
  let after = 0;
  for await (const page of pages) after += page.length;
  expect(after).toBeLessThan(300);
  expect(await events.history.refusalOf(account, { epoch: undefined, seq: 0 }, ASKER)).toEqual({
    error: 'UNAVAILABLE',
  });
});

test('a search finds the newest first, in both, as far as it may read and the plan reaches', async () => {
  const all = eventsOf(random, 400);
  await arrange(all, { oldest: 1, archived: 350, remembered: 300 });
  const fills = all.filter(({ channel }) => channel === 'fills').reverse();
  const find = (limit: number, until?: number, isWanted = (_data: string) => true) =>
    events.history.past.find(events.account, {
      listed: 'fills',
      limit,
      isWanted,
      ...(until === undefined ? {} : { until: until as PrivateEvent['time'] }),
    });
  expect(await find(1_000)).toEqual(fills);
  expect(await find(7)).toEqual(fills.slice(0, 7));
  const moment = NOW - 220_000;
  expect(await find(1_000, moment)).toEqual(fills.filter(({ time }) => time <= moment));
  const [wanted] = fills.slice(-3);
  expect(await find(1, undefined, (data) => data === wanted!.data)).toEqual([wanted]);

  await arrange(all, { oldest: 1, archived: 200, remembered: 300 });
  expect(await find(1_000)).toBeNull();
  expect(await events.history.past.count(events.account, 'fills')).toBeNull();

  const old = all.map((event) => ({ ...event, time: (event.time - 31 * DAY_MS) as PrivateEvent['time'] }));
  await arrange([...old.slice(0, 350), ...all.slice(350)], { oldest: 1, archived: 400, remembered: 390 });
  expect(await find(1_000)).toEqual(fills.filter(({ seq }) => seq > 350));
});

test('a list is counted in both, each event once, as far as the plan reaches', async () => {
  const all = eventsOf(random, 400);
  const fills = all.filter(({ channel }) => channel === 'fills');
  const count = (since?: number) =>
    events.history.past.count(events.account, 'fills', since as PrivateEvent['time'] | undefined);
  for (const [archived, remembered] of [
    [350, 300],
    [400, 400],
    [400, 0],
    [0, 0],
    [250, 150],
  ] as const) {
    await arrange(all, { oldest: 1, archived, remembered });
    expect(await count()).toBe(fills.length);
    for (const since of [NOW - 350_000, NOW - 75_500, NOW, NOW + 1]) {
      expect(await count(since)).toBe(fills.filter(({ time }) => time >= since).length);
    }
  }
  const old = all.map((event) => ({ ...event, time: (event.time - 31 * DAY_MS) as PrivateEvent['time'] }));
  await arrange([...old.slice(0, 350), ...all.slice(350)], { oldest: 1, archived: 400, remembered: 390 });
  expect(await count()).toBe(fills.filter(({ seq }) => seq > 350).length);
});

test('a search through much that only memory has takes many turns, and tells what was there when it began', async () => {
  const random = new Random(12);
  const all = eventsOf(random, 30_000).map((event) => ({ ...event, data: '{"status":"FILLED"}' }));
  await arrange(all, { oldest: 1, archived: 0, remembered: 0 });
  const isWanted = (data: string) => data !== '';
  const finding = events.history.past.find(events.account, { listed: 'fills', isWanted, limit: 30_000 });
  const counting = events.history.past.count(events.account, 'fills');
  const othersTurn = new Promise<string>((resolve) => setImmediate(() => resolve('the turn of others')));
  expect(await Promise.race([finding, othersTurn])).toBe('the turn of others');
  events.tell({ ...all[0]!, channel: 'fills', seq: 30_001, time: NOW });
  const fills = all.filter(({ channel }) => channel === 'fills').reverse();
  expect(fills.length).toBeGreaterThan(4_000);
  expect(await finding).toEqual(fills);
  expect(await counting).toBe(fills.length);
});

test('what is forgotten while it is searched comes from the archive, or the search is in vain', async () => {
  const all = eventsOf(random, 15_000).map((event) => ({ ...event, channel: 'fills' as const, data: '{}' }));
  for (const archived of [15_000, 5_000]) {
    await arrange(all, { oldest: 1, archived, remembered: 0 });
    const search = { listed: 'fills', isWanted: () => true, limit: 14_000 } as const;
    const finding = events.history.past.find(events.account, search);
    for (let count = 0; count < 200; count++) events.feed.memory.sweep((NOW + 1) as PrivateEvent['time']);
    const found = await finding;
    if (archived === 5_000) expect(found).toBeNull();
    else expect(found).toEqual(all.slice(-found!.length).reverse());
    expect(events.feed.memory.oldest(events.account.id)).toBeNull();
  }
});

test('a moment far back is found without reading what happened since', async () => {
  const all = eventsOf(random, 6_000);
  await arrange(all, { oldest: 1, archived: 6_000, remembered: 5_990 });
  const until = (NOW - 5_000_000) as PrivateEvent['time'];
  const [found] = (await events.history.past.find(events.account, {
    listed: 'closedOrders',
    isWanted: () => true,
    limit: 1,
    until,
  }))!;
  expect(found).toEqual(all.filter(({ channel, time }) => channel === 'orders' && time <= until).at(-1));
});
