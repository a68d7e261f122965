import type { HttpResponse, HttpRequest as UwsRequest } from 'uWebSockets.js';
import type { Logger } from 'pino';
import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { AddressLimits } from '../address-limits.js';
import { toldStanding } from '../charging/told-standing.js';
import type { GatewayLimits } from '../gateway-limits.js';
import type { Traffic } from '../traffic.js';
import type { EventStreams } from '../transports/event-streams.js';
import { Answer } from './answer.js';
import { type BodyFault, collectBody } from './body.js';
import { BodyRooms } from './body-room.js';
import type { OriginPolicy } from './cors.js';
import type { EnvelopeChoice } from './envelope.js';
import type { HttpReply, HttpRequest, Route } from './http.js';
import { copyRequest, type Incoming } from './incoming.js';
import type { RouteMatch, Router } from './router.js';

export interface HttpParts {
  readonly router: Router;
  readonly envelopes: EnvelopeChoice;
  readonly eventStreams: EventStreams;
  readonly origins: OriginPolicy;
  readonly limits: GatewayLimits;
  readonly addresses: AddressLimits;
  readonly trustProxy: boolean;
  readonly traffic: Traffic;
  readonly log: Logger;
}

/** Where a body is refused: the status and the words. */
const BODY_REFUSALS = {
  TOO_SLOW: { status: 408, message: 'The body did not arrive in time' },
  FULL: {
    status: ERROR_TABLE.OVERLOADED.status,
    message: ERROR_TABLE.OVERLOADED.message,
    code: 'OVERLOADED',
  },
  ADDRESS_FULL: {
    status: 429,
    message: 'Too much is being sent from this address at once',
    code: 'RATE_LIMITED',
  },
  STOPPING: {
    status: ERROR_TABLE.UNAVAILABLE.status,
    message: 'The gateway is stopping, and the body had not arrived',
    code: 'UNAVAILABLE',
  },
} as const;

/** Answers every HTTP request: finds its route, reads its body, runs the handler under a deadline. */
export class HttpService {
  private readonly rooms: BodyRooms;
  /** The requests whose bodies have not arrived, and may never. */
  private readonly unfinished = new Map<Incoming, Answer>();
  private inFlight = 0;
  private onIdle: (() => void) | null = null;

  constructor(private readonly parts: HttpParts) {
    this.rooms = new BodyRooms(parts.limits);
  }

