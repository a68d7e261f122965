import { CLOSE } from './close-code.js';
import type { Session } from './session.js';
import type { SessionRegistry } from './sessions.js';

/** Up to so many sessions are closed at once. */
const HANDFUL = 100;
/** More of them leave at this rate, since all of them will connect again somewhere. */
const DEPARTURES_PER_SECOND = 1_000;
/** How often it is looked who is to leave. */
const POLL_MS = 20;

/** When each session is to leave at a planned stop: at once where they are few, else one after another. */
export class Departures {
  private readonly startMs = performance.now();
  private readonly afterMsBySession = new Map<Session, number>();

  /** @param spreadMaxMs within this the last one leaves, however many they are. */
  constructor(
    private readonly sessions: SessionRegistry,
    spreadMaxMs: number,
  ) {
    const count = sessions.size;
    if (count <= HANDFUL) return;
    const spreadMs = Math.min(spreadMaxMs, (count / DEPARTURES_PER_SECOND) * 1_000);
    let index = 0;
    for (const session of sessions)
      this.afterMsBySession.set(session, Math.round((index++ / count) * spreadMs));
  }

  /** How long after the beginning of the stop a session leaves. */
  afterMs(session: Session): number {
    return this.afterMsBySession.get(session) ?? 0;
  }

  /**
   * Closes each session with 1012 when it is its turn and it has read what waits for it, and all of them after
   * `deadlineMs` from now. Resolves when none is left, or then.
   */
  async done(deadlineMs: number): Promise<void> {
    const until = performance.now() + deadlineMs;
    while (!this.closeThoseDue(performance.now() >= until)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** True when all are closed. */
  private closeThoseDue(isOver: boolean): boolean {
    const passedMs = performance.now() - this.startMs;
    let isAnyLeft = false;
    for (const session of this.sessions) {
      session.flush();
      if (session.closed) continue;
      if (isOver || (passedMs >= this.afterMs(session) && !session.hasFramesDue)) {
        session.close(CLOSE.RESTARTING, 'restarting');
      } else isAnyLeft = true;
    }
    return !isAnyLeft;
  }
}
