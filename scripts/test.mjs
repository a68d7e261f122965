// `npm test`: all checks, then the tests. Arguments go to vitest; `npm test -- test/journal` runs a part.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { requireNodeVersion, runPackage } from './process.mjs';
import { provideRedis } from './redis.mjs';

/** A step fails by returning false; the first two end the process themselves when they cannot go on. */
const STEPS = {
  install,
  redis: provideRedis,
  types: () => runPackage('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']),
  lint: () => runPackage('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  imports: () =>
    runPackage('dependency-cruiser/bin/dependency-cruise.mjs', [
      '--config',
      '--',
      'src',
      'examples',
      'packages',
    ]),
  build,
  tests: () => runPackage('vitest/vitest.mjs', ['run', ...process.argv.slice(2)]),
};

requireNodeVersion();
for (const [name, step] of Object.entries(STEPS)) {
  const startedAt = performance.now();
  const succeeded = step() !== false;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name}: ${succeeded ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (!succeeded) {
    process.exit(1);
  }
}
