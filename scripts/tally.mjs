// Adds up the results of vitest's JSON reporter: `node scripts/tally.mjs <file>…` ends with "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './process.mjs';

/**
 * The sum over several runs, with a line for each failure that tells what failed and why. A run without a result, or one
 * that failed outside any test, counts as a failure.
 */
export function tally(files) {
  let passed = 0;
  let failed = 0;
  const failures = [];
  for (const file of files) {
    const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { success: false };
    passed += result.numPassedTests ?? 0;
    failed += Math.max(result.numFailedTests ?? 0, result.success ? 0 : 1);
    const found = (result.testResults ?? []).flatMap(failuresOf);
    if (found.length === 0 && !result.success) {
      found.push(
        existsSync(file) ? `${file}: the run failed outside any test` : `${file}: there is no result`,
      );
    }
    failures.push(...found);
  }
  return { passed, failed, failures };
}

/** Those of one file with tests: its failed tests, or what kept it from having any. */
function failuresOf({ name, status, message = '', assertionResults = [] }) {
  const path = relative(ROOT, name);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  const lines = tests.map(({ fullName, duration = 0, failureMessages = [] }) => {
    // Vitest says nothing of use where a test ran out of time; then this does.
    const seconds = (duration / 1000).toFixed(1);
    return `${path} > ${fullName.replace(/\s+/g, ' ')} (${seconds} s): ${firstLine(failureMessages[0])}`;
  });
  return lines.length === 0 && status === 'failed' ? [`${path}: ${firstLine(message)}`] : lines;
}

function firstLine(text = '') {
  return text.trim().split('\n', 1)[0];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed, failures } = tally(process.argv.slice(2));
  for (const failure of failures) {
    console.log(`FAILED ${failure}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
