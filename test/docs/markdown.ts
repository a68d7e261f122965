import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface FencedBlock {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\S*)[^\n]*\n([\s\S]*?)^```$/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** All pages that users read, by their paths from the root of the checkout. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readPage(path: string): string {
  return readFileSync(path, 'utf8');
}

/** The fenced blocks of a page, in its order. */
export function fencedBlocks(page: string): readonly FencedBlock[] {
  return [...page.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Where the links of a page lead, as they are written. */
export function linksOf(page: string): readonly string[] {
  return [...page.replace(FENCE, '').matchAll(LINK)].map(([, target = '']) => target);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...page.replace(FENCE, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The cells of the tables of a page whose header is this line, row by row. */
export function tableRows(page: string, header: string): readonly (readonly string[])[] {
  const [, rest = ''] = page.split(`${header}\n`);
  const [table = ''] = rest.split('\n\n');
  const [, ...rows] = table.trim().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
