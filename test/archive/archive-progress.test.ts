import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { ArchiveLag } from '../../src/archive/archive-lag.js';
import { ArchiveProgress } from '../../src/archive/archive-progress.js';
import { BEHIND_MAX_MS, restMs } from '../../src/archive/pace.js';
import type { EntryId } from '../../src/journal/journal.js';
import { until } from '../support/until.js';
import { ArchivedVenue } from './archived-venue.js';
import { NOW } from './pages.js';

const entry = (timeMs: number) => `${timeMs}-0` as EntryId;

test('an archive that keeps up lags by what the journal’s times say, and never by more than since it was complete', () => {
  const lag = new ArchiveLag(500);
  lag.look(entry(1_000), entry(1_000));
  expect(lag.lagMs).toBe(0);
  lag.look(entry(1_000), entry(9_000_000));
  expect(lag.lagMs).toBe(500);
  lag.look(entry(8_999_900), entry(9_000_100));
  expect(lag.lagMs).toBe(200);
  lag.look(entry(9_000_100), entry(9_000_100));
  expect([lag.lagMs, lag.standstillLooks]).toEqual([0, 0]);
});

test('one that stands still lags more with every look', () => {
  const lag = new ArchiveLag(500);
  for (let look = 0; look < 10; look++) lag.look(null, entry(5));
  expect(lag.lagMs).toBe(5_000);
  lag.look(entry(4), entry(5));
  expect([lag.lagMs, lag.standstillLooks]).toEqual([1, 0]);
  for (let look = 0; look < 4; look++) lag.look(entry(4), entry(5));
  expect([lag.lagMs, lag.standstillLooks]).toEqual([2_000, 4]);
});

test('the archive takes a quarter of the time while it is not far behind, and all of it beyond', () => {
  expect(restMs(5, 0)).toBe(15);
  expect(restMs(40, BEHIND_MAX_MS)).toBe(120);
  expect(restMs(5, BEHIND_MAX_MS + 1)).toBe(0);
});

test('a gateway knows how far the archive is, and tells once of a standstill', async () => {
  const venue = await ArchivedVenue.open();
  const reached = (await venue.redis.xadd(venue.key('journal'), '*', 'b', '')) as EntryId;
  const logged: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
  const progress = new ArchiveProgress(venue.archive, () => reached, logger, 1_000);
  onTestFinished(() => progress.stop());
  progress.start();
  await until('it lags', () => progress.lagMs >= 1_500);
  expect(progress.archivedUntil).toBeNull();
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ completeUntil: null, reached }]);
  await venue.redis.set(venue.key('archived-until'), `${reached} ${NOW}`);
  await until('all is archived', () => progress.archivedUntil === NOW && progress.lagMs === 0);
  progress.reset();
  expect(progress.archivedUntil).toBeNull();
});
