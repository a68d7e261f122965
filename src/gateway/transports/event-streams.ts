import type { EventStream } from '../frames/event-stream.js';
import type { Answer } from '../http/answer.js';
import type { OriginPolicy } from '../http/cors.js';
import type { HttpReply, HttpRequest } from '../http/http.js';
import { Session } from '../sessions/session.js';
import type { SessionHost } from '../sessions/session-host.js';
import { SESSION_REFUSALS, type SessionRefusal } from '../sessions/session-refusal.js';
import { EventTransport } from './event-transport.js';
import type { HandshakeGate } from './handshake.js';

const HEADERS = {
  'content-type': 'text/event-stream',
  // A proxy that gathers what it passes on would hold events back.
  'x-accel-buffering': 'no',
};

/** Begins sessions over HTTP responses, under the same limits as those over WebSockets. */
export class EventStreams {
  constructor(
    private readonly host: SessionHost,
    private readonly origins: OriginPolicy,
    private readonly gate: Pick<HandshakeGate, 'unreadyReason' | 'recheck'>,
  ) {}

  /** Begins a stream as the answer to a request. Null when it did, or when the client has left; else why it may not. */
  begin(
    answer: Answer,
    request: HttpRequest,
    { headers }: HttpReply,
    stream: EventStream,
  ): SessionRefusal | null {
    if (answer.isSettled) return null;
    const refusal = this.refusalOf(request);
    if (refusal !== null) return refusal;
    const { host } = this;
    if (!host.perAddress.enter(request.address)) return SESSION_REFUSALS.ADDRESS_FULL;
    const { sessions } = host;
    const session = new Session(
      stream.principal,
      request.address,
      request.requestId,
      sessions,
      stream.encoder,
    );
    host.keySessions.enter(session);
    const res = answer.begin({ status: 200, body: null, headers: { ...headers, ...HEADERS } }, () =>
      transport.aborted(),
    );
    const transport = new EventTransport(res, stream.encoder, {
      drained: () => host.drained(session),
      gone: (code) => host.gone(session, code),
    });
    session.attach(transport, host);
    sessions.add(session);
    host.guarded(session, () => stream.opened(session));
    // Its end may have been announced while the request was on its way here, when there was nothing to be closed.
    this.gate.recheck(stream.principal.keyId);
    return null;
  }

  private refusalOf({ header }: HttpRequest): SessionRefusal | null {
    if (!this.origins.allows(header('origin'))) return SESSION_REFUSALS.FOREIGN_ORIGIN;
    const { sessions } = this.host;
    if (sessions.size >= sessions.limits.sessionsMax) return SESSION_REFUSALS.FULL;
    const unready = this.gate.unreadyReason();
    return unready === null ? null : { status: 503, message: unready };
  }
}
