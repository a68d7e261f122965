import type { Logger } from 'pino';
import type { Admission } from '../admission.js';
import type { KeySessions } from './key-sessions.js';
import type { Session, SessionCarrier } from './session.js';
import type { SessionRegistry } from './sessions.js';
import type { StreamProtocol } from './stream-protocol.js';

/** Stands between sessions and the protocol that is spoken over them, whatever carries them. */
export class SessionHost implements SessionCarrier {
  constructor(
    readonly protocol: StreamProtocol,
    readonly sessions: SessionRegistry,
    readonly keySessions: KeySessions,
    readonly perAddress: Admission,
    private readonly log: Logger,
  ) {}

  /**
   * The transport of a session can take more. Goes on in the next turn: uWebSockets.js 20 forgets to wait for the
   * socket when a frame of 16 KiB or more, written while it reports that the socket drained, does not fit.
   */
  drained(session: Session): void {
    setImmediate(() => {
      if (session.resumeWriting()) this.caughtUp(session);
    });
  }

  received(session: Session, text: string): void {
    // Guarded here, and not by a closure, since every order passes.
    try {
      this.protocol.received(session, text);
    } catch (error) {
      this.report(session, error);
    }
  }

  /** What is no WebSocket receives nothing, and a WebSocket's frames wait elsewhere. */
  hasReceived(): boolean {
    return false;
  }

  dropReceived(): void {}

  caughtUp(session: Session): void {
    this.guarded(session, () => this.protocol.drained(session));
  }

  /** The transport of a session is gone. */
  gone(session: Session, code: number): void {
    session.detach(code);
    this.sessions.gone(session);
    // Only now: a session whose last frames are still held for its client takes a place.
    this.keySessions.leave(session);
    this.perAddress.leave(session.address);
  }

  /** A session has ended that the protocol knows. */
  end(session: Session, code: number): void {
    this.forget(session, code);
    this.guarded(session, () => this.protocol.closed(session));
  }

  /** A session has ended that the protocol was not told of yet. */
  forget(session: Session, code: number): void {
    this.sessions.remove(session);
    this.sessions.traffic.countClose(code);
  }

  /** Calls the protocol; an exception is logged. */
  guarded(session: Session, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.report(session, error);
    }
  }

  report(session: Session, error: unknown): void {
    this.log.error(
      { err: error, sessionId: session.id, requestId: session.requestId },
      'a stream protocol failed',
    );
  }
}
