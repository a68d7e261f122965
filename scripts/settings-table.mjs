// Writes the tables of settings and limits into README.md: `npm run build && node scripts/settings-table.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './process.mjs';

const BLOCK = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** The README with the tables between its markers `<!-- settings -->` and `<!-- /settings -->` made anew. */
export function withSettings(readme, settings, limits, allowedValues) {
  const tables = [table(settings, allowedValues), 'Limits:', table(limits, allowedValues)].join('\n\n');
  return readme.replace(BLOCK, (_, begin, end) => `${begin}\n${tables}\n\n${end}`);
}

function table(schema, allowedValues) {
  const rows = Object.entries(schema.properties).map(([name, row]) => {
    const cells = [`\`${name}\``, defaultOf(row), allowedValues(row), row.description];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| variable | default | allowed | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ absent, default: initial }) {
  if (absent !== undefined) {
    return absent;
  }
  if (Array.isArray(initial)) {
    return 'none';
  }
  return typeof initial === 'boolean' ? String(Number(initial)) : String(initial);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { SETTINGS } = await import('../dist/src/settings.js');
  const { LIMITS } = await import('../dist/src/limits.js');
  const { allowedValues } = await import('../dist/src/config.js');
  const path = join(ROOT, 'README.md');
  writeFileSync(path, withSettings(readFileSync(path, 'utf8'), SETTINGS, LIMITS, allowedValues));
}
