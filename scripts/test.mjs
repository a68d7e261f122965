// `npm test`: all checks, then the tests. Arguments go to vitest; `npm test -- test/journal` runs a part.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { requireNodeVersion, runPackage, startPackage } from './process.mjs';
import { provideRedis } from './redis.mjs';

const IMPORTS = ['--config', '--', 'src', 'examples', 'packages'];

/** Tells how a step ended, which fails by resolving to false. */
async function verdict(name, step) {
  const startedAt = performance.now();
  const succeeded = (await step()) !== false;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name}: ${succeeded ? 'passed' : 'FAILED'} in ${seconds} s`);
  return succeeded;
}

requireNodeVersion();
await verdict('install', install);
await verdict('redis', provideRedis);
// To check the types takes one core as long as everything else before the tests.
const types = verdict('types', () => startPackage('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']));
const checks = [
  await verdict('lint', () => runPackage('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])),
  await verdict('imports', () => runPackage('dependency-cruiser/bin/dependency-cruise.mjs', IMPORTS)),
  await verdict('build', build),
  await types,
];
const canBeTested = checks.every((succeeded) => succeeded);
const tests = () => runPackage('vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
process.exitCode = canBeTested && (await verdict('tests', tests)) ? 0 : 1;
