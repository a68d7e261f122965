import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runPackage } from './process.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const SOURCES = [
  'src',
  'bench',
  'examples',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];
const STAMP = 'dist/.stamp';

/** Compiles the sources to dist/, unless exactly these were compiled last; true when dist/ is up to date. */
export function build() {
  const hash = hashOf(SOURCES);
  if (isStamped(STAMP, hash)) {
    return true;
  }
  console.log('building …');
  // What was built of a source that is gone must not stay importable.
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  if (!runPackage('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])) {
    return false;
  }
  stamp(STAMP, hash);
  return true;
}
