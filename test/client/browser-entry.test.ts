import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ENTRY = new URL('../../packages/tradewire-client/dist/browser.js', import.meta.url);
const IMPORT = /(?:from|import)\s*\(?['"]([^'"]+)['"]/g;
const ONLY_IN_NODE = /\b(?:Buffer|process|require|global|setImmediate|unref|__dirname)\b/;

/** The code of a module and of whatever it imports, by its address. */
function reachedFrom(url: URL, reached = new Map<string, string>()): ReadonlyMap<string, string> {
  if (reached.has(url.href)) return reached;
  const code = readFileSync(url, 'utf8');
  reached.set(url.href, code);
  for (const [, name] of code.matchAll(IMPORT)) {
    // A browser finds no packages and guesses no endings.
    expect(name, url.pathname).toMatch(/^\.\/.+\.js$/);
    reachedFrom(new URL(name!, url), reached);
  }
  return reached;
}

test('the entry for browsers needs no package, no bundler and nothing of Node', () => {
  const reached = reachedFrom(ENTRY);
  expect(reached.size).toBeGreaterThan(10);
  for (const [url, code] of reached) {
    expect(code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, ''), url).not.toMatch(
      ONLY_IN_NODE,
    );
  }
});
