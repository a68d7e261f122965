import type { Logger } from 'pino';
import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Millis } from '../../exchange/units.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { RequestLimits } from '../../gateway/charging/request-limits.js';
import { parseJson } from '../../gateway/http/json.js';
import { CLOSE } from '../../gateway/sessions/close-code.js';
import type { Departures } from '../../gateway/sessions/departures.js';
import type { Session } from '../../gateway/sessions/session.js';
import type { StreamProtocol } from '../../gateway/sessions/stream-protocol.js';
import type { Venue } from '../../gateway/venue.js';
import type { EventSessions } from '../request/event-stream.js';
import { accountMethods } from './account-methods.js';
import { channelMethods } from './channel-methods.js';
import { Client } from './client.js';
import { DisconnectGuards, type GuardLimits } from './disconnect-guards.js';
import { marginMethods } from './margin-methods.js';
import type { MethodTable } from './method.js';
import { orderMethods } from './order-methods.js';
import { plainId } from './plain-id.js';
import { queryMethods } from './query-methods.js';
import { type Request, RequestDispatch } from './request-dispatch.js';
import { errorText, limitedText, Responder } from './responder.js';
import { sessionMethods } from './session-methods.js';
import { SessionNotices } from './session-notices.js';
import { readmit, resumePrivate, subscribePrivate, unsubscribeAll } from './subscriptions.js';

const ID_LENGTH_MAX = 64;
/** A longer frame is not parsed when there is no room to handle it: that alone would keep a gateway busy. */
const PARSED_CHARS_MAX = 4_096;
/** How often it is looked whose heartbeat is due, and whose credential has expired. */
const TICK_MS = 500;
const REBUILT = 'the exchange was rebuilt';

export interface StreamLimits extends GuardLimits {
  readonly heartbeatMs: number;
  /** More requests of one session without a response are refused with `OVERLOADED`. */
  readonly requestsInFlightMax: number;
  /** More channels of one session are refused with `INVALID_REQUEST`. */
  readonly subscriptionsMax: number;
  /** JSON nested deeper is refused with `INVALID_JSON`. */
  readonly jsonDepthMax: number;
}

type OnRequest = (client: Client, request: Request, responder: Responder) => void;

/** The native protocol of `GET /v1/ws`; docs/protocol.md is its contract. */
export class StreamApi implements StreamProtocol, EventSessions {
  private readonly clients = new Map<Session, Client>();
  private readonly dispatch: RequestDispatch;
  private readonly guards: DisconnectGuards;
  readonly notices: SessionNotices;
  private readonly ticks: NodeJS.Timeout;

  constructor(
    private readonly venue: Venue,
    private readonly history: PrivateHistory,
    private readonly requests: RequestLimits,
    private readonly limits: StreamLimits,
    log: Logger,
  ) {
    this.guards = new DisconnectGuards(venue, limits);
    const tables: MethodTable = {
      ...channelMethods(venue, history, limits.subscriptionsMax),
      ...sessionMethods(venue, requests, this.guards),
      ...orderMethods(venue),
      ...accountMethods(venue),
      ...marginMethods(venue),
      ...queryMethods(venue, history.past),
    };
    this.dispatch = new RequestDispatch(
      new Map(Object.entries(tables)),
      venue,
      requests,
      limits.requestsInFlightMax,
      log,
    );
    this.notices = new SessionNotices(venue, this.clients, limits.heartbeatMs);
    this.ticks = setInterval(() => this.tick(), TICK_MS);
  }

  opened(session: Session): void {
    const account = this.venue.exchange.findPortfolio(session.principal.portfolioId);
    if (account === undefined) session.close(CLOSE.RESTARTING, REBUILT);
    else this.guards.opened(this.greet(session, account));
  }

  /** One that only listens is no return of a bot whose orders are to be cancelled. */
  beginEvents(
    session: Session,
    account: Account,
    channels: readonly PrivateChannel[],
    since: number | null,
  ): void {
    if (!this.history.isPresent(account)) return session.close(CLOSE.RESTARTING, REBUILT);
    const client = this.greet(session, account);
    if (since === null) subscribePrivate(this.venue, client, channels);
    else resumePrivate(this.venue, this.history, client, channels, since);
  }

