import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import { refused } from '../../exchange/outcome.js';
import type { AddressLimits } from '../../gateway/address-limits.js';
import type { CommandDesk, GuardedCommands } from '../../gateway/charging/guarded-commands.js';
import { isPaying, type Meter } from '../../gateway/charging/meter.js';
import type { RequestLimits } from '../../gateway/charging/request-limits.js';
import { NO_LIMIT, type RequestStanding } from '../../gateway/charging/request-standing.js';
import { toldStanding } from '../../gateway/charging/told-standing.js';
import type { FamilyEnvelope } from '../../gateway/http/envelope.js';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import { parseJson } from '../../gateway/http/json.js';
import {
  AUTHENTICATION_REFUSALS,
  type Authentication,
  type AuthenticationRefusal,
} from '../../identity/credentials/authenticator.js';
import { presentedIn } from '../../identity/credentials/presented.js';
import type { Principal } from '../../identity/credentials/principal.js';
import { permits } from '../../identity/credentials/scope.js';
import { PasswordsOverloaded } from '../../identity/people/passwords.js';
import { isOutage } from '../../journal/connection-redis.js';
import type { Call, Endpoint, EndpointSpec, OpenCall, TradingCall, TradingSpec } from './endpoint.js';
import type { FamilyTerms } from './family-terms.js';
import { type Input, inputReader } from './request-input.js';

type Answered = HttpReply | Promise<HttpReply>;

/** What stands before every route. */
export interface FamilyDoor {
  readonly authenticate: Authentication;
  readonly requests: RequestLimits;
  readonly addresses: AddressLimits;
  /** Where the commands go of those whose requests are not counted. */
  readonly venue: CommandDesk;
  /** JSON nested deeper is answered with 400. */
  readonly jsonDepthMax: number;
  readonly log: Logger;
}

const BODY_FAULTS = {
  NOT_JSON: 'The body is not valid JSON',
  TOO_DEEP: 'The JSON is nested too deeply',
} as const;

/** Of those whom the exchange does not know yet. */
const CLOSED_DESK: CommandDesk = { submit: (_command, onOutcome) => onOutcome(refused('UNAVAILABLE')) };

const STORE_UNREADABLE = 'The store cannot be read now';
/** A lost reply may be that to a command which was done, and many a request takes several commands. */
const STORE_TROUBLE = 'The store did not answer as it should; what was asked may have been done or not';

/**
 * Makes the routes of one API family from their specifications: checks who calls, how often, and what was sent
 * before a handler runs, and turns callers away in the family's manner.
 *
 * A handler gets its body and query as the schemas of its specification type them, and the names of its path: to
 * read what is not specified does not compile. What it answers is text, and is checked by the tests.
 */
export class Family {
  constructor(
    readonly terms: FamilyTerms,
    private readonly door: FamilyDoor,
  ) {}

  get envelopes(): readonly FamilyEnvelope[] {
    const { terms } = this;
    return terms.prefixes.map((prefix) => ({ ...terms, prefix }));
  }

