import { strict as assert } from 'node:assert';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}
interface Content {
  readonly schema: Json;
}

export interface OpenApi {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Json;
}

/** An answer as it came. */
export interface GivenAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

const DOCUMENT_LINK = /href="(\/docs\/[a-z0-9-]+\.json)"/g;

/** The documents that a server serves, to hold its answers against. */
export class Documents {
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(readonly all: readonly OpenApi[]) {}

  /** Those that its page lists. */
  static async of(url: string): Promise<Documents> {
    const page = await (await fetch(`${url}/docs`)).text();
    const paths = [...page.matchAll(DOCUMENT_LINK)].map((match) => match[1]!);
    assert.notEqual(paths.length, 0, 'the page lists no document');
    const fetched = paths.map(async (path) => (await fetch(`${url}${path}`)).json());
    return new Documents((await Promise.all(fetched)) as OpenApi[]);
  }

  /**
   * Throws where an answer is not as the document of its route says: another status, or another body, fields that
   * are not documented included. What no route answered is the gateway's.
   */
  check(method: string, target: string, { status, contentType, body }: GivenAnswer): void {
    const found = this.find(method, target.split('?')[0]!);
    const route = `${method} ${target}`;
    if (found === null) {
      assert.ok([404, 405].includes(status), `${route} is in no document, but was answered with ${status}`);
      return;
    }
    const response = found.operation.responses[status];
    assert.ok(
      response !== undefined,
      `${route}: the status ${status} is not documented: ${JSON.stringify(body)}`,
    );
    const isJson = contentType.startsWith('application/json');
    const schema = response.content?.['application/json']?.schema;
    if (!isJson && schema === undefined) return;
    assert.ok(
      isJson && schema !== undefined,
      `${route}: ${status} is documented with another type of content`,
    );
    const validate = this.validatorOf(found.document, `${found.key} ${status}`, schema);
    const isValid = validate(body);
    const faults = JSON.stringify(validate.errors);
    assert.ok(isValid, `${route}: ${status} is not as documented: ${faults}\n${JSON.stringify(body)}`);
  }

  /** Every route of every document, such as `GET /v1/orders/{orderId}`. */
  get routes(): readonly string[] {
    return this.all.flatMap(({ paths }) =>
      Object.entries(paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      ),
    );
  }

  private find(method: string, path: string) {
    const matches = this.all.flatMap((document) =>
      Object.entries(document.paths).flatMap(([pattern, operations]) => {
        const operation = operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
        const isMatch = operation !== undefined && patternOf(pattern).test(path);
        return isMatch ? [{ document, operation, key: `${method} ${pattern}`, pattern }] : [];
      }),
    );
    // As the router has it: of several that fit, the one with the earlier literal.
    matches.sort((one, other) => (nameMask(one.pattern) < nameMask(other.pattern) ? -1 : 1));
    return matches[0] ?? null;
  }

  private validatorOf({ components }: OpenApi, key: string, schema: Json): ValidateFunction {
    const known = this.validators.get(key);
    if (known !== undefined) return known;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(closed({ ...schema, components }) as Json);
    this.validators.set(key, validate);
    return validate;
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function nameMask(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '1' : '0'))
    .join('');
}

/** The same schema, where objects have no fields that it does not name; the parts of an `allOf` are one object. */
function closed(schema: unknown, isPart = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, isPart));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [name, closed(value, name === 'allOf')]);
  const isObject = 'properties' in schema || 'allOf' in schema;
  const isOpen = 'additionalProperties' in schema || isPart || !isObject;
  return { ...Object.fromEntries(entries), ...(isOpen ? {} : { unevaluatedProperties: false }) };
}