  received(session: Session, text: string): void {
    this.read(session, text, this.take);
  }

  overloaded(session: Session, text: string): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    const id = plainId(text);
    if (id !== null) turnAway(client, null, new Responder(client, id, this.venue));
    else if (text.length <= PARSED_CHARS_MAX) this.read(session, text, turnAway);
    else session.respond(`{"id":null,"error":${errorText('OVERLOADED')}}`);
  }

  unreadable(session: Session, message: string): void {
    const client = this.clients.get(session);
    if (client !== undefined) this.refuseFrame(client, errorText('INVALID_REQUEST', undefined, message));
  }

  drained(session: Session): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    client.replay?.proceed();
    readmit(this.venue, client);
  }

  closed(session: Session): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    this.clients.delete(session);
    unsubscribeAll(this.venue, client);
    this.guards.closed(client);
  }

  /** Entries were applied to the exchange. */
  turned(): void {
    this.guards.turned();
  }

  /** Tells all clients until when they should have left, and takes nothing any more that changes something. */
  drain(deadline: Millis, departures: Departures): void {
    this.dispatch.drain();
    this.notices.stop(deadline, departures);
  }

  /** Ends the timers; to be called when all sessions are closed. */
  stop(): void {
    clearInterval(this.ticks);
    this.guards.stop();
  }

  /** Made once, so that a frame makes no closure. */
  private readonly take: OnRequest = (client, request, responder) =>
    this.dispatch.take(client, request, responder);

  /** Hands on what a frame asks for; one that asks for nothing is refused. */
  private read(session: Session, text: string, onRequest: OnRequest): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    const request = parse(text, this.limits.jsonDepthMax);
    if (request === null) return this.reject(client, errorText('INVALID_JSON'));
    const id = idText(request.id);
    if (id === null) {
      const errors = { id: [`id must be a string of 1 to ${ID_LENGTH_MAX} characters or a safe integer`] };
      return this.reject(client, errorText('INVALID_REQUEST', { errors }));
    }
    onRequest(client, request, new Responder(client, id, this.venue));
  }

  private tick(): void {
    const nowMs = performance.now();
    const now = this.venue.now();
    for (const client of this.clients.values()) {
      this.notices.heartbeatIfDue(client, nowMs);
      const { expiresAt } = client.session.principal;
      if (expiresAt !== null && expiresAt <= now) closeExpired(client.session);
    }
  }

  private greet(session: Session, account: Account): Client {
    const { exchange } = this.venue;
    session.setFaults(account.faults);
    const { meterId, payingPortfolioId } = session.principal;
    const payer = exchange.findPortfolio(payingPortfolioId) ?? account;
    const client = new Client(session, account, { meterId, payer });
    this.clients.set(session, client);
    const { limit, remaining, resetTime } = this.requests.standingOf(client.meter);
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
    client.heartbeatDueMs = performance.now() + this.limits.heartbeatMs;
    this.notices.greet(client);
    return client;
  }

  /** Answers a frame that has no usable id. */
  private reject(client: Client, error: string): void {
    this.refuseFrame(client, error);
    client.session.countRefusal();
  }

  /** An invalid frame is charged like a request. */
  private refuseFrame({ session, meter }: Client, error: string): void {
    const refusal = this.requests.refusalOf(meter, 1, false);
    session.respond(`{"id":null,"error":${refusal === null ? error : limitedText(refusal)}}`);
    this.requests.charge(meter, 1, false, null);
  }
}

function turnAway(_client: Client, _request: Request | null, responder: Responder): void {
  responder.fail('OVERLOADED');
}

/** Ends a session that began with a token which is no longer good. */
function closeExpired(session: Session): void {
  session.flush();
  session.close(CLOSE.CREDENTIAL_REVOKED, 'the credential is expired');
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