  /** A route for anybody. */
  open<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: EndpointSpec<Body, Query, Path> & { readonly access: 'public' },
    handle: (call: OpenCall<Body, Query, Path>) => Answered,
  ): Endpoint {
    const read = inputReader<Body, Query>(spec, this.door.jsonDepthMax);
    return this.route(spec, (request) => {
      const { params } = request;
      const standing = this.isMetered ? this.door.addresses.chargePublic(request.address) : NO_LIMIT;
      return this.admit(standing, () =>
        this.answer(read(request), (input) => handle({ request, params, ...input })),
      );
    });
  }

  /** A route for callers who may: 401 without a valid credential, 403 where it does not allow this. */
  closed<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: EndpointSpec<Body, Query, Path>,
    handle: (call: Call<Body, Query, Path>) => Answered,
  ): Endpoint {
    const read = inputReader<Body, Query>(spec, this.door.jsonDepthMax);
    return this.route(spec, (request) =>
      this.identified(request, (principal) => {
        const { params } = request;
        return this.charged(this.meterOf(principal), 1, false, () => {
          if (!isAllowed(principal, spec)) return this.failure('FORBIDDEN');
          return this.answer(read(request), (input) => handle({ request, params, principal, ...input }));
        });
      }),
    );
  }

  /**
   * The same for what trades. Commands go through the desk that the handler is given, behind the charge for the request.
   * All of them must be submitted in one turn.
   */
  trading<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: TradingSpec<Body, Query, Path>,
    handle: (call: TradingCall<Body, Query, Path>) => Answered,
  ): Endpoint {
    const read = inputReader<Body, Query>(spec, this.door.jsonDepthMax);
    return this.route(spec, (request) =>
      this.identified(request, (principal) => {
        const { params } = request;
        // Only where the cost depends on it the body is read before it is known whether it may be.
        const early = spec.cost === undefined ? null : read(request);
        const cost = spec.cost?.(early !== null && 'body' in early ? early.body : undefined) ?? 1;
        return this.guarded(this.meterOf(principal), cost, spec.isCancel === true, (desk) => {
          if (!isAllowed(principal, spec)) return this.failure('FORBIDDEN');
          return this.answer(early ?? read(request), (input) =>
            handle({ request, params, principal, desk, ...input }),
          );
        });
      }),
    );
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

  /** Reads JSON for a handler that takes its body as text: the value, or the answer that refuses it. */
  parsed(text: string): { readonly value: unknown } | { readonly refused: HttpReply } {
    const parsed = parseJson(text, this.door.jsonDepthMax);
    return 'fault' in parsed ? { refused: this.unreadable(parsed.fault) } : parsed;
  }

  /** For a caller whose credential has ended since it was checked. */
  refuseEnded(request: HttpRequest): Answered {
    return this.refuseCaller(request, AUTHENTICATION_REFUSALS.UNKNOWN);
  }

  private get isMetered(): boolean {
    return this.terms.isMetered !== false;
  }

  private async identified(
    request: HttpRequest,
    run: (principal: Principal) => Answered,
  ): Promise<HttpReply> {
    const result = await this.door.authenticate(presentedIn(request.header));
    return 'refusal' in result ? this.refuseCaller(request, result.refusal) : run(result.principal);
  }

  /** Null where nothing is counted. */
  private meterOf({ meterId, portfolioIds }: Principal): Meter | null {
    return this.isMetered ? this.door.requests.meterOf(meterId, portfolioIds[0]) : null;
  }

  /** Runs what was charged: where there is a limit, it is one trip to the journal, which all requests of a turn share. */
  private charged(meter: Meter | null, cost: number, isCancel: boolean, run: () => Answered): Answered {
    if (meter === null) return run();
    return new Promise<RequestStanding>((resolve) => {
      this.door.requests.charge(meter, cost, isCancel, resolve);
    }).then((standing) => this.admit(standing, run));
  }

  /** Runs what sends commands behind its charge. Where none was sent, it is charged afterwards. */
  private async guarded(
    meter: Meter | null,
    cost: number,
    isCancel: boolean,
    run: (desk: CommandDesk) => Answered,
  ): Promise<HttpReply> {
    const { venue, requests } = this.door;
    if (meter === null || requests.limitOf(meter) === null) return run(venue);
    if (!isPaying(meter)) return this.charged(meter, cost, isCancel, () => run(CLOSED_DESK));
    const known = requests.refusalOf(meter, cost, isCancel);
    if (known !== null) return this.limited(known);
    return new Promise((resolve, reject) => {
      const desk = requests.guard(meter, cost, isCancel, (late) => resolve(this.limited(late)));
      const answered = async () => {
        const reply = await run(sentInTurn(desk));
        if (desk.isEmpty) return this.charged(meter, cost, isCancel, () => reply);
        return this.admit(requests.standingOf(meter), () => reply);
      };
      answered().then(resolve, reject);
    });
  }

  private limited(standing: RequestStanding): Answered {
    return this.admit(standing, () => this.failure('RATE_LIMITED'));
  }

  /** Runs what may be run, and tells the caller how it stands either way. */
  private admit(standing: RequestStanding, run: () => Answered): Answered {
    if (standing.limit === null) return run();
    const { headers, refusal } = toldStanding(standing, this.terms, this.door.requests.nowS);
    if (refusal !== null) return refusal;
    return Promise.resolve(run()).then((reply) => ({ ...reply, headers: { ...headers, ...reply.headers } }));
  }

  private answer<Body extends TSchema, Query extends TSchema>(
    input: Input<Body, Query>,
    handle: (input: Extract<Input<Body, Query>, { query: unknown }>) => Answered,
  ): Answered {
    if ('fault' in input) return this.unreadable(input.fault);
    if ('errors' in input) return this.terms.invalid(input.errors, input.received);
    return handle(input);
  }

  private unreadable(fault: keyof typeof BODY_FAULTS): HttpReply {
    return this.failure('INVALID_JSON', BODY_FAULTS[fault]);
  }

  private refuseCaller({ address }: HttpRequest, refusal: AuthenticationRefusal): Answered {
    const { status } = refusal;
    const message = this.terms.unauthorized?.(refusal) ?? refusal.message;
    const reply = this.refusal(status, message, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
    // Nobody is to blame for a credential that could not be checked.
    if (status === 503) return reply;
    return this.admit(this.door.addresses.chargeUnauthenticated(address), () => reply);
  }

  private lostAnswer(): HttpReply {
    const { envelope, lostAnswerStatus: status = ERROR_TABLE.UNAVAILABLE.status } = this.terms;
    return { status, body: envelope(status, STORE_TROUBLE, 'UNKNOWN_OUTCOME') };
  }

  private route(spec: EndpointSpec, run: (request: HttpRequest) => Answered): Endpoint {
    const { method, path } = spec;
    return {
      method,
      path,
      spec,
      family: this.terms.name,
      handle: async (request) => {
        try {
          return await run(request);
        } catch (error) {
          if (error instanceof PasswordsOverloaded) return this.failure('OVERLOADED');
          if (!isOutage(error)) throw error;
          this.door.log.warn({ err: error, requestId: request.requestId }, 'a store could not be used');
          return method === 'GET' ? this.failure('UNAVAILABLE', STORE_UNREADABLE) : this.lostAnswer();
        }
      },
    };
  }
}

/** Sends what is submitted at the end of the turn in which the first command came. */
function sentInTurn(desk: GuardedCommands): CommandDesk {
  return {
    submit: (command, onOutcome) => {
      if (desk.isEmpty) queueMicrotask(() => desk.send());
      desk.submit(command, onOutcome);
    },
  };
}

function isAllowed({ kind, scopes }: Principal, { access }: EndpointSpec): boolean {
  if (access === 'public' || access === 'any') return true;
  return access === 'session' ? kind === 'SESSION' : permits(scopes, access);
}
