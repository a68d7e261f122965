import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tally } from '../../scripts/tally.mjs';

const directory = mkdtempSync(join(tmpdir(), 'tradewire-tally-'));
afterAll(() => rmSync(directory, { recursive: true }));

function result(name: string, content: object): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('adds up runs', () => {
  const first = result('first', { success: true, numPassedTests: 7, numFailedTests: 0 });
  const second = result('second', { success: false, numPassedTests: 5, numFailedTests: 2 });
  expect(tally([first, second])).toEqual({ passed: 12, failed: 2 });
});

test('counts a run that left no result, or failed outside any test', () => {
  const brokenFile = result('broken', { success: false, numPassedTests: 7, numFailedTests: 0 });
  expect(tally([join(directory, 'missing'), brokenFile])).toEqual({ passed: 7, failed: 2 });
});
