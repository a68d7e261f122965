// Adds up the results of vitest's JSON reporter: `node scripts/tally.mjs <file>…` ends with "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The sum over several runs. A run without a result, or one that failed outside any test, counts as a failure. */
export function tally(files) {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { success: false };
    passed += result.numPassedTests ?? 0;
    failed += Math.max(result.numFailedTests ?? 0, result.success ? 0 : 1);
  }
  return { passed, failed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = tally(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
