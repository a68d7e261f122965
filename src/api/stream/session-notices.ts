import type { Millis } from '../../exchange/units.js';
import type { Departures } from '../../gateway/sessions/departures.js';
import type { Session } from '../../gateway/sessions/session.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import { publishedSeqs } from './published-seqs.js';

/** A copy of the exchange that is older proves nothing. The journal is read twice as often at least. */
const PROOF_AGE_MAX_MS = 1_000;

/** A gateway that has lost its journal, or what it read there, and cannot know what has happened since. */
interface Staleness {
  /** On the exchange's clock. */
  readonly since: Millis;
  /** For people. */
  readonly reason: string;
}

/** A planned stop. */
interface Stop {
  /** When the last session is closed, on the exchange's clock. */
  readonly deadline: Millis;
  readonly departures: Departures;
}

/** What the server tells of itself, and of what was served: the frames of the channel `session` behind the hello. */
export class SessionNotices {
  private staleness: Staleness | null = null;
  private planned: Stop | null = null;

  constructor(
    private readonly venue: Venue,
    private readonly sessions: ReadonlyMap<Session, Client>,
    private readonly heartbeatMs: number,
  ) {}

  /** Whoever joins while something is going on is told of it, too. */
  greet({ session }: Client): void {
    if (this.staleness !== null) this.tellStale(session, this.staleness);
    if (this.planned !== null) this.tellStop(session, this.planned);
  }

  /** The journal does not answer, or does not hold what was served. */
  stale(reason: string): void {
    this.staleness = { since: this.venue.freshAt, reason };
    for (const session of this.sessions.keys()) this.tellStale(session, this.staleness);
  }

  /** It answers again, and everything that happened meanwhile was sent. Does nothing when it was never stale. */
  live(): void {
    if (this.staleness === null) return;
    const since = instant(this.staleness.since);
    this.staleness = null;
    const text = frame('live', { since, serverTime: instant(this.venue.now()) });
    for (const session of this.sessions.keys()) session.send(text);
  }

  /** The gateway stops. */
  stop(deadline: Millis, departures: Departures): void {
    this.planned = { deadline, departures };
    for (const session of this.sessions.keys()) this.tellStop(session, this.planned);
  }

  /**
   * Proves to a quiet stream that nothing was lost: with the position up to which the client was served, and the
   * frame that each of its channels goes on from. A stream with frames waiting is not quiet, and no heartbeat may be
   * what makes its client too slow. A gateway that may be behind proves nothing until it is not.
   */
  heartbeatIfDue(client: Client, nowMs: number): void {
    if (nowMs < client.heartbeatDueMs || !this.isSure) return;
    client.heartbeatDueMs = nowMs + this.heartbeatMs;
    const { session, servedSeq, privateSubscription } = client;
    if (session.bufferedBytes > 0) return;
    const prev = privateSubscription?.lastSeq;
    const channels = publishedSeqs(this.venue, client);
    const serverTime = instant(this.venue.now());
    session.sendPublic(frame('heartbeat', { seq: servedSeq, prev, serverTime, channels }));
  }

  private get isSure(): boolean {
    return this.staleness === null && this.venue.ageMs <= PROOF_AGE_MAX_MS;
  }

  private tellStale(session: Session, { since, reason }: Staleness): void {
    session.send(frame('stale', { since: instant(since), reason }));
  }

  private tellStop(session: Session, { deadline, departures }: Stop): void {
    const reconnectAfterMs = departures.afterMs(session);
    session.send(frame('shutdown', { deadline: instant(deadline), reconnectAfterMs }));
  }
}

function frame(type: string, data: object): string {
  return JSON.stringify({ channel: 'session', type, data });
}

function instant(time: Millis): string {
  return new Date(time).toISOString();
}
