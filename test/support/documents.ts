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

const DOCUMENT_LINK = /href="(\/docs\/[a-z0-9-]+\.json)" download>json/g;

/** By the settings of their server, which decide what they say: to make and to read them takes a while. */
const bySettings = new Map<string, Promise<Documents>>();
/** By their text: other settings mostly say the same, and to compile it takes longer still. */
const byText = new Map<string, Documents>();

/** The documents that a server serves, to hold its answers against. */
export class Documents {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  private constructor(readonly all: readonly OpenApi[]) {
    addFormats.default(this.ajv);
    for (const document of all) this.ajv.addSchema(closed(document) as Json, addressOf(document));
  }

  /** Those of the server at an address, which was started with these settings. */
  static of(url: string, settings: NodeJS.ProcessEnv): Promise<Documents> {
    const { VENUE, REDIS_URL, ...telling } = settings;
    const key = JSON.stringify(telling);
    const documents = bySettings.get(key) ?? Documents.servedAt(url);
    bySettings.set(key, documents);
    // A server may be gone before it could be asked.
    documents.catch(() => bySettings.delete(key));
    return documents;
  }

  /** Those of the families, which its page lists. */
  private static async servedAt(url: string): Promise<Documents> {
    const page = await (await fetch(`${url}/docs`)).text();
    const paths = [...page.matchAll(DOCUMENT_LINK)].map((match) => match[1]!);
    assert.notEqual(paths.length, 0, 'the page lists no document');
    const fetched = paths.map(async (path) => (await fetch(`${url}${path}`)).text());
    const texts = await Promise.all(fetched);
    const key = texts.join('\n');
    const documents = byText.get(key) ?? new Documents(texts.map((text) => JSON.parse(text) as OpenApi));
    byText.set(key, documents);
    return documents;
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
    const validate = this.validatorOf(found.document, [...found.at, 'responses', `${status}`]);
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
        const name = method === 'HEAD' ? 'get' : method.toLowerCase();
        const operation = operations[name];
        const isMatch = operation !== undefined && patternOf(pattern).test(path);
        return isMatch ? [{ document, operation, at: ['paths', pattern, name], pattern }] : [];
      }),
    );
    // As the router has it: of several that fit, the one with the earlier literal.
    matches.sort((one, other) => (nameMask(one.pattern) < nameMask(other.pattern) ? -1 : 1));
    return matches[0] ?? null;
  }

  /** Of the JSON that a response has, by the names that lead to it in its document. */
  private validatorOf(document: OpenApi, response: readonly string[]): ValidateFunction {
    const names = [...response, 'content', 'application/json', 'schema'];
    const pointer = names.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = this.ajv.getSchema(`${addressOf(document)}#/${pointer.join('/')}`);
    assert.ok(validate !== undefined, `no schema at ${names.join(' ')}`);
    return validate;
  }
}

/** What its schemas are known by. */
function addressOf({ info }: OpenApi): string {
  return `test:${encodeURIComponent(info.title)}`;
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
export function closed(schema: unknown, isPart = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, isPart));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [name, closed(value, name === 'allOf')]);
  const isObject = 'properties' in schema || 'allOf' in schema;
  const isOpen = 'additionalProperties' in schema || isPart || !isObject;
  return { ...Object.fromEntries(entries), ...(isOpen ? {} : { unevaluatedProperties: false }) };
}
