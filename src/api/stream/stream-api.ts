import type { Logger } from 'pino';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import { CLOSE } from '../../gateway/close-code.js';
import { parseJson } from '../../gateway/json.js';
import type { RequestLimits, RequestStanding } from '../../gateway/request-limits.js';
import type { Session } from '../../gateway/session.js';
import type { StreamProtocol } from '../../gateway/stream-protocol.js';
import type { Venue } from '../../gateway/venue.js';
import { accountMethods } from './account-methods.js';
import { channelMethods } from './channel-methods.js';
import { Client } from './client.js';
import { DisconnectGuard } from './disconnect-guard.js';
import { marginMethods } from './margin-methods.js';
import type { Method, MethodCost, MethodTable } from './method.js';
import { batchCost, orderMethods } from './order-methods.js';
import { queryMethods } from './query-methods.js';
import { errorText, Responder } from './responder.js';
import { sessionMethods } from './session-methods.js';
import { unsubscribeAll } from './subscriptions.js';

const ID_LENGTH_MAX = 64;
/** How often it is looked whose credential has expired. */
const EXPIRY_CHECK_MS = 1_000;

export interface StreamLimits {
  readonly heartbeatMs: number;
  /** More requests of one session without a response are refused with `OVERLOADED`. */
  readonly requestsInFlightMax: number;
  /** More channels of one session are refused with `INVALID_REQUEST`. */
  readonly subscriptionsMax: number;
  /** JSON nested deeper is refused with `INVALID_JSON`. */
  readonly jsonDepthMax: number;
}

interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** The native protocol of `GET /v1/ws`; docs/protocol.md is its contract. */
export class StreamApi implements StreamProtocol {
  private readonly clients = new Map<Session, Client>();
  private readonly methods: ReadonlyMap<string, Method>;
  private readonly guard: DisconnectGuard;
  private readonly heartbeats: NodeJS.Timeout;
  private readonly expiryChecks: NodeJS.Timeout;
  private isDraining = false;

  constructor(
    private readonly venue: Venue,
    history: PrivateHistory,
    private readonly requests: RequestLimits,
    private readonly limits: StreamLimits,
    private readonly log: Logger,
  ) {
    const tables: MethodTable = {
      ...channelMethods(venue, history, limits.subscriptionsMax),
      ...sessionMethods(venue, requests),
      ...orderMethods(venue),
      ...accountMethods(venue),
      ...marginMethods(venue),
      ...queryMethods(venue, history.past),
    };
    this.methods = new Map(Object.entries(tables));
    this.guard = new DisconnectGuard(venue);
    this.heartbeats = setInterval(() => this.heartbeat(), limits.heartbeatMs);
    this.expiryChecks = setInterval(() => this.closeExpired(), EXPIRY_CHECK_MS);
  }

  opened(session: Session): void {
    const { exchange } = this.venue;
    const account = exchange.findPortfolio(session.principal.portfolioId);
    if (account === undefined) return session.close(CLOSE.RESTARTING, 'the exchange is being rebuilt');
    const client = new Client(session, account);
    this.clients.set(session, client);
    this.guard.connected(client);
    const { limit, remaining, resetTime } = this.requests.standingOf(session.principal);
    session.send(
      JSON.stringify({
        channel: 'session',
        type: 'hello',
        data: {
          sessionId: session.id,
          userId: session.principal.userId,
          portfolioId: account.portfolioId,
          scopes: session.principal.scopes,
          epoch: exchange.epoch,
          seq: account.seq,
          serverTime: new Date(this.venue.now()).toISOString(),
          heartbeatMs: this.limits.heartbeatMs,
          rateLimit: { limit, remaining, resetTime },
        },
      }),
    );
  }

