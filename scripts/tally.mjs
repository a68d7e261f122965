// Adds up the results of vitest's JSON reporter: `node scripts/tally.mjs <file>…` ends with "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './process.mjs';

/**
 * The sum over several runs, with a line for each failure that tells what failed and why, and one for each test that passed
 * only when it was tried again. A run without a result, or one that failed outside any test, counts as a failure.
 */
export function tally(files) {
  let passed = 0;
  let failed = 0;
  const failures = [];
  const repeats = [];
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
    repeats.push(...(result.testResults ?? []).flatMap(repeatsOf));
  }
  return { passed, failed, failures, repeats };
}

/** Those of one file with tests: its failed tests, or what kept it from having any. */
function failuresOf({ name, status, message = '', assertionResults = [] }) {
  const path = relative(ROOT, name);
  const lines = assertionResults.filter((test) => test.status === 'failed').map((test) => lineOf(path, test));
  return lines.length === 0 && status === 'failed' ? [`${path}: ${firstLine(message)}`] : lines;
}

/** Vitest keeps why a test failed at first where it passed at last. */
function repeatsOf({ name, assertionResults = [] }) {
  return assertionResults
    .filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0)
    .map((test) => lineOf(relative(ROOT, name), test));
}

function lineOf(path, { fullName, duration = 0, failureMessages = [] }) {
  // Vitest says nothing of use where a test ran out of time; then this does.
  const seconds = (duration / 1000).toFixed(1);
  return `${path} > ${fullName.replace(/\s+/g, ' ')} (${seconds} s): ${firstLine(failureMessages[0])}`;
}

function firstLine(text = '') {
  return text.trim().split('\n', 1)[0];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed, failures, repeats } = tally(process.argv.slice(2));
  for (const repeat of repeats) {
    console.log(`PASSED WHEN TRIED AGAIN ${repeat}`);
  }
  for (const failure of failures) {
    console.log(`FAILED ${failure}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
