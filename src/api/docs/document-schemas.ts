import { isDeepStrictEqual } from 'node:util';
import type { TSchema } from 'typebox';
import { assert } from '../../exchange/assert.js';

/** What our schemas say beside JSON Schema, for whoever is refused or must not be shown something. */
const OWN_KEYWORDS: ReadonlySet<string> = new Set(['fault', 'secret']);

const KEYWORDS_OF_ONE: ReadonlySet<string> = new Set([
  'items',
  'additionalProperties',
  'propertyNames',
  'not',
]);
const KEYWORDS_OF_MANY: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf']);
const KEYWORDS_BY_NAME: ReadonlySet<string> = new Set(['properties', 'patternProperties']);

const COMPONENT_NAME = /^[A-Za-z][A-Za-z0-9]*$/;

type JsonSchema = Readonly<Record<string, unknown>>;

/** The schemas of one document: without our own keywords, and those that have a title written once, by name. */
export class DocumentSchemas {
  readonly components: Record<string, JsonSchema> = {};

  /** The schema as it stands where it is used. Two that share a title must be the same. */
  of(schema: TSchema): JsonSchema {
    const plain = this.plain(schema);
    const { title } = plain;
    if (typeof title !== 'string' || !COMPONENT_NAME.test(title)) return plain;
    const known = this.components[title];
    assert(known === undefined || isDeepStrictEqual(known, plain), `two schemas are named ${title}`);
    this.components[title] = plain;
    return { $ref: `#/components/schemas/${title}` };
  }

  private plain(schema: TSchema): JsonSchema {
    const keywords = Object.entries(schema).filter(([name]) => !OWN_KEYWORDS.has(name));
    return Object.fromEntries(keywords.map(([name, value]) => [name, this.keyword(name, value)]));
  }

  private keyword(name: string, value: unknown): unknown {
    if (KEYWORDS_OF_MANY.has(name)) return (value as readonly TSchema[]).map((schema) => this.of(schema));
    if (typeof value !== 'object' || value === null) return value;
    if (KEYWORDS_OF_ONE.has(name)) return this.of(value as TSchema);
    if (!KEYWORDS_BY_NAME.has(name)) return value;
    const named = Object.entries(value as Readonly<Record<string, TSchema>>);
    return Object.fromEntries(named.map(([field, schema]) => [field, this.of(schema)]));
  }
}
