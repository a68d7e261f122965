import type { Static, TSchema } from 'typebox';
import type { HttpRequest } from '../../gateway/http/http.js';
import { type ParsedJson, parseJson } from '../../gateway/http/json.js';
import { type FieldErrors, QueryValidator, Validator } from '../request/validator.js';
import type { EndpointSpec } from './endpoint.js';

/** What a request carries, as its specification has it, or what is wrong with that. */
export type Input<Body extends TSchema, Query extends TSchema> =
  | { readonly body: Static<Body>; readonly query: Static<Query> }
  | { readonly errors: FieldErrors; readonly received: unknown }
  | { readonly fault: 'NOT_JSON' | 'TOO_DEEP' };

/** Reads body and query of requests as a specification has them, or tells what is wrong with them. */
export function inputReader<Body extends TSchema, Query extends TSchema>(
  spec: EndpointSpec<Body, Query>,
  jsonDepthMax: number,
): (request: HttpRequest) => Input<Body, Query> {
  const body = spec.body === undefined ? null : new Validator(spec.body);
  const query = spec.query === undefined ? null : new QueryValidator(spec.query);
  const bodyOf = bodyReader(spec, jsonDepthMax);
  return (request) => {
    const sent = bodyOf(request);
    if ('fault' in sent) return sent;
    const { value } = sent;
    if (body !== null && !body.accepts(value)) {
      return { errors: body.errorsOf(value), received: spec.secret === true ? null : (value ?? null) };
    }
    const asked = query?.read(request.query) ?? { value: undefined };
    if ('errors' in asked) return { errors: asked.errors, received: Object.fromEntries(request.query) };
    return { body: value as Static<Body>, query: asked.value as Static<Query> };
  };
}

/** How a body becomes a value: undefined where there is none, or where it is not to be looked at. */
function bodyReader(
  { body, documentedBody, bodyFormat = 'json' }: EndpointSpec,
  jsonDepthMax: number,
): (request: HttpRequest) => ParsedJson {
  const isRead = body !== undefined || documentedBody !== undefined;
  if (!isRead || bodyFormat === 'text') return () => ({ value: undefined });
  if (bodyFormat === 'form') return (request) => ({ value: formOf(request) });
  return ({ text }) => (text === '' ? { value: undefined } : parseJson(text, jsonDepthMax));
}

const FORM = /^application\/x-www-form-urlencoded *(;|$)/i;

/**
 * Null, which no schema of a form accepts, for a body of another type, and where a field occurs twice: the parameters
 * of OAuth must not. Those without a value count as left out.
 */
function formOf({ text, header }: HttpRequest): Record<string, string> | null {
  if (!FORM.test(header('content-type'))) return null;
  const fields = [...new URLSearchParams(text)];
  const given = fields.filter(([, value]) => value !== '');
  const form: Record<string, string> = Object.assign(Object.create(null), Object.fromEntries(given));
  return new Set(fields.map(([name]) => name)).size === fields.length ? form : null;
}
