import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { ErrorEnvelope, FamilyEnvelope } from '../../gateway/envelope.js';
import type { HttpReply, HttpRequest } from '../../gateway/http.js';
import type { Authentication, AuthenticationRefusal } from '../../identity/authenticator.js';
import { presentedIn } from '../../identity/presented.js';
import type { Principal } from '../../identity/principal.js';
import { permits } from '../../identity/scope.js';
import { isOutage } from '../../journal/connection-redis.js';
import type { FieldErrors } from '../request/validator.js';
import { type Call, type Endpoint, type EndpointSpec, inputReader, type OpenCall } from './endpoint.js';

/** What distinguishes one API family: where it lives, and how it says that something is wrong. */
export interface FamilyTerms {
  /** In lower case, for the name of its document. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Every path that is one of these or lies below it answers unknown routes in this family's manner. */
  readonly prefixes: readonly string[];
  readonly envelope: ErrorEnvelope;
  /** What `envelope` writes. */
  readonly errorSchema: TSchema;
  /** Answers a request whose fields are not valid; nothing secret is in `received`. */
  readonly invalid: (errors: FieldErrors, received: unknown) => HttpReply;
  /** What `invalid` writes, where that is not what `envelope` writes. */
  readonly invalidSchema?: TSchema;
  /** In words of its own, for callers whose credential is missing or not good. */
  readonly unauthorized?: (refusal: AuthenticationRefusal) => string;
}

/**
 * Makes the routes of one API family from their specifications: checks who calls and what was sent before a handler
 * runs, and turns callers away in the family's manner.
 */
export class Family {
  constructor(
    readonly terms: FamilyTerms,
    private readonly authenticate: Authentication,
    private readonly log: Logger,
  ) {}

  get envelopes(): readonly FamilyEnvelope[] {
    const { prefixes, envelope } = this.terms;
    return prefixes.map((prefix) => ({ prefix, envelope }));
  }

  /** A route for anybody. */
  open<Body extends TSchema, Query extends TSchema>(
    spec: EndpointSpec<Body, Query> & { readonly access: 'public' },
    handle: (call: OpenCall<Body, Query>) => HttpReply | Promise<HttpReply>,
  ): Endpoint {
    const read = inputReader(spec);
    const run = (request: HttpRequest): HttpReply | Promise<HttpReply> => {
      const input = read(request);
      if ('errors' in input) return this.terms.invalid(input.errors, input.received);
      return handle({ request, ...input });
    };
    return this.route(spec, run);
  }

  /** A route for callers who may: 401 without a valid credential, 403 where it does not allow this. */
  closed<Body extends TSchema, Query extends TSchema>(
    spec: EndpointSpec<Body, Query>,
    handle: (call: Call<Body, Query>) => HttpReply | Promise<HttpReply>,
  ): Endpoint {
    const read = inputReader(spec);
    return this.route(spec, async (request) => {
      const result = await this.authenticate(presentedIn(request.header));
      if ('refusal' in result) return this.refuseCaller(result.refusal);
      if (!isAllowed(result.principal, spec)) return this.failure('FORBIDDEN');
      const input = read(request);
      if ('errors' in input) return this.terms.invalid(input.errors, input.received);
      return handle({ request, principal: result.principal, ...input });
    });
  }

  /** A failure of the exchange's table, with the words of the table unless others fit better. */
  failure(code: ErrorCode, message: string = ERROR_TABLE[code].message): HttpReply {
    const { status } = ERROR_TABLE[code];
    return { status, body: this.terms.envelope(status, message, code) };
  }

  /** A failure that has no code of its own. */
  refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): HttpReply {
    return { status, body: this.terms.envelope(status, message), headers };
  }

  private refuseCaller(refusal: AuthenticationRefusal): HttpReply {
    const { status } = refusal;
    const message = this.terms.unauthorized?.(refusal) ?? refusal.message;
    return this.refusal(status, message, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
  }

  private route(
    spec: EndpointSpec<TSchema, TSchema>,
    run: (request: HttpRequest) => HttpReply | Promise<HttpReply>,
  ): Endpoint {
    const { method, path, bodyFormat = 'json' } = spec;
    return {
      method,
      path,
      spec,
      bodyFormat: bodyFormat === 'json' ? 'json' : 'text',
      handle: async (request) => {
        try {
          return await run(request);
        } catch (error) {
          if (!isOutage(error)) throw error;
          this.log.warn({ err: error, requestId: request.requestId }, 'a store could not be used');
          return this.failure('UNAVAILABLE');
        }
      },
    };
  }
}

function isAllowed({ kind, scopes }: Principal, { access }: EndpointSpec): boolean {
  if (access === 'public' || access === 'any') return true;
  return access === 'session' ? kind === 'SESSION' : permits(scopes, access);
}
