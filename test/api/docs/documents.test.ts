import { Validator } from '@seriousme/openapi-schema-validator';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALPACA } from '../../../src/api/alpaca/alpaca-family.js';
import { OAUTH } from '../../../src/api/alpaca/oauth-family.js';
import { DOCS } from '../../../src/api/docs/docs-family.js';
import { OPERATIONS } from '../../../src/api/operations/operations-family.js';
import { PAPER } from '../../../src/api/paper/paper-family.js';
import { PAPEREXCHANGE } from '../../../src/api/paperexchange/paperexchange-family.js';
import { PAPI } from '../../../src/api/papi/papi-family.js';
import { QueryValidator, Validator as ValueValidator } from '../../../src/api/request/validator.js';
import { SANDBOX } from '../../../src/api/sandbox/sandbox-family.js';
import type { Documents, OpenApi } from '../../support/documents.js';
import { STREAM_DOCUMENT } from '../../support/stream-document.js';
import { Tradewire } from '../../support/tradewire.js';

const FAMILIES = [PAPER, PAPEREXCHANGE, PAPI, ALPACA, OAUTH, SANDBOX, OPERATIONS, DOCS];

let tradewire: Tradewire;
let documents: Documents;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  documents = await tradewire.openApi();
});
afterAll(() => tradewire.stop());

/** The family that answers for a path: that of the longest prefix. */
function familyOf(path: string): string | undefined {
  const prefixes = FAMILIES.flatMap(({ prefixes: all, title }) => all.map((prefix) => ({ prefix, title })));
  const fitting = prefixes.filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  return fitting.sort((one, other) => other.prefix.length - one.prefix.length)[0]?.title;
}

/** What a request is checked against. */
interface Checked {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

/** A schema of a document with everything in it that it refers to. */
function inlined(schema: object, components: OpenApi['components']): TSchema {
  const text = JSON.stringify(schema, (_name, value: unknown) => {
    const name = /^#\/components\/schemas\/(\w+)$/.exec((value as { $ref?: string } | null)?.$ref ?? '')?.[1];
    return name === undefined ? value : (components['schemas'] as Readonly<Record<string, object>>)[name];
  });
  return JSON.parse(text) as TSchema;
}

function* schemasIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const part of Object.values(value)) yield* schemasIn(part);
}

test('every document is valid OpenAPI 3.1', async () => {
  for (const document of documents.all) {
    const { valid, errors } = await new Validator().validate({ ...document });
    expect({ title: document.info.title, valid, errors }).toEqual({
      title: document.info.title,
      valid: true,
    });
    expect(document).toMatchObject({ openapi: '3.1.0' });
  }
});

test('every route is in exactly one document, that of the family which answers for its path', () => {
  expect(new Set(documents.routes).size).toBe(documents.routes.length);
  const pathsOf = ({ paths, info }: OpenApi) => Object.keys(paths).map((path) => [path, info.title]);
  for (const [path, title] of documents.all.flatMap(pathsOf)) {
    expect([path, title]).toEqual([path, `Tradewire: ${familyOf(path!)}`]);
  }
  expect(documents.routes).toEqual(
    expect.arrayContaining(['POST /v1/orders', 'POST /v1/sandbox/clock', 'GET /metrics', 'GET /v1/ws']),
  );
});

test('a document names its operations once each, and keeps our own keywords to itself', () => {
  for (const { paths } of documents.all) {
    const ids = Object.values(paths).flatMap((operations) =>
      Object.values(operations).map(
        (operation) => (operation as unknown as { operationId: string }).operationId,
      ),
    );
    expect(new Set(ids).size).toBe(ids.length);
  }
  const faults = [...schemasIn(documents.all)].filter((schema) => 'fault' in schema);
  expect(faults).toEqual([]);
});

test('the schema of every body and query can be compiled, which a server does when it is needed first', () => {
  const compiled = documents.all.flatMap(({ paths, components }) => {
    const operations = Object.values(paths).flatMap((path) => Object.values(path) as unknown as Checked[]);
    return operations.flatMap(({ parameters = [], requestBody }) => {
      const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema);
      const query = parameters.filter((parameter) => parameter.in === 'query');
      const properties = Object.fromEntries(query.map(({ name, schema }) => [name, schema]));
      for (const body of bodies) new ValueValidator(inlined(body, components)).errorsOf(null);
      new QueryValidator(inlined({ type: 'object', properties }, components)).read(new URLSearchParams());
      return [...bodies, ...query];
    });
  });
  expect(compiled.length).toBeGreaterThan(50);
});

test('a document says what a caller needs: credentials, parameters, bodies and failures', () => {
  const paper = documents.all.find(({ info }) => info.title === 'Tradewire: Paper')!;
  expect(paper.paths['/v1/orders']!['post']).toMatchObject({
    operationId: 'postV1Orders',
    tags: ['orders'],
    security: expect.arrayContaining([{ bearer: ['trade'] }, { keyId: ['trade'], secretKey: ['trade'] }]),
    requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
    responses: {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
      401: expect.anything(),
      413: expect.anything(),
      429: { headers: { 'Retry-After': expect.anything() } },
      503: expect.anything(),
    },
  });
  expect(paper.paths['/v1/auth/token']!['post']).toMatchObject({ security: [] });
  expect(paper.paths['/v1/orders/account/{accountId}']!['get']).toMatchObject({
    parameters: [
      { name: 'accountId', in: 'path', required: true },
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', default: 10 } },
      { name: 'page', in: 'query', required: false },
    ],
  });
});

test('the document says how the payment provider signs, and what it sends', () => {
  const { paths } = documents.all.find(({ info }) => info.title === 'Tradewire: PaperExchange')!;
  expect(paths['/v1/billing/webhook']!['post']).toMatchObject({
    parameters: [
      {
        name: 'X-Signature',
        in: 'header',
        required: true,
        description: expect.stringContaining('HMAC-SHA256'),
      },
    ],
    requestBody: {
      content: {
        'application/json': {
          schema: { required: ['id', 'type', 'session_id', 'amount', 'currency'] },
        },
      },
    },
  });
});

test('the document of the stream is served beside those of the families, and the page leads to it', async () => {
  expect((await tradewire.ask('GET', '/docs/stream.json', undefined, '')).body).toEqual(STREAM_DOCUMENT);
  const page = await fetch(`${tradewire.url}/docs`);
  expect(await page.text()).toContain('href="/docs/stream.json"');
});

test('without the sandbox there is no document of it', async () => {
  const closed = await Tradewire.start({ SANDBOX: '0' });
  try {
    expect((await closed.ask('GET', '/docs/sandbox.json', undefined, '')).status).toBe(404);
    expect((await closed.openApi()).routes.filter((route) => route.includes('/v1/sandbox'))).toEqual([]);
  } finally {
    await closed.stop();
  }
});

test('an answer that is not as documented is noticed', () => {
  const json = 'application/json';
  const check = (status: number, body: unknown) => () =>
    documents.check('GET', '/health', { status, contentType: json, body });
  expect(check(200, { status: 'ok' })).not.toThrow();
  expect(check(200, { status: 'fine' })).toThrow('not as documented');
  expect(check(200, { status: 'ok', colour: 'red' })).toThrow('not as documented');
  expect(check(201, { status: 'ok' })).toThrow('not documented');
});
