import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/mechanics.md', import.meta.url);

/**
 * The lines of a worked example of docs/mechanics.md: a fenced block that begins with ```` ```text <name> ````. A
 * test computes the same lines with the exchange, so that the page cannot say what is not so.
 */
export function workedExample(name: string): readonly string[] {
  const page = readFileSync(PAGE, 'utf8');
  const block = new RegExp(`^\`\`\`text ${name}\\n([^]*?)^\`\`\``, 'm').exec(page);
  if (block === null) throw new Error(`docs/mechanics.md has no example ${name}`);
  return block[1]!.trimEnd().split('\n');
}
