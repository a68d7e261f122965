import { expect, test } from 'vitest';
import { isListed } from '../../src/archive/listed-events.js';
import { compareEntryIds } from '../../src/journal/journal.js';
import { until } from '../support/until.js';
import { ArchivedVenue, lastingOf, listedCounts, toldBy } from './archived-venue.js';
import { someHistory } from './some-history.js';

const HISTORY = someHistory(301, 600, 0);

test('the archive holds what the journal tells, and the lasting channels by themselves', async () => {
  const venue = await ArchivedVenue.open();
  await venue.append(HISTORY.slice(0, 300));
  await venue.follow();
  await venue.append(HISTORY.slice(300));
  await venue.whenComplete();
  const told = toldBy(HISTORY);
  expect([...told.values()].flat().length).toBeGreaterThan(1_000);
  expect(await venue.archived(told)).toEqual(told);
  expect(lastingOf(told).size).toBeGreaterThan(0);
  expect(await venue.lasting(told)).toEqual(lastingOf(told));
  expect(await venue.listedCounts(told)).toEqual(listedCounts(told));
});

test('an order is told to be closed once, which is what makes up the list of them', () => {
  const events = [...toldBy(HISTORY).values()].flat().filter((event) => isListed(event, 'closedOrders'));
  const ids = events.map(({ data }) => (JSON.parse(data) as { orderId: string }).orderId);
  expect(ids.length).toBeGreaterThan(100);
  expect(new Set(ids).size).toBe(ids.length);
});

test('two that archive at once, and one after the other, write everything once', async () => {
  const venue = await ArchivedVenue.open();
  let following = [await venue.follow(), await venue.follow()];
  for (let start = 0; start < HISTORY.length; start += 100) {
    await venue.append(HISTORY.slice(start, start + 100));
    const [first, second] = following;
    await first!.stop();
    following = [second!, await venue.follow()];
  }
  await venue.whenComplete();
  const told = toldBy(HISTORY);
  expect(await venue.archived(told)).toEqual(told);
  expect(await venue.lasting(told)).toEqual(lastingOf(told));
});

test('snapshots are written where the archive is, and whoever takes over begins there', async () => {
  const venue = await ArchivedVenue.open();
  for (let start = 0; start < HISTORY.length; start += 200) {
    await venue.append(HISTORY.slice(start, start + 200));
    const following = await venue.follow({ snapshotCommands: 1 });
    await venue.whenComplete();
    await until('a snapshot is kept', async () => (await venue.snapshots.list())[0]?.entryId === venue.end);
    await following.stop();
  }
  const kept = await venue.snapshots.list();
  expect(kept).toHaveLength(2);
  expect((await venue.journal.extent())!.first).toBe(kept[1]!.entryId);
  const told = toldBy(HISTORY);
  expect(await venue.archived(told)).toEqual(told);
});

test('a snapshot that others have overtaken is not kept', async () => {
  const venue = await ArchivedVenue.open();
  await venue.append(HISTORY.slice(0, 50));
  await venue.follow({ snapshotCommands: 1 });
  await until('a snapshot is kept', async () => (await venue.snapshots.list()).length === 1);
  const [kept] = await venue.snapshots.list();
  const bytes = (await venue.snapshots.load(kept!))!;
  expect(await venue.snapshots.save(kept!, bytes)).toBe(false);
  expect(await venue.snapshots.list()).toEqual([kept]);
});

test('a mark that Redis has lost, or only an older one of, changes nothing in the end', async () => {
  const venue = await ArchivedVenue.open();
  await venue.append(HISTORY.slice(0, 200));
  await venue.follow();
  await venue.whenComplete();
  const older = (await venue.redis.get(venue.key('archived-until')))!;
  await venue.append(HISTORY.slice(200, 300));
  await venue.whenComplete();
  await venue.redis.set(venue.key('archived-until'), older);
  await venue.append(HISTORY.slice(300, 350));
  await venue.whenComplete();
  await venue.redis.del(venue.key('archived-until'));
  await venue.append(HISTORY.slice(350, 400));
  await venue.whenComplete();
  const told = toldBy(HISTORY.slice(0, 400));
  expect(await venue.archived(told)).toEqual(told);
  expect(await venue.listedCounts(told)).toEqual(listedCounts(told));
  expect(await venue.lasting(told)).toEqual(lastingOf(told));
});

test('what was archived of a history that is lost is not there any more once the venue goes on', async () => {
  const venue = await ArchivedVenue.open();
  await venue.append(HISTORY.slice(0, 200));
  const following = await venue.follow({ snapshotCommands: 1 });
  await until('a snapshot is kept', async () => (await venue.snapshots.list())[0]?.entryId === venue.end);
  await following.stop();
  const [snapshot] = await venue.snapshots.list();
  const before = toldBy(HISTORY.slice(0, 200));
  const second = await venue.follow();
  await venue.append(HISTORY.slice(200));
  await venue.whenComplete();
  await second.stop();
  // Gateways that find the journal gone found another one, which goes on from the newest snapshot.
  await venue.redis.del(venue.key('journal'));
  await venue.redis.xadd(venue.key('journal'), snapshot!.entryId, 'b', '');
  await venue.append([HISTORY[450]!]);
  await venue.follow();
  await venue.whenComplete();
  const told = toldBy([...HISTORY.slice(0, 200), HISTORY[450]!]);
  expect(await venue.archived(before)).toEqual(new Map([...before.keys()].map((id) => [id, told.get(id)])));
  expect(await venue.lasting(told)).toEqual(lastingOf(told));
  const mark = (await venue.archive.mark())!;
  expect(compareEntryIds(mark.entryId, snapshot!.entryId)).toBeGreaterThan(0);
});
