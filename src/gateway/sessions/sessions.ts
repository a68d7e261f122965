import type { Faults } from '../../exchange/clients/faults.js';
import type { FaultTargets } from '../channels/feeds.js';
import type { GatewayLimits } from '../gateway-limits.js';
import type { Traffic } from '../traffic.js';
import { CLOSE, type CloseCode } from './close-code.js';
import type { Session, SessionContext } from './session.js';
import { WaitingRoom } from './waiting-room.js';

const TICK_MS = 1_000;

/** All open sessions of this process, and those with frames to write. */
export class SessionRegistry implements SessionContext, FaultTargets {
  readonly waiting: WaitingRoom;
  private readonly open = new Set<Session>();
  /** Those that have ended, and are to tell their clients why once these have read what they were sent. */
  private readonly leaving = new Set<Session>();
  private dirty: Session[] = [];
  private flushScheduled = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly limits: GatewayLimits,
    readonly traffic: Traffic,
  ) {
    this.waiting = new WaitingRoom(limits.waitingTotalBytesMax, () => this.makeRoom());
  }

  get size(): number {
    return this.open.size;
  }

  /** Every open session; closing some while walking is allowed. */
  [Symbol.iterator](): IterableIterator<Session> {
    return this.open.values();
  }

  /** The API keys behind the open sessions, each once. */
  keyIds(): ReadonlySet<string> {
    const keyIds = new Set<string>();
    for (const { principal } of this.open) keyIds.add(principal.keyId);
    return keyIds;
  }

  add(session: Session): void {
    this.open.add(session);
    this.timer ??= setInterval(() => this.tick(), Math.min(TICK_MS, this.limits.heartbeatMs));
  }

  remove(session: Session): void {
    this.open.delete(session);
    if (session.waitingBytes > 0) this.leaving.add(session);
    if (this.open.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  /** The transport of a session is gone. */
  gone(session: Session): void {
    this.leaving.delete(session);
  }

  markDirty(session: Session): void {
    this.dirty.push(session);
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    // Whatever was sent outside a journal turn leaves at the end of this turn of the event loop.
    setImmediate(() => {
      this.flushScheduled = false;
      this.flushAll();
    });
  }

  /** Writes what all sessions have queued, one system call each. Call it at the end of a journal turn. */
  flushAll(): void {
    const { dirty } = this;
    if (dirty.length === 0) return;
    this.dirty = [];
    for (const session of dirty) session.flush();
  }

  /** Closes the sessions chosen, after what they have queued was written. */
  closeWhere(isChosen: (session: Session) => boolean, code: CloseCode, reason: string): void {
    for (const session of this.open) {
      if (!isChosen(session)) continue;
      session.flush();
      session.close(code, reason);
    }
  }

  setFaults(portfolioId: string, faults: Faults | null, disconnects: boolean): void {
    for (const session of this.open) {
      if (session.principal.portfolioId !== portfolioId) continue;
      session.setFaults(faults);
      if (disconnects) session.cut();
    }
  }

  /** Ends sessions until less waits: those that have ended already, the oldest first, then those with most waiting. */
  private makeRoom(): void {
    this.abandonLeaving();
    const slow = [...this.open].map((session) => ({ session, bytes: session.waitingBytes }));
    for (const { session, bytes } of slow.sort((one, other) => other.bytes - one.bytes)) {
      if (this.waiting.hasRoom || bytes === 0) break;
      session.close(CLOSE.TOO_SLOW, 'too much is waiting to be read by all clients together');
    }
    // What was handed to the sockets is still there, and may alone be too much.
    this.abandonLeaving();
  }

  private abandonLeaving(): void {
    for (const session of this.leaving) {
      if (this.waiting.hasRoom) return;
      session.abandon();
    }
  }

  private tick(): void {
    const nowMs = performance.now();
    for (const session of this.open) session.tick(nowMs);
  }
}
