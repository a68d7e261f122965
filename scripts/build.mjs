import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runPackage } from './process.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const CLIENT = 'packages/tradewire-client';
const CLIENT_SOURCES = [
  `${CLIENT}/src`,
  `${CLIENT}/tsconfig.json`,
  `${CLIENT}/package.json`,
  'tsconfig.json',
  'package-lock.json',
];

/** What is built, in this order: the examples are compiled against the client, as their users do. */
const OUTPUTS = [
  { directory: `${CLIENT}/dist`, project: CLIENT, sources: CLIENT_SOURCES },
  {
    directory: 'dist',
    project: 'tsconfig.build.json',
    sources: [...CLIENT_SOURCES, 'src', 'bench', 'examples', 'tsconfig.build.json', 'package.json'],
  },
];

/** Compiles the sources, unless exactly these were compiled last; true when what was compiled is up to date. */
export function build() {
  return OUTPUTS.every(compile);
}

function compile({ directory, project, sources }) {
  const hash = hashOf(sources);
  if (isStamped(`${directory}/.stamp`, hash)) {
    return true;
  }
  console.log(`building ${directory} …`);
  // What was built of a source that is gone must not stay importable.
  rmSync(join(ROOT, directory), { recursive: true, force: true });
  if (!runPackage('typescript/bin/tsc', ['-p', project])) {
    return false;
  }
  stamp(`${directory}/.stamp`, hash);
  return true;
}
