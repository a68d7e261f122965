import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, linksOf, PAGES, readPage } from './markdown.js';

const EXTERNAL = /^https?:\/\//;

/** Null when a link of a page leads somewhere. */
function problemOf(page: string, link: string): string | null {
  if (EXTERNAL.test(link)) return null;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return `${page}: ${link} does not exist`;
  if (anchor === undefined || anchorsOf(readPage(target)).has(anchor)) return null;
  return `${page}: ${link} has no such heading`;
}

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const problems = linksOf(readPage(page)).map((link) => problemOf(page, link));
  expect(problems.filter((problem) => problem !== null)).toEqual([]);
});
