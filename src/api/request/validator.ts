import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';

/** What is wrong with a request, by field; every bad field is named. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * Where a schema says in `fault` what its value must be, that sentence is the error; it begins with the
 * field's name.
 */
const VOCABULARY = ['fault'];
const quick = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const thorough = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true });
quick.addVocabulary(VOCABULARY);
thorough.addVocabulary(VOCABULARY);

/** Checks values against a schema: quickly when they are good, and by every field when they are not. */
export class Validator<Schema extends TSchema> {
  private readonly isValid: ValidateFunction;
  private readonly explain: ValidateFunction;

  constructor(schema: Schema) {
    this.isValid = quick.compile(schema);
    this.explain = thorough.compile(schema);
  }

  /** True when the value is what the schema describes. */
  accepts(value: unknown): value is Static<Schema> {
    return this.isValid(value);
  }

  /** The errors of a value that is not accepted. */
  errorsOf(value: unknown): FieldErrors {
    this.explain(value);
    // Without a prototype, since a bad field may be called `constructor` or `__proto__`.
    const errors: Record<string, string[]> = Object.create(null);
    for (const error of this.explain.errors ?? []) {
      const field = fieldOf(error);
      const message = messageOf(error, field);
      errors[field] ??= [];
      if (!errors[field].includes(message)) errors[field].push(message);
    }
    return errors;
  }
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
