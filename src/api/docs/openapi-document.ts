import type { TSchema } from 'typebox';
import { SCOPES } from '../../identity/credentials/scope.js';
import type { AnswerSpec, Endpoint, EndpointSpec } from '../family/endpoint.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { DocumentSchemas } from './document-schemas.js';
import { documentedAnswers } from './documented-answers.js';

const BODY_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain',
} as const;

/** How a credential may be sent. A session is a token, and comes as one. */
const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key or an access token.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  keyId: { type: 'apiKey', in: 'header', name: 'APCA-API-KEY-ID' },
  secretKey: { type: 'apiKey', in: 'header', name: 'APCA-API-SECRET-KEY' },
  basic: { type: 'http', scheme: 'basic', description: 'The id of a key pair, and its secret key.' },
} as const;

const HEADERS = {
  'X-Request-Id': { description: 'Yours, or a new one.', schema: { type: 'string' } },
  'X-RateLimit-Limit': {
    description: 'Requests a minute; without a limit there is no such header.',
    schema: { type: 'integer' },
  },
  'X-RateLimit-Remaining': { description: 'How many are left.', schema: { type: 'integer' } },
  'X-RateLimit-Reset': { description: 'When the oldest one leaves the minute.', schema: { type: 'integer' } },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
} as const;

/** The OpenAPI 3.1 document of a family, made from what its routes are made from. */
export function openApiDocument(terms: FamilyTerms, endpoints: readonly Endpoint[]): object {
  const schemas = new DocumentSchemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const { spec } of endpoints) {
    const path = spec.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][spec.method.toLowerCase()] = operation(terms, spec, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: `Tradewire: ${terms.title}`, version: '1', description: terms.description },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(({ spec }) => tagOf(spec)))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: SECURITY_SCHEMES,
      headers: HEADERS,
    },
  };
}

function operation(terms: FamilyTerms, spec: EndpointSpec, schemas: DocumentSchemas): object {
  const answers = Object.entries(documentedAnswers(terms, spec));
  const parameters = [...pathParameters(spec), ...queryParameters(spec, schemas), ...headerParameters(spec)];
  const body = spec.body ?? spec.documentedBody ?? (spec.bodyFormat === 'text' ? {} : undefined);
  return {
    operationId: operationId(spec),
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    tags: [tagOf(spec)],
    security: securityOf(spec),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(spec, body, schemas) }),
    responses: Object.fromEntries(
      answers.map(([status, answer]) => [status, response(Number(status), answer, terms, schemas)]),
    ),
  };
}

/** A handler that reads the text itself, but says what is in it, reads JSON. */
function requestBody(
  { bodyFormat = 'json', documentedBody }: EndpointSpec,
  body: TSchema,
  schemas: DocumentSchemas,
): object {
  const isJson = documentedBody !== undefined && bodyFormat === 'text';
  const contentType = isJson ? BODY_TYPES.json : BODY_TYPES[bodyFormat];
  return { required: true, content: { [contentType]: { schema: schemas.of(body) } } };
}

function response(
  status: number,
  { description, schema, contentType = BODY_TYPES.json, alternatives = {} }: AnswerSpec,
  { isMetered }: FamilyTerms,
  schemas: DocumentSchemas,
): object {
  const names = Object.keys(HEADERS).filter((name) => {
    if (name === 'Retry-After') return status === 429;
    return isMetered !== false || !name.startsWith('X-RateLimit');
  });
  const contents = Object.entries({
    ...(schema === undefined ? {} : { [contentType]: schema }),
    ...alternatives,
  });
  return {
    description,
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(contents.length === 0
      ? {}
      : { content: Object.fromEntries(contents.map(([type, of]) => [type, { schema: schemas.of(of) }])) }),
  };
}

function pathParameters({ path }: EndpointSpec): readonly object[] {
  const names = path.split('/').filter((segment) => segment.startsWith(':'));
  return names.map((name) => ({
    name: name.slice(1),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: EndpointSpec, schemas: DocumentSchemas): readonly object[] {
  const { properties = {}, required = [] } = (query ?? {}) as {
    readonly properties?: Readonly<Record<string, TSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name) && !('default' in schema),
    schema: schemas.of(schema),
  }));
}

function headerParameters({ documentedHeaders = {} }: EndpointSpec): readonly object[] {
  return Object.entries(documentedHeaders).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }));
}

/** What a credential must be good for stands beside each way to send it. */
function securityOf({ access }: EndpointSpec): readonly object[] {
  if (access === 'public') return [];
  if (access === 'session') return [{ bearer: ['session'] }];
  const scopes = SCOPES.filter((scope) => scope === access);
  return [{ bearer: scopes }, { apiKey: scopes }, { keyId: scopes, secretKey: scopes }, { basic: scopes }];
}

/** What a path is about: its first segment that is no version. */
function tagOf({ path }: EndpointSpec): string {
  return path.split('/').find((segment) => segment !== '' && !/^v\d+$/.test(segment)) ?? path;
}

/** Such as `putV1OrdersOrderIdCancel`. */
function operationId({ method, path }: EndpointSpec): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}
