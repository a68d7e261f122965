import type { Static, TSchema } from 'typebox';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { HttpMethod, HttpRequest, Route } from '../../gateway/http/http.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Scope } from '../../identity/credentials/scope.js';

/**
 * Who may call: anybody; whoever has a valid credential; who holds a scope; or who has logged in with a password or
 * by a provider, since what manages keys should not be reached by a key.
 */
export type Access = 'public' | 'any' | 'session' | Scope;

/** One kind of answer. */
export interface AnswerSpec {
  readonly description: string;
  /** Without one, a success has no body, and a failure has the family's. */
  readonly schema?: TSchema;
  /** `application/json` unless given. */
  readonly contentType?: string;
  /** What else it may be, by the type of content: what the client says that it accepts decides. */
  readonly alternatives?: Readonly<Record<string, TSchema>>;
}

/** All there is to say of a route: what it checks and what its document says are made from this alone. */
export interface EndpointSpec<
  Body extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Path extends string = string,
> {
  readonly method: HttpMethod;
  /** Such as `/v1/orders/:orderId`. */
  readonly path: Path;
  readonly summary: string;
  /** What there is to know beyond the summary. */
  readonly description?: string;
  readonly access: Access;
  /** Without one, what is sent is not looked at. */
  readonly body?: Body;
  /** Instead of `body`, what the document says of a body that the handler checks by itself. */
  readonly documentedBody?: TSchema;
  /** Headers that a request must have and the handler checks by itself, and what is in each. */
  readonly documentedHeaders?: Readonly<Record<string, string>>;
  /**
   * `form`: URL-encoded, one value a field. `text`: the handler reads `request.text` by itself, and JSON in it by
   * `Family.parsed`.
   */
  readonly bodyFormat?: 'json' | 'form' | 'text';
  /** Of an object. Numbers are read from their text; parameters that are not named in it are ignored unless it says otherwise. */
  readonly query?: Query;
  /** True where the body may hold a secret, and is not shown again when it is refused. */
  readonly secret?: boolean;
  /** By status. Those that every route of the family has need not be named. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
}

/** The same of a route on which a caller trades. */
export interface TradingSpec<
  Body extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Path extends string = string,
> extends EndpointSpec<Body, Query, Path> {
  readonly access: 'trade';
  /** True where something is called off: half a key's limit is kept on top for these. */
  readonly isCancel?: true;
  /** How many requests a body counts as; it may not be valid yet. One unless given. */
  readonly cost?: (body: unknown) => number;
}

/** A route together with what it was made from. */
export interface Endpoint extends Route {
  readonly spec: EndpointSpec;
  /** The name of its family. */
  readonly family: string;
}

/** The `:names` of a path. */
type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A request whose fields were checked. */
export interface OpenCall<Body extends TSchema, Query extends TSchema, Path extends string = string> {
  readonly request: HttpRequest;
  /** The named segments of the path, which are not checked. */
  readonly params: Readonly<Record<ParamNames<Path>, string>>;
  readonly body: Static<Body>;
  readonly query: Static<Query>;
}

/** The same of a caller who is known. */
export interface Call<
  Body extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Path extends string = string,
> extends OpenCall<Body, Query, Path> {
  readonly principal: Principal;
}

/** The same of a caller who may trade. */
export interface TradingCall<
  Body extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Path extends string = string,
> extends Call<Body, Query, Path> {
  /** Takes the commands of the request; no outcome comes where the request turns out to be one too many. */
  readonly desk: CommandDesk;
}
