import { Ajv, type ValidateFunction } from 'ajv';
import type { TObject, TSchema } from 'typebox';
import { LIMITS, type LimitSettings } from './limits.js';
import { SETTINGS, type Settings } from './settings.js';

/** `BOOK_INTERVAL_MS` is `bookIntervalMs` inside the program. */
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<Name>;

/** Variables under the names they have inside the program; null where one is absent and has no default. */
type Named<Variables> = {
  readonly [Name in keyof Variables & string as CamelCase<Name>]-?: object extends Pick<Variables, Name>
    ? NonNullable<Variables[Name]> | null
    : Variables[Name];
};

/** The bounds of limits.ts, for example `frameBytesMax`. */
export type Limits = Named<LimitSettings>;

/** The settings of settings.ts, for example `redisUrl`, and the limits. */
export type Config = Named<Settings> & { readonly limits: Limits };

/** A variable, as the environment has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Either a valid configuration, or what is wrong with the environment: one line per variable. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What a setting's schema says beside its type. */
interface Row extends TSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly allowed?: string;
  readonly secret?: boolean;
}

const ajv = new Ajv({ coerceTypes: true, useDefaults: true, allErrors: true });
ajv.addVocabulary(['allowed', 'absent', 'secret']);
const validateSettings = ajv.compile<Settings>(SETTINGS);
const validateLimits = ajv.compile<LimitSettings>(LIMITS);

/**
 * Reads all settings and limits. An empty variable counts as absent, so that a compose file can pass one on
 * that is not set. Never throws: what is wrong comes back as lines to print.
 */
export function readConfig(environment: Environment = process.env): ConfigResult {
  const settings = readVariables(SETTINGS, validateSettings, environment);
  const limits = readVariables(LIMITS, validateLimits, environment);
  if (Array.isArray(settings) || Array.isArray(limits)) {
    return { ok: false, problems: [settings, limits].filter(Array.isArray).flat() };
  }
  const config = { ...named(SETTINGS, settings), limits: named(LIMITS, limits) };
  const contradictions = contradictionsOf(config.limits);
  if (contradictions.length > 0) {
    return { ok: false, problems: contradictions };
  }
  return { ok: true, config };
}

/** Limits that are each possible, but not together. */
function contradictionsOf(limits: Limits): readonly string[] {
  const pairs = [
    ['HEARTBEAT_MS', limits.heartbeatMs, 'IDLE_TIMEOUT_MS', limits.idleTimeoutMs],
    ['FRAME_BYTES_MAX', limits.frameBytesMax, 'FRAME_READ_BYTES_MAX', limits.frameReadBytesMax],
    ['BODY_BYTES_MAX', limits.bodyBytesMax, 'ADDRESS_BODIES_BYTES_MAX', limits.addressBodiesBytesMax],
    ['BODY_BYTES_MAX', limits.bodyBytesMax, 'BODIES_BYTES_MAX', limits.bodiesBytesMax],
  ] as const;
  return pairs
    .filter(([, smaller, , larger]) => smaller >= larger)
    .map(
      ([name, smaller, than, larger]) => `${name} must be less than ${than}, not ${smaller} and ${larger}`,
    );
}

/** The validated variables of one table, or the lines that say what is wrong. */
function readVariables<Variables>(
  table: TObject,
  validate: ValidateFunction<Variables>,
  environment: Environment,
): Variables | string[] {
  const variables: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(table.properties)) {
    const value = environment[name];
    if (value !== undefined && value !== '') {
      variables[name] = untyped(row, value);
    }
  }
  if (validate(variables)) {
    return variables;
  }
  const wrong = new Set(validate.errors?.map((error) => error.instancePath.split('/')[1] ?? ''));
  return [...wrong].map((name) => problem(name, table.properties[name] as Row, environment[name] ?? ''));
}

/** What Ajv does not coerce by itself: a flag's 0 and 1, and a comma-separated list. Numbers it does. */
function untyped(row: Row, value: string): unknown {
  if (row.type === 'boolean') {
    return value === '1' ? true : value === '0' ? false : value;
  }
  return row.type === 'array' ? value.split(',').map((item) => item.trim()) : value;
}

function problem(name: string, row: Row, value: string): string {
  const shown = row.secret ? 'what it is now' : JSON.stringify(value);
  return `${name} must be ${allowedValues(row)}, not ${shown}`;
}

/** What a variable may be, completing the sentence "it must be …". */
export function allowedValues(row: Row): string {
  if (row.allowed !== undefined) {
    return row.allowed;
  }
  if (row.enum !== undefined) {
    return row.enum.join(', ').replace(/, ([^,]+)$/, ' or $1');
  }
  return row.type === 'boolean' ? '0 or 1' : `a whole number from ${row.minimum} to ${row.maximum}`;
}

function named<Variables extends object>(table: TObject, variables: Variables): Named<Variables> {
  const values = new Map(Object.entries(variables));
  const entries = Object.keys(table.properties).map((name) => [camelCase(name), values.get(name) ?? null]);
  return Object.fromEntries(entries) as Named<Variables>;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