  received(session: Session, text: string): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    const request = parse(text, this.limits.jsonDepthMax);
    if (request === null) return this.reject(client, errorText('INVALID_JSON'));
    const id = idText(request.id);
    if (id === null) {
      const errors = { id: [`id must be a string of 1 to ${ID_LENGTH_MAX} characters or a safe integer`] };
      return this.reject(client, errorText('INVALID_REQUEST', { errors }));
    }
    this.dispatch(client, request, new Responder(client, id));
  }

  unreadable(session: Session, message: string): void {
    this.refuseFrame(session, errorText('INVALID_REQUEST', undefined, message));
  }

  drained(session: Session): void {
    this.clients.get(session)?.replay?.proceed();
  }

  closed(session: Session): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    this.clients.delete(session);
    unsubscribeAll(this.venue, client);
    this.guard.disconnected(client);
  }

  /** Tells all clients until when they should have left, and takes nothing any more that changes something. */
  drain(deadline: Date): void {
    this.isDraining = true;
    const data = { deadline: deadline.toISOString() };
    const frame = JSON.stringify({ channel: 'session', type: 'shutdown', data });
    for (const session of this.clients.keys()) session.send(frame);
  }

  /** Ends the timers; to be called when all sessions are closed. */
  stop(): void {
    clearInterval(this.heartbeats);
    clearInterval(this.expiryChecks);
    this.guard.stop();
  }

  /**
   * Proves to quiet streams that nothing was lost: with each, the position up to which the client was served.
   * A stream with frames waiting is not quiet, and no heartbeat may be what makes its client too slow.
   */
  private heartbeat(): void {
    const serverTime = new Date(this.venue.now()).toISOString();
    for (const { servedSeq, session } of this.clients.values()) {
      if (session.bufferedBytes > 0) continue;
      const data = { seq: servedSeq, serverTime };
      session.sendPublic(JSON.stringify({ channel: 'session', type: 'heartbeat', data }));
    }
  }

  /** Closes the sessions that began with a token which is no longer good. */
  private closeExpired(): void {
    const now = this.venue.now();
    for (const session of this.clients.keys()) {
      const { expiresAt } = session.principal;
      if (expiresAt === null || expiresAt > now) continue;
      session.flush();
      session.close(CLOSE.CREDENTIAL_REVOKED, 'the credential is expired');
    }
  }

  private dispatch(client: Client, request: Request, responder: Responder): void {
    const { params = {} } = request;
    const method = typeof request.method === 'string' ? this.methods.get(request.method) : undefined;
    if (!this.isCharged(client, method?.cost ?? 'ONE', params, responder)) return;
    if (typeof request.method !== 'string') {
      return responder.fail('INVALID_REQUEST', { errors: { method: ['method must be a string'] } });
    }
    if (method === undefined) return responder.fail('UNKNOWN_METHOD');
    if (!isPermitted(client, method)) return responder.fail('FORBIDDEN');
    if (this.isDraining && method.scope === 'trade') return responder.fail('UNAVAILABLE');
    if (client.inFlight > this.limits.requestsInFlightMax) return responder.fail('OVERLOADED');
    if (!method.validator.accepts(params)) {
      return responder.fail('INVALID_REQUEST', { errors: method.validator.errorsOf(params) });
    }
    const { method: name } = request;
    try {
      const pending = method.handle(client, params, responder);
      if (pending !== undefined)
        pending.catch((error: unknown) => this.failed(client, name, responder, error));
    } catch (error) {
      this.failed(client, name, responder, error);
    }
  }

  private failed({ session }: Client, method: string, responder: Responder, error: unknown): void {
    this.log.error({ err: error, method, sessionId: session.id }, 'a method failed');
    responder.fail('INTERNAL');
  }

  /** Charges a request before anything is done for it; false, and it is answered, where it is one too many. */
  private isCharged({ session }: Client, cost: MethodCost, params: unknown, responder: Responder): boolean {
    if (cost === 'NOTHING') return true;
    const standing =
      cost === 'CANCEL'
        ? this.requests.chargeCancel(session.principal)
        : this.requests.charge(session.principal, cost === 'ORDERS' ? batchCost(params) : 1);
    if (standing.isRefused) responder.fail('RATE_LIMITED', detailsOf(standing));
    return !standing.isRefused;
  }

  /** Answers a frame that has no usable id. */
  private reject(client: Client, error: string): void {
    this.refuseFrame(client.session, error);
    client.session.countRefusal();
  }

  /** An invalid frame is charged like a request. */
  private refuseFrame(session: Session, error: string): void {
    const standing = this.requests.charge(session.principal, 1);
    const text = standing.isRefused ? errorText('RATE_LIMITED', detailsOf(standing)) : error;
    session.send(`{"id":null,"error":${text}}`);
  }
}

/** What a client that made too many requests needs to go on. */
function detailsOf({ limit, remaining, resetTime }: RequestStanding): object {
  return { limit, remaining, resetTime };
}

function isPermitted(client: Client, { scope }: Method): boolean {
  if (scope === null) return true;
  return scope === 'read' ? client.mayRead : client.mayTrade;
}

function parse(text: string, depthMax: number): Request | null {
  const parsed = parseJson(text, depthMax);
  if ('fault' in parsed) return null;
  const { value } = parsed;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

function idText(id: unknown): string | null {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? `${id}` : null;
  if (typeof id !== 'string' || id.length === 0 || id.length > ID_LENGTH_MAX) return null;
  return JSON.stringify(id);
}
