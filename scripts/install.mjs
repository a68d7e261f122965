import { refuse, run } from './process.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const STAMP = 'node_modules/.tradewire-lock';

/** Installs the packages of package-lock.json, unless exactly these were installed last. */
export function install() {
  const hash = hashOf(['package-lock.json']);
  if (isStamped(STAMP, hash)) {
    return;
  }
  console.log('installing packages …');
  // The build needs the development packages, which npm would leave out with NODE_ENV=production.
  // No package needs a script of its own to be installed, and swagger-ui-dist brings one that reports where it is.
  const quiet = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!run('npm', ['ci', ...quiet])) {
    refuse('npm could not install the packages; is the registry reachable?');
  }
  stamp(STAMP, hash);
}
