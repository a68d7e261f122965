/** What a text holds as JSON, or why it is refused. */
export type ParsedJson = { readonly value: unknown } | { readonly fault: 'NOT_JSON' | 'TOO_DEEP' };

/** Parses JSON of bounded depth: whatever walks the value later may then recurse. */
export function parseJson(text: string, depthMax: number): ParsedJson {
  if (mayBeDeeperThan(text, depthMax) && isDeeperThan(text, depthMax)) return { fault: 'TOO_DEEP' };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: 'NOT_JSON' };
  }
}

/** Quick: too few brackets open nothing deep. It spares nearly every text from being walked through. */
function mayBeDeeperThan(text: string, depthMax: number): boolean {
  if (text.length <= depthMax) return false;
  let count = countUpTo(text, '{', depthMax + 1);
  if (count <= depthMax) count += countUpTo(text, '[', depthMax + 1 - count);
  return count > depthMax;
}

/** How often a character occurs, counted to `countMax` at the most. */
function countUpTo(text: string, char: string, countMax: number): number {
  let count = 0;
  for (let at = text.indexOf(char); at !== -1 && count < countMax; at = text.indexOf(char, at + 1)) count++;
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (OPENING.has(char)) {
      if (++depth > depthMax) return true;
    } else if (CLOSING.has(char)) depth--;
  }
  return false;
}
