import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process.mjs';

/** A hash over the names and contents of files, and of all files in directories; missing ones are skipped. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(path) {
  const absolute = join(ROOT, path);
  if (!existsSync(absolute)) {
    return [];
  }
  return statSync(absolute).isDirectory()
    ? readdirSync(absolute)
        .sort()
        .flatMap((name) => filesIn(join(path, name)))
    : [path];
}

/** True when the stamp says that the work was last done for exactly this hash. */
export function isStamped(path, hash) {
  const absolute = join(ROOT, path);
  return existsSync(absolute) && readFileSync(absolute, 'utf8') === hash;
}

/** Notes that the work for this hash is done. */
export function stamp(path, hash) {
  writeFileSync(join(ROOT, path), hash);
}
