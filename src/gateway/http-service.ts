import type { HttpResponse, HttpRequest as UwsRequest } from 'uWebSockets.js';
import type { Logger } from 'pino';
import { ERROR_TABLE, type ErrorCode } from '../exchange/error-code.js';
import { Answer } from './answer.js';
import { collectBody } from './body.js';
import type { OriginPolicy } from './cors.js';
import type { EnvelopeChoice } from './envelope.js';
import type { HttpReply, HttpRequest, Route } from './http.js';
import { copyRequest, type Incoming } from './incoming.js';
import type { GatewayLimits } from './limits.js';
import { type RouteMatch, Router } from './router.js';
import type { Traffic } from './traffic.js';

/** Answers every HTTP request: finds its route, reads its body, runs the handler under a deadline. */
export class HttpService {
  private readonly router: Router;
  private inFlight = 0;
  private onIdle: (() => void) | null = null;

  constructor(
    routes: readonly Route[],
    private readonly envelopes: EnvelopeChoice,
    private readonly origins: OriginPolicy,
    private readonly limits: GatewayLimits,
    private readonly trustProxy: boolean,
    private readonly traffic: Traffic,
    private readonly log: Logger,
  ) {
    this.router = new Router(routes);
  }

  /** Resolves when no request is in flight. */
  async idle(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  handle(res: HttpResponse, req: UwsRequest): void {
    const incoming = copyRequest(res, req, this.trustProxy);
    const answer = this.beginAnswer(res, incoming);
    const found = this.router.match(incoming.method, incoming.path);
    if (found === null) this.refuse(answer, incoming, 404, 'Not found');
    else if ('allow' in found) this.answerMethod(answer, incoming, found.allow);
    else this.collectAndRun(res, answer, incoming, found);
  }

  private beginAnswer(res: HttpResponse, incoming: Incoming): Answer {
    this.inFlight++;
    const headers = this.origins.answerHeaders(incoming.header('origin'));
    return new Answer(res, incoming.requestId, incoming.method === 'HEAD', headers, (status) => {
      this.traffic.countRequest(status);
      if (--this.inFlight === 0) this.onIdle?.();
    });
  }

  private answerMethod(answer: Answer, incoming: Incoming, allow: readonly string[]): void {
    const allowHeader = { allow: allow.join(', ') };
    if (incoming.method === 'OPTIONS') {
      const preflight = this.origins.preflightHeaders(incoming.header('origin'), allow);
      answer.send({ status: 204, body: null, headers: { ...allowHeader, ...preflight } });
    } else {
      this.refuse(answer, incoming, 405, 'Method not allowed', undefined, allowHeader);
    }
  }

  private collectAndRun(res: HttpResponse, answer: Answer, incoming: Incoming, found: RouteMatch): void {
    const { route, params } = found;
    const bytesMax = this.limits.bodyBytesMax;
    collectBody(res, bytesMax, (body) => {
      if (body === null) {
        this.refuse(answer, incoming, 413, `The body may have at most ${bytesMax} bytes`);
        return;
      }
      this.run(answer, route, { ...incoming, params, text: body.toString('utf8') });
    });
  }

  private run(answer: Answer, route: Route, request: HttpRequest): void {
    try {
      const reply = route.handle(request);
      if (reply instanceof Promise) this.awaitReply(answer, request, reply);
      else answer.send(reply);
    } catch (error) {
      this.answerFailure(answer, request, error);
    }
  }

  private awaitReply(answer: Answer, request: HttpRequest, reply: Promise<HttpReply>): void {
    const deadline = setTimeout(() => {
      if (answer.isSettled) return;
      this.log.error(
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
    }, this.limits.handlerTimeoutMs);
    reply
      .then(
        (settled) => answer.send(settled),
        (error: unknown) => this.answerFailure(answer, request, error),
      )
      .catch((error: unknown) => this.answerFailure(answer, request, error))
      .finally(() => clearTimeout(deadline));
  }

  private answerFailure(answer: Answer, request: HttpRequest, error: unknown): void {
    this.log.error({ err: error, requestId: request.requestId, path: request.path }, 'a handler failed');
    this.refuse(answer, request, 500, ERROR_TABLE.INTERNAL.message, 'INTERNAL');
  }

  private refuse(
    answer: Answer,
    { path }: { readonly path: string },
    status: number,
    message: string,
    code?: ErrorCode,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    answer.send({ status, body: this.envelopes.of(path)(status, message, code), headers });
  }
}
