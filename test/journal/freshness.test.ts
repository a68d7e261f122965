import { afterEach, expect, test } from 'vitest';
import { STUCK_WATCH_MS } from '../../src/journal/command-queue.js';
import { Freshness, SILENCE_WATCH_MS } from '../../src/journal/freshness.js';
import { REPLICA_DEFAULTS } from '../../src/journal/replica.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';

const AGE_MAX_MS = 1_000;
/** Within so long after Redis has fallen silent `/ready` is red. */
const RED_WITHIN_MS = 2_000;

let silences = 0;
const freshness = new Freshness(AGE_MAX_MS, () => silences++);

afterEach(() => freshness.stop());

test('a pause of this process makes the copy old at once, and nobody silent', async () => {
  freshness.start();
  freshness.upToDate(performance.now());
  let waited = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < 1.5 * AGE_MAX_MS);
  expect(freshness.isBehind).toBe(true);
  freshness.wait(() => waited++);
  // What an answer says that was asked for before the pause is as old as the question.
  freshness.upToDate(startMs);
  expect([freshness.isBehind, waited]).toEqual([true, 0]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(silences).toBe(0);
  freshness.heard();
  freshness.upToDate(performance.now());
  expect([freshness.isBehind, waited]).toEqual([false, 1]);
  await until('a server that stays silent is noticed', () => silences > 0);
});

test('a gateway is stale within 2 seconds, whichever of its connections is cut', () => {
  const { readWaitMs, silenceMaxMs } = REPLICA_DEFAULTS;
  expect(readWaitMs).toBeLessThan(silenceMaxMs);
  expect(silenceMaxMs + SILENCE_WATCH_MS).toBeLessThanOrEqual(RED_WITHIN_MS);
  expect(DEFAULT_LIMITS.stuckAfterMs + STUCK_WATCH_MS).toBeLessThanOrEqual(RED_WITHIN_MS);
});
