import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
  expect(tally([first, second])).toMatchObject({ passed: 12, failed: 2 });
});

test('counts a run that left no result, or failed outside any test, and says so', () => {
  const missing = join(directory, 'missing');
  const broken = result('broken', { success: false, numPassedTests: 7, numFailedTests: 0 });
  expect(tally([missing, broken])).toEqual({
    passed: 7,
    failed: 2,
    failures: [`${missing}: there is no result`, `${broken}: the run failed outside any test`],
    repeats: [],
  });
});

test('ends with what failed and why, and below it with the sum alone', () => {
  const failed = {
    name: resolve('test/some.test.ts'),
    status: 'failed',
    message: '',
    assertionResults: [
      { status: 'passed', fullName: 'a book is sorted' },
      {
        status: 'passed',
        fullName: 'a gateway comes back',
        duration: 9_000,
        failureMessages: ['Error: waited in vain\n    at somewhere'],
      },
      {
        status: 'failed',
        fullName: 'orders\nare kept',
        duration: 1_234,
        failureMessages: ['Error: expected 1 to be 2\n    at somewhere'],
      },
    ],
  };
  const unread = {
    name: resolve('test/other.test.ts'),
    status: 'failed',
    message: 'no such module\nat all',
    assertionResults: [],
  };
  const path = result('both', {
    success: false,
    numPassedTests: 1,
    numFailedTests: 1,
    testResults: [failed, unread],
  });
  const { status, stdout } = spawnSync(process.execPath, ['scripts/tally.mjs', path], { encoding: 'utf8' });
  expect([status, stdout.split('\n')]).toEqual([
    1,
    [
      'PASSED WHEN TRIED AGAIN test/some.test.ts > a gateway comes back (9.0 s): Error: waited in vain',
      'FAILED test/some.test.ts > orders are kept (1.2 s): Error: expected 1 to be 2',
      'FAILED test/other.test.ts: no such module',
      '1 passed, 1 failed',
      '',
    ],
  ]);
});
