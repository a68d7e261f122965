import type { Logger } from 'pino';
import type { RequestLimits } from '../../gateway/charging/request-limits.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import type { Method } from './method.js';
import { batchCost } from './order-methods.js';
import type { Responder } from './responder.js';

/** A frame that is an object; what is in it is not checked. */
export interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** Brings requests to their methods, once they are in order and were charged. */
export class RequestDispatch {
  private isDraining = false;

  constructor(
    private readonly methods: ReadonlyMap<string, Method>,
    private readonly venue: Venue,
    private readonly requests: RequestLimits,
    /** More requests of one session without a response are refused with `OVERLOADED`. */
    private readonly requestsInFlightMax: number,
    private readonly log: Logger,
  ) {}

  /** From here on nothing is taken that changes something. */
  drain(): void {
    this.isDraining = true;
  }

  /** Has a request answered, once. */
  take(client: Client, request: Request, responder: Responder): void {
    const method = typeof request.method === 'string' ? this.methods.get(request.method) : undefined;
    if (method?.cost !== 'NOTHING' && this.requests.limitOf(client.meter) !== null) {
      this.takeCharged(client, request, method, responder);
    } else if (this.isInOrder(client, request, method, responder)) {
      this.run(client, request, method, responder);
    }
  }

  /** The same for what counts against a limit: commands go behind their charge, and what has none waits for it. */
  private takeCharged(
    client: Client,
    request: Request,
    method: Method | undefined,
    responder: Responder,
  ): void {
    const { meter, session } = client;
    const isCancel = method?.cost === 'CANCEL';
    const cost = method?.cost === 'ORDERS' ? batchCost(request.params) : 1;
    const refusal = this.requests.refusalOf(meter, cost, isCancel);
    if (refusal !== null) return responder.limited(refusal);
    if (!this.isInOrder(client, request, method, responder)) {
      this.requests.charge(meter, cost, isCancel, null);
    } else if (method.scope === 'trade') {
      const desk = this.requests.guard(meter, cost, isCancel, (standing) => responder.limited(standing));
      responder.desk = desk;
      this.run(client, request, method, responder);
      if (desk.isEmpty) this.requests.charge(meter, cost, isCancel, null);
      else desk.send();
    } else {
      this.requests.charge(meter, cost, isCancel, (standing) => {
        if (standing.isRefused) responder.limited(standing);
        else if (!session.closed) this.run(client, request, method, responder);
      });
    }
  }

  /** False, and the request is answered, where it may not be or makes no sense. */
  private isInOrder(
    client: Client,
    { method: name, params = {} }: Request,
    method: Method | undefined,
    responder: Responder,
  ): method is Method {
    if (typeof name !== 'string') {
      responder.fail('INVALID_REQUEST', { errors: { method: ['method must be a string'] } });
    } else if (method === undefined) responder.fail('UNKNOWN_METHOD');
    else if (!isPermitted(client, method)) responder.fail('FORBIDDEN');
    else if (this.isDraining && method.scope === 'trade') responder.fail('UNAVAILABLE');
    else if (client.inFlight > this.requestsInFlightMax) responder.fail('OVERLOADED');
    else if (method.validator.accepts(params)) return true;
    else responder.fail('INVALID_REQUEST', { errors: method.validator.errorsOf(params) });
    return false;
  }

  /**
   * After a pause of this process nothing is read before what was missed; what changes something waits for the journal
   * anyway.
   */
  private run(client: Client, request: Request, method: Method, responder: Responder): void {
    if (method.scope === 'trade' || !this.venue.isBehind)
      return this.handle(client, request, method, responder);
    this.venue.whenFresh(() => {
      if (!client.session.closed) this.handle(client, request, method, responder);
    });
  }

  private handle(client: Client, request: Request, method: Method, responder: Responder): void {
    const { params = {} } = request;
    try {
      const pending = method.handle(client, params, responder);
      pending?.catch((error: unknown) => this.failed(client, request, responder, error));
    } catch (error) {
      this.failed(client, request, responder, error);
    }
  }

  private failed({ session }: Client, { method }: Request, responder: Responder, error: unknown): void {
    this.log.error({ err: error, method, sessionId: session.id }, 'a method failed');
    responder.fail('INTERNAL');
  }
}

function isPermitted(client: Client, { scope }: Method): boolean {
  if (scope === null) return true;
  return scope === 'read' ? client.mayRead : client.mayTrade;
}
