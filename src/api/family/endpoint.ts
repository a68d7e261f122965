import { type Static, type TSchema, Type } from 'typebox';
import type { HttpMethod, HttpRequest, Route } from '../../gateway/http.js';
import type { Principal } from '../../identity/principal.js';
import type { Scope } from '../../identity/scope.js';
import { type FieldErrors, QueryValidator, Validator } from '../request/validator.js';

/**
 * Who may call: anybody; whoever has a valid credential; who holds a scope; or who has logged in with a password or
 * by a provider, since what manages keys should not be reached by a key.
 */
export type Access = 'public' | 'any' | 'session' | Scope;

/** One kind of answer. Without a schema it has no body. */
export interface AnswerSpec {
  readonly description: string;
  readonly schema?: TSchema;
  /** `application/json` unless given. */
  readonly contentType?: string;
}

/** All there is to say of a route: what it checks and what its document says are made from this alone. */
export interface EndpointSpec<Body extends TSchema = TSchema, Query extends TSchema = TSchema> {
  readonly method: HttpMethod;
  /** Such as `/v1/orders/:orderId`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** Without one, what is sent is not looked at. */
  readonly body?: Body;
  /** `form`: URL-encoded, one value a field. `text`: the handler reads `request.text` itself. */
  readonly bodyFormat?: 'json' | 'form' | 'text';
  /** Of an object. Numbers are read from their text; parameters that are not named in it are ignored. */
  readonly query?: Query;
  /** True where the body may hold a secret, and is not shown again when it is refused. */
  readonly secret?: boolean;
  /** By status. Those that every route of the family has need not be named. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
}

/** A route together with what it was made from. */
export interface Endpoint extends Route {
  readonly spec: EndpointSpec;
}

/** A request whose fields were checked. */
export interface OpenCall<Body extends TSchema, Query extends TSchema> {
  readonly request: HttpRequest;
  readonly body: Static<Body>;
  readonly query: Static<Query>;
}

/** The same of a caller who is known. */
export interface Call<Body extends TSchema = TSchema, Query extends TSchema = TSchema>
  extends OpenCall<Body, Query> {
  readonly principal: Principal;
}

type Input<Body extends TSchema, Query extends TSchema> =
  | { readonly body: Static<Body>; readonly query: Static<Query> }
  | { readonly errors: FieldErrors; readonly received: unknown };

const ANYTHING = Type.Unknown();

/** Reads body and query of a request as its specification has them, or tells what is wrong with them. */
export function inputReader<Body extends TSchema, Query extends TSchema>(
  spec: EndpointSpec<Body, Query>,
): (request: HttpRequest) => Input<Body, Query> {
  const body = new Validator((spec.body ?? ANYTHING) as Body);
  const query = new QueryValidator((spec.query ?? ANYTHING) as Query);
  return (request) => {
    const sent = spec.bodyFormat === 'form' ? formOf(request.text) : request.json;
    if (!body.accepts(sent)) {
      return { errors: body.errorsOf(sent), received: spec.secret === true ? null : (sent ?? null) };
    }
    const asked = query.read(request.query);
    if ('errors' in asked) return { errors: asked.errors, received: Object.fromEntries(request.query) };
    return { body: sent, query: asked.value };
  };
}

/** Null, which no schema of a form accepts, where a field occurs twice: the parameters of OAuth must not. */
function formOf(text: string): Record<string, string> | null {
  const fields = [...new URLSearchParams(text)];
  const form: Record<string, string> = Object.assign(Object.create(null), Object.fromEntries(fields));
  return Object.keys(form).length === fields.length ? form : null;
}
