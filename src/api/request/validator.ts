import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';

/** What is wrong with a request, by field; every bad field is named. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** All of it in one sentence, for families whose errors have no place for fields. */
export function faultsText(errors: FieldErrors): string {
  return Object.values(errors).flat().join('; ');
}

/**
 * Where a schema says in `fault` what its value must be, that sentence is the error; it begins with the
 * field's name.
 */
const VOCABULARY = ['fault'];
const quick = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const thorough = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true });
quick.addVocabulary(VOCABULARY);
thorough.addVocabulary(VOCABULARY);

const lenient = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  verbose: true,
  coerceTypes: true,
  useDefaults: true,
});
lenient.addVocabulary(VOCABULARY);

/**
 * Checks values against a schema: quickly when they are good, and by every field when they are not. What this takes is
 * compiled when it is needed first, since a server has more than a hundred schemas, and should start soon.
 */
export class Validator<Schema extends TSchema> {
  private isValid: ValidateFunction | null = null;
  private explain: ValidateFunction | null = null;

  constructor(private readonly schema: Schema) {}

  /** True when the value is what the schema describes. */
  accepts(value: unknown): value is Static<Schema> {
    this.isValid ??= quick.compile(this.schema);
    return this.isValid(value);
  }

  /** The errors of a value that is not accepted. */
  errorsOf(value: unknown): FieldErrors {
    this.explain ??= thorough.compile(this.schema);
    this.explain(value);
    return byField(this.explain.errors ?? []);
  }
}

/** The parameters of a query as their schema types them, or what is wrong with them. */
export type QueryResult<Schema extends TSchema> =
  | { readonly value: Static<Schema> }
  | { readonly errors: FieldErrors };

/**
 * Reads queries, whose values are all text: the schema says which are numbers, and what the defaults are. It is
 * compiled when it is needed first, too.
 */
export class QueryValidator<Schema extends TSchema> {
  private coerce: ValidateFunction | null = null;

  constructor(private readonly schema: Schema) {}

  read(query: URLSearchParams): QueryResult<Schema> {
    this.coerce ??= lenient.compile(this.schema);
    const value: unknown = Object.fromEntries(query);
    return this.coerce(value)
      ? { value: value as Static<Schema> }
      : { errors: byField(this.coerce.errors ?? []) };
  }
}

function byField(found: readonly ErrorObject[]): FieldErrors {
  // Without a prototype, since a bad field may be called `constructor` or `__proto__`.
  const errors: Record<string, string[]> = Object.create(null);
  for (const error of found) {
    const field = fieldOf(error);
    const message = messageOf(error, field);
    errors[field] ??= [];
    if (!errors[field].includes(message)) errors[field].push(message);
  }
  return errors;
}

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const params = error.params as { missingProperty?: string; additionalProperty?: string };
  const name = params.missingProperty ?? params.additionalProperty;
  if (name === undefined) return path === '' ? 'request' : path;
  return path === '' ? name : `${path}.${name}`;
}

interface Explained {
  readonly fault?: string;
  readonly properties?: Readonly<Record<string, Explained>>;
}

function messageOf(error: ErrorObject, field: string): string {
  if (error.keyword === 'additionalProperties') return `${field} is not a known field`;
  const parent = error.parentSchema as Explained;
  const missing = (error.params as { missingProperty?: string }).missingProperty;
  const schema = missing === undefined ? parent : parent.properties?.[missing];
  return schema?.fault ?? `${field} ${missing === undefined ? error.message : 'is required'}`;
}
