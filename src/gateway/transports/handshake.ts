import type { HttpResponse, HttpRequest as UwsRequest, us_socket_context_t } from 'uWebSockets.js';
import type { Logger } from 'pino';
import type { Authentication } from '../../identity/credentials/authenticator.js';
import { presentedIn } from '../../identity/credentials/presented.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Admission } from '../admission.js';
import { standingHeaders, tooManyText } from '../charging/rate-limit-text.js';
import type { RequestStanding } from '../charging/request-standing.js';
import type { FrameEncoder } from '../frames/frame-encoder.js';
import { browserTokenIn, type StreamForms } from '../frames/stream-forms.js';
import { Answer } from '../http/answer.js';
import type { OriginPolicy } from '../http/cors.js';
import { nativeEnvelope } from '../http/envelope.js';
import { copyRequest, type Incoming } from '../http/incoming.js';
import type { Asker } from '../refused-cursors.js';
import type { KeySessions } from '../sessions/key-sessions.js';
import { Session } from '../sessions/session.js';
import { actingOn, portfolioAsked } from '../sessions/session-principal.js';
import { SESSION_REFUSALS, type SessionRefusal } from '../sessions/session-refusal.js';
import type { SessionRegistry } from '../sessions/sessions.js';
import type { SessionData } from './web-socket-transport.js';

/** What the handshake asks of the rest of the system. */
export interface HandshakeGate {
  authenticate: Authentication;
  /** False while the exchange has not opened the portfolio. */
  isOpen(portfolioId: string): boolean;
  /** Charges an address for a handshake. */
  chargeHandshake(address: string): RequestStanding;
  /** Charges an address for a handshake without a good credential. */
  chargeUnauthenticated(address: string): RequestStanding;
  /** Told of a portfolio that a caller named and that is another's or nobody's. */
  portfolioRefused(asker: Asker, portfolioId: string): void;
  /** Why the owner of a portfolio may not have a session, such as a trial that ended; null where it may. */
  forbiddenReason(portfolioId: string): string | null;
  /** Has the sessions of a credential closed if it has ended already: it was checked some time before they began. */
  recheck(keyId: string): void;
  /** Why no session may begin now; null when one may. */
  unreadyReason(): string | null;
}

/** Decides over WebSocket handshakes: checks the credential first, and upgrades or answers in plain HTTP. */
export class Handshake {
  constructor(
    private readonly gate: HandshakeGate,
    private readonly sessions: SessionRegistry,
    private readonly keySessions: KeySessions,
    private readonly sessionsPerAddress: Admission,
    private readonly origins: OriginPolicy,
    private readonly forms: StreamForms,
    private readonly trustProxy: boolean,
    private readonly log: Logger,
  ) {}

  handle(res: HttpResponse, req: UwsRequest, context: us_socket_context_t): void {
    const incoming = copyRequest(res, req, this.trustProxy);
    const hasAddress = this.sessionsPerAddress.enter(incoming.address);
    const answer = new Answer(res, incoming.requestId, false, {}, (status) => {
      this.sessions.traffic.countRequest(status);
      // An upgraded handshake hands its place over to the session.
      if (hasAddress && status !== 101) this.sessionsPerAddress.leave(incoming.address);
    });
    const standing = this.gate.chargeHandshake(incoming.address);
    if (standing.isRefused) return refuseForNow(answer, standing);
    const refusal = hasAddress ? this.refusalBeforeKey(incoming) : SESSION_REFUSALS.ADDRESS_FULL;
    if (refusal === null) this.authenticate(incoming, answer, context);
    else refuse(answer, refusal);
  }

  private refusalBeforeKey(incoming: Incoming): SessionRefusal | null {
    if (!this.origins.allows(incoming.header('origin'))) return SESSION_REFUSALS.FOREIGN_ORIGIN;
    if (this.sessions.size >= this.sessions.limits.sessionsMax) return SESSION_REFUSALS.FULL;
    const unready = this.gate.unreadyReason();
    return unready === null ? null : { status: 503, message: unready };
  }

  private authenticate(incoming: Incoming, answer: Answer, context: us_socket_context_t): void {
    const deadline = setTimeout(() => {
      refuse(answer, { status: 503, message: 'The credential could not be checked in time' });
    }, this.sessions.limits.upgradeTimeoutMs);
    const browserToken = browserTokenIn(incoming.header('sec-websocket-protocol'));
    this.gate
      .authenticate(presentedIn(incoming.header, browserToken))
      .then((result) => {
        if ('refusal' in result) this.refuseStranger(answer, incoming, result.refusal);
        else this.admit(result.principal, incoming, answer, context);
      })
      .catch((error: unknown) => {
        this.log.error({ err: error, requestId: incoming.requestId }, 'a handshake failed');
        refuse(answer, { status: 503, message: 'The credential could not be checked' });
      })
      .finally(() => clearTimeout(deadline));
  }

  /** Whoever tries one credential after the other is told to wait. */
  private refuseStranger(answer: Answer, { address }: Incoming, refusal: SessionRefusal): void {
    if (refusal.status === 503) return refuse(answer, refusal);
    const standing = this.gate.chargeUnauthenticated(address);
    if (standing.isRefused) refuseForNow(answer, standing);
    else refuse(answer, refusal);
  }

  private admit(
    principal: Principal,
    incoming: Incoming,
    answer: Answer,
    context: us_socket_context_t,
  ): void {
    if (answer.isSettled) return;
    const { subprotocol, extensions, encoder, decoder } = this.forms.of(incoming);
    const session = this.sessionFor(principal, incoming, encoder);
    if (!(session instanceof Session)) {
      refuse(answer, session);
      return;
    }
    const data: SessionData = { session, decoder };
    const key = incoming.header('sec-websocket-key');
    answer.upgrade((res) => res.upgrade(data, key, subprotocol, extensions, context));
  }

  private sessionFor(
    principal: Principal,
    incoming: Incoming,
    encoder: FrameEncoder | null,
  ): Session | SessionRefusal {
    const unready = this.gate.unreadyReason();
    if (unready !== null) return { status: 503, message: unready };
    const portfolioId = portfolioAsked(incoming.query, principal);
    if (portfolioId === null) {
      const { address, requestId, query } = incoming;
      const { userId, keyId } = principal;
      this.gate.portfolioRefused({ userId, keyId, address, requestId }, query.get('portfolioId') ?? '');
      return SESSION_REFUSALS.FOREIGN_PORTFOLIO;
    }
    if (!this.gate.isOpen(portfolioId)) {
      return { status: 503, message: 'The portfolio is being opened; try again' };
    }
    const forbidden = this.gate.forbiddenReason(portfolioId);
    if (forbidden !== null) return { status: 403, message: forbidden };
    const acting = actingOn(principal, portfolioId);
    const session = new Session(acting, incoming.address, incoming.requestId, this.sessions, encoder);
    this.keySessions.enter(session);
    return session;
  }
}

function refuse(answer: Answer, { status, message }: SessionRefusal): void {
  const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  answer.send({ status, body: nativeEnvelope(status, message), headers });
}

/** Refuses what was tried too often within a minute. */
function refuseForNow(answer: Answer, standing: RequestStanding): void {
  answer.send({ status: 429, body: tooManyText(standing), headers: standingHeaders(standing) });
}
