import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ArchivedVenue, lastingOf, toldBy } from '../archive/archived-venue.js';
import { someHistory } from '../archive/some-history.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { Random } from '../support/random.js';
import { until } from '../support/until.js';

const PROCESS = fileURLToPath(new URL('../archive/archiving-process.mjs', import.meta.url));
const SEED = 311;
const ROUNDS = 5;
const SNAPSHOTS = { snapshotCommands: 5_000, snapshotCommandsMin: 1, snapshotIntervalMs: 1_000_000 };

function startArchiving(venue: ArchivedVenue): ChildProcess {
  const { url, name } = venue;
  const order = {
    redisUrl: url,
    venue: name,
    limits: DEFAULT_LIMITS,
    snapshots: SNAPSHOTS,
    logLevel: 'silent',
  };
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(order)], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a process that archives is killed at any moment, over and over, and everything is archived once', {
  timeout: 180_000,
}, async () => {
  const random = new Random(SEED);
  const venue = await ArchivedVenue.open();
  const history = someHistory(SEED, 250, 5);
  const perRound = Math.ceil(history.length / ROUNDS);
  const markText = () => venue.redis.get(venue.key('archived-until'));
  for (let round = 0; round < ROUNDS; round++) {
    const entries = history.slice(round * perRound, (round + 1) * perRound);
    const moves = random.between(0, 3);
    const child = startArchiving(venue);
    await venue.append(entries);
    let moved = 0;
    let last = await markText();
    await until('the archive has come so far', async () => {
      const text = await markText();
      if (text !== last) moved += 1;
      last = text;
      const mark = await venue.archive.mark();
      return moved >= moves || (mark?.entryId === venue.end && mark.part === null);
    });
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  startArchiving(venue);
  await venue.whenComplete();
  const told = toldBy(history);
  expect([...told.values()].flat().length).toBeGreaterThan(40_000);
  expect(await venue.archived(told)).toEqual(told);
  expect(await venue.lasting(told)).toEqual(lastingOf(told));
  expect((await venue.snapshots.list()).length).toBeGreaterThan(0);
});
