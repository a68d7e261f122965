import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of the checkout, whatever the working directory is. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE_MAJOR = 20;
const NEWEST_NODE_MAJOR = 22;

/** Ends the process with one line that says why. */
export function refuse(reason) {
  console.error(`tradewire: ${reason}`);
  process.exit(1);
}

/** The prebuilt uWebSockets.js exists for these versions of Node only. */
export function requireNodeVersion() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < OLDEST_NODE_MAJOR || major > NEWEST_NODE_MAJOR) {
    refuse(`Node ${OLDEST_NODE_MAJOR} to ${NEWEST_NODE_MAJOR} is needed, this is ${process.version}`);
  }
}

/** Runs a program in the checkout with its output shown; true when it succeeded. */
export function run(program, parameters, environment = process.env) {
  const options = { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: environment };
  return spawnSync(program, parameters, options).status === 0;
}

/** Runs a JavaScript file of an installed package on this very Node. */
export function runPackage(file, parameters) {
  return run(process.execPath, [join(ROOT, 'node_modules', file), ...parameters]);
}

/** The same beside whatever else is done. Its output is shown once it has ended; resolves to true when it succeeded. */
export function startPackage(file, parameters) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', file), ...parameters], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (exitCode) => {
      process.stdout.write(output);
      resolve(exitCode === 0);
    });
  });
}
