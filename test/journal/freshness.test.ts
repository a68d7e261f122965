import { afterEach, expect, test } from 'vitest';
import { Freshness } from '../../src/journal/freshness.js';
import { until } from '../support/until.js';

const AGE_MAX_MS = 1_000;

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
