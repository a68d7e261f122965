import type { ErrorCode } from '../../exchange/error-code.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import { CLOSE } from '../../gateway/sessions/close-code.js';
import type { Venue } from '../../gateway/venue.js';
import type { OutcomeCallback } from '../../journal/sent-batch.js';
import type { Client } from './client.js';
import { GUARD_TICK_MS, type GuardPatience, SessionGuard } from './session-guard.js';

export interface GuardLimits {
  readonly guardedPingMs: number;
  readonly guardedSilenceMs: number;
  readonly idleTimeoutMs: number;
}

/** After these a command was certainly not carried out. */
const NOT_DONE: ReadonlySet<ErrorCode | null> = new Set(['UNAVAILABLE', 'OVERLOADED']);

/**
 * This gateway's part in cancelling orders on a disconnect. The exchange itself knows whose end has what cancelled; here
 * it is told of the ends and of the returns. An end that cannot be told is told later, or the others tell it when they
 * find that this gateway is dead.
 */
export class DisconnectGuards {
  private readonly patience: GuardPatience;
  private readonly guarded = new Set<Client>();
  /** Guarded sessions whose end could not be told yet. */
  private readonly untold = new Set<Client>();
  private readonly timer: NodeJS.Timeout;
  private knownReturnAt = 0;

  constructor(
    private readonly venue: Venue,
    { guardedPingMs, guardedSilenceMs, idleTimeoutMs }: GuardLimits,
  ) {
    // Guarded sessions must be pinged more often than uWebSockets.js, which may be 4 s early, cuts silent ones.
    const silenceMs = Math.min(guardedSilenceMs, idleTimeoutMs / 2);
    this.patience = { pingMs: Math.min(guardedPingMs, silenceMs / 3), silenceMs };
    this.timer = setInterval(() => this.tick(), GUARD_TICK_MS);
  }

  /** A session begins. Where that makes a difference the exchange learns it before anything that is placed on it. */
  opened({ session, account, mayTrade }: Client): void {
    const isAwaited = account.guardedSessions > 0 || account.disconnectAt > 0;
    if (!mayTrade || !isAwaited) return;
    this.venue.submit({ kind: 'PORTFOLIO_BACK', account: account.id }, ({ error }) => {
      if (NOT_DONE.has(error)) session.close(CLOSE.RESTARTING, 'the journal cannot be appended to now');
    });
  }

  /** A session asks to be guarded, or to be left alone (null); the outcome comes when that is durable. */
  set(client: Client, graceMs: number | null, desk: CommandDesk, onOutcome: OutcomeCallback): void {
    const { session, account } = client;
    client.guardedBy = this.venue.incarnation;
    const command = { kind: 'GUARD_SESSION', account: account.id, sessionId: session.id, graceMs } as const;
    desk.submit(command, (outcome) => {
      this.follow(client, outcome.error === 'UNKNOWN_OUTCOME');
      onOutcome(outcome);
    });
  }

  /**
   * A session has ended. Its end itself is not heard of its client: that may be noticed late, when the client has been
   * back for long.
   */
  closed(client: Client): void {
    this.guarded.delete(client);
    if (client.guardedBy !== null) this.tell(client);
  }

  /**
   * Entries were applied. Where a portfolio has begun another session, those that it has here are to answer at once, and
   * so is this gateway: else they would seem to have ended before, should they end soon.
   */
  turned(): void {
    const { position, state } = this.venue.exchange;
    const { lastReturnAt, guardedGateways } = state;
    if (this.guarded.size === 0 || lastReturnAt === this.knownReturnAt) return;
    this.knownReturnAt = lastReturnAt;
    let isConcerned = false;
    for (const { account, guard, session } of this.guarded) {
      const returnedAt = account.returns.at(-1)?.position ?? 0;
      if (guard === null || returnedAt <= guard.answeredAt) continue;
      guard.answeredAt = position;
      isConcerned = true;
      session.ping();
    }
    const own = guardedGateways.get(this.venue.incarnation);
    if (isConcerned && own !== undefined && own.heardAt < lastReturnAt) {
      this.venue.submit({ kind: 'TICK' }, () => undefined);
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    for (const { guard } of this.guarded) guard?.tick();
    const untold = [...this.untold];
    this.untold.clear();
    for (const client of untold) this.tell(client);
  }

  /** Listens to a session that is guarded, or may be, and not to another. One may have ended before it was guarded. */
  private follow(client: Client, mayBeGuarded: boolean): void {
    const { session } = client;
    const isGuarded = mayBeGuarded || this.venue.exchange.isGuarded(this.venue.incarnation, session.id);
    if (session.closed) {
      if (isGuarded) this.tell(client);
    } else if (isGuarded) {
      client.guard ??= new SessionGuard(session, this.venue, this.patience);
      this.guarded.add(client);
    } else {
      client.guard?.end();
      client.guard = null;
      this.guarded.delete(client);
    }
  }

  /** A run of this gateway that has ended, as when the exchange was rebuilt, is given up like one that died. */
  private tell(client: Client): void {
    if (client.guardedBy !== this.venue.incarnation) return;
    const heardAt = client.guard?.heardAt ?? this.venue.exchange.position;
    this.venue.submit({ kind: 'SESSION_LOST', sessionId: client.session.id, heardAt }, ({ error }) => {
      if (NOT_DONE.has(error)) this.untold.add(client);
    });
  }
}
