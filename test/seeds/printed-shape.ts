const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
/** What ids, keys, tokens and addresses begin with. */
const PREFIXES = ['pe_', 'papi_sk_live_', 'usr_', 'rf_', 'eyJ', 'https://'];

/**
 * What a real answer lacks of a printed one: its fields, with values of the same kind. Sentences are repeated (a list
 * in one may go on), and so are prefixes and the way in which moments are written. `free` names fields that may be
 * null where the page shows a value.
 */
export function shapeFaults(
  printed: unknown,
  given: unknown,
  free: readonly string[] = [],
  path = 'answer',
): readonly string[] {
  if (Array.isArray(printed)) return listFaults(printed, given, free, path);
  if (typeof printed === 'object' && printed !== null) return objectFaults(printed, given, free, path);
  if (printed === null) {
    return given === null || typeof given === 'string' ? [] : [`${path}: ${given} is neither null nor text`];
  }
  if (typeof printed !== typeof given) return [`${path}: ${JSON.stringify(given)} is no ${typeof printed}`];
  if (typeof printed === 'string' && !isAlike(printed, given as string)) {
    return [`${path}: ${JSON.stringify(given)} is not like ${JSON.stringify(printed)}`];
  }
  return [];
}

function listFaults(
  printed: readonly unknown[],
  given: unknown,
  free: readonly string[],
  path: string,
): readonly string[] {
  if (!Array.isArray(given)) return [`${path}: is no list`];
  const [first] = printed;
  if (first === undefined) return [];
  if (given.length === 0) return [`${path}: is empty`];
  return given.flatMap((item, index) => shapeFaults(first, item, free, `${path}.${index}`));
}

function objectFaults(
  printed: object,
  given: unknown,
  free: readonly string[],
  path: string,
): readonly string[] {
  if (typeof given !== 'object' || given === null) return [`${path}: is no object`];
  const fields = given as Readonly<Record<string, unknown>>;
  return Object.entries(printed).flatMap(([name, value]) => {
    if (!(name in fields)) return [`${path}.${name}: is missing`];
    if (fields[name] === null && free.includes(name)) return [];
    return shapeFaults(value, fields[name], free, `${path}.${name}`);
  });
}

function isAlike(printed: string, given: string): boolean {
  if (INSTANT.test(printed)) return INSTANT.test(given) && given.includes('.') === printed.includes('.');
  const prefix = PREFIXES.find((one) => printed.startsWith(one));
  if (prefix !== undefined) return given.startsWith(prefix);
  return !printed.includes(' ') || given.startsWith(printed);
}
