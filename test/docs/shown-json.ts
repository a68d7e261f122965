import { expect } from 'vitest';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ANYTHING = '…';

/**
 * JSON as a page shows it, as something to compare real JSON with. Ids and times need only be such; `…` in a
 * text stands for any characters, as an element for further elements, as a field for further fields. The
 * positions of public frames are those of the journal, which nobody can foresee.
 */
export function shownJson(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => {
    if (typeof value === 'string') return shownText(value);
    if (Array.isArray(value)) return shownList(value);
    return typeof value === 'object' && value !== null ? shownObject(value) : value;
  });
}

/** True when the value is what the page shows. */
export function isAsShown(value: unknown, shown: unknown): boolean {
  try {
    expect(value).toEqual(shown);
    return true;
  } catch {
    return false;
  }
}

function shownText(text: string): unknown {
  if (text === ANYTHING) return text;
  if (UUID.test(text)) return expect.stringMatching(UUID);
  if (INSTANT.test(text)) return expect.stringMatching(INSTANT);
  if (!text.includes(ANYTHING)) return text;
  const parts = text.split(ANYTHING).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`));
}

function shownList(list: readonly unknown[]): unknown {
  if (list.at(-1) !== ANYTHING) return list;
  return expect.arrayContaining(list.slice(0, -1));
}

function shownObject(object: object): unknown {
  const { [ANYTHING]: more, ...fields } = object as Record<string, unknown>;
  const { channel } = fields;
  if (typeof channel === 'string' && channel.includes(':')) {
    for (const name of ['seq', 'prev']) if (name in fields) fields[name] = expect.any(Number);
  }
  for (const [name, value] of Object.entries(fields)) {
    if (value === ANYTHING) fields[name] = expect.anything();
  }
  return more === undefined ? fields : expect.objectContaining(fields);
}
