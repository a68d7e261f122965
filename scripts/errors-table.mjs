// Writes the table of error codes into docs/errors.md: `npm run build && node scripts/errors-table.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './process.mjs';

const BLOCK = /(<!-- errors -->\n)[\s\S]*?(<!-- \/errors -->)/;

/** The page with the table between its markers `<!-- errors -->` and `<!-- /errors -->` made anew. */
export function withErrors(page, errors) {
  const rows = Object.entries(errors).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
  );
  const table = ['| code | status | message |', '|---|---|---|', ...rows].join('\n');
  return page.replace(BLOCK, (_, begin, end) => `${begin}\n${table}\n\n${end}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { ERROR_TABLE } = await import('../dist/src/exchange/error-code.js');
  const path = join(ROOT, 'docs', 'errors.md');
  writeFileSync(path, withErrors(readFileSync(path, 'utf8'), ERROR_TABLE));
}