  /** Resolves when all requests that have arrived are answered. */
  async idle(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  /** Refuses the requests that have not arrived as a whole. */
  refuseUnfinished(): void {
    for (const [incoming, answer] of this.unfinished) this.refuseBody(answer, incoming, 'STOPPING');
  }

  handle(res: HttpResponse, req: UwsRequest): void {
    const { trustProxy, router } = this.parts;
    const incoming = copyRequest(res, req, trustProxy);
    const room = this.rooms.enter(incoming.address);
    let stopCollecting = () => {};
    const answer = this.beginAnswer(res, incoming, () => {
      this.unfinished.delete(incoming);
      stopCollecting();
      room.leave();
    });
    const found = router.match(incoming.method, incoming.path);
    if (found === null) this.refuseStray(answer, incoming, 404, 'Not found');
    else if ('allow' in found) this.answerMethod(answer, incoming, found.allow);
    else {
      this.unfinished.set(incoming, answer);
      stopCollecting = collectBody(res, this.parts.limits, room, (body) => {
        this.unfinished.delete(incoming);
        if (typeof body === 'string') this.refuseBody(answer, incoming, body);
        else this.runMatch(answer, incoming, found, body);
      });
    }
  }

  private beginAnswer(res: HttpResponse, incoming: Incoming, onSettled: () => void): Answer {
    this.inFlight++;
    const headers = this.parts.origins.answerHeaders(incoming.header('origin'));
    return new Answer(res, incoming.requestId, incoming.method === 'HEAD', headers, (status) => {
      onSettled();
      this.parts.traffic.countRequest(status);
      this.inFlight--;
      if (this.isIdle) this.onIdle?.();
    });
  }

  private get isIdle(): boolean {
    return this.inFlight === this.unfinished.size;
  }

  private answerMethod(answer: Answer, incoming: Incoming, allow: readonly string[]): void {
    const allowHeader = { allow: allow.join(', ') };
    if (incoming.method === 'OPTIONS') {
      const preflight = this.parts.origins.preflightHeaders(incoming.header('origin'), allow);
      answer.send({ status: 204, body: null, headers: { ...allowHeader, ...preflight } });
    } else {
      this.refuseStray(answer, incoming, 405, 'Method not allowed', allowHeader);
    }
  }

  private refuseBody(answer: Answer, incoming: Incoming, fault: BodyFault | 'STOPPING'): void {
    if (fault === 'TOO_LONG') {
      const { bodyBytesMax } = this.parts.limits;
      this.refuseStray(answer, incoming, 413, `The body may have at most ${bodyBytesMax} bytes`);
      return;
    }
    const { status, message, ...rest } = BODY_REFUSALS[fault];
    const code = 'code' in rest ? rest.code : undefined;
    const body = this.parts.envelopes.of(incoming.path).envelope(status, message, code);
    const headers: Record<string, string> = fault === 'TOO_SLOW' ? {} : { 'retry-after': '1' };
    // A client that is too slow may never come to the end of its body.
    answer.send({ status, body, headers }, fault === 'TOO_SLOW' || fault === 'STOPPING');
  }

  private runMatch(answer: Answer, incoming: Incoming, { route, params }: RouteMatch, body: Buffer): void {
    this.run(answer, route, { ...incoming, params, text: body.toString('utf8') });
  }

  /** Refuses what comes to no route: it counts like a request to a route for anybody. */
  private refuseStray(
    answer: Answer,
    { path, address }: Incoming,
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const manner = this.parts.envelopes.of(path);
    const body = manner.envelope(status, message);
    if (manner.isMetered === false) return answer.send({ status, body, headers });
    const { addresses } = this.parts;
    const told = toldStanding(addresses.chargePublic(address), manner, addresses.nowS);
    answer.send(told.refusal ?? { status, body, headers: { ...told.headers, ...headers } });
  }

  private run(answer: Answer, route: Route, request: HttpRequest): void {
    try {
      const reply = route.handle(request);
      if (reply instanceof Promise) this.awaitReply(answer, request, reply);
      else this.deliver(answer, request, reply);
    } catch (error) {
      this.answerFailure(answer, request, error);
    }
  }

  private awaitReply(answer: Answer, request: HttpRequest, reply: Promise<HttpReply>): void {
    const deadline = setTimeout(() => {
      if (answer.isSettled) return;
      this.parts.log.error(
        { requestId: request.requestId, path: request.path },
        'a handler did not settle in time',
      );
      this.refuse(
        answer,
        request,
        504,
        'The request took too long; its outcome is not known',
        'UNKNOWN_OUTCOME',
      );
    }, this.parts.limits.handlerTimeoutMs);
    reply
      .then(
        (settled) => this.deliver(answer, request, settled),
        (error: unknown) => this.answerFailure(answer, request, error),
      )
      .catch((error: unknown) => this.answerFailure(answer, request, error))
      .finally(() => clearTimeout(deadline));
  }

  private deliver(answer: Answer, request: HttpRequest, reply: HttpReply): void {
    if (reply.events === undefined || request.method === 'HEAD') return answer.send(reply);
    const refusal = this.parts.eventStreams.begin(answer, request, reply, reply.events);
    if (refusal === null) return;
    const { status, message } = refusal;
    const body = this.parts.envelopes.of(request.path).envelope(status, message);
    answer.send({ status, body, ...(reply.headers === undefined ? {} : { headers: reply.headers }) });
  }

  private answerFailure(answer: Answer, request: HttpRequest, error: unknown): void {
    this.parts.log.error(
      { err: error, requestId: request.requestId, path: request.path },
      'a handler failed',
    );
    this.refuse(answer, request, 500, ERROR_TABLE.INTERNAL.message, 'INTERNAL');
  }

  private refuse(
    answer: Answer,
    { path }: HttpRequest,
    status: number,
    message: string,
    code: ErrorCode,
  ): void {
    answer.send({ status, body: this.parts.envelopes.of(path).envelope(status, message, code) });
  }
}
