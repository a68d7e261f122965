import type { WebSocket, WebSocketBehavior } from 'uWebSockets.js';
import type { Logger } from 'pino';
import type { Admission } from './admission.js';
import type { Session, SessionData } from './session.js';
import type { SessionRegistry } from './sessions.js';
import type { StreamProtocol } from './stream-protocol.js';

/** Carries sessions between uWebSockets.js and a protocol. */
export class Stream {
  /**
   * The frames of sessions that are open but not yet announced. uWebSockets.js 20 may lose what is sent while
   * a delayed handshake completes, so a session is announced in the next turn, and its frames wait until then.
   */
  private readonly early = new Map<Session, string[]>();

  constructor(
    private readonly protocol: StreamProtocol,
    private readonly sessions: SessionRegistry,
    private readonly sessionsPerKey: Admission,
    private readonly sessionsPerAddress: Admission,
    private readonly log: Logger,
  ) {}

  behavior(): Omit<WebSocketBehavior<SessionData>, 'upgrade'> {
    const { limits } = this.sessions;
    return {
      maxPayloadLength: limits.frameReadBytesMax,
      // No limit: a session counts what waits by itself, while uWebSockets.js would drop frames silently.
      maxBackpressure: 0,
      idleTimeout: Math.ceil(limits.idleTimeoutMs / 1_000),
      sendPingsAutomatically: false,
      open: (socket) => this.open(socket),
      message: (socket, message, isBinary) => this.receive(socket, message, isBinary),
      drain: (socket) => this.drain(socket.getUserData().session),
      close: (socket, code) => this.close(socket.getUserData().session, code),
    };
  }

  private open(socket: WebSocket<SessionData>): void {
    const { session } = socket.getUserData();
    session.attach(socket, (ended, code) => this.end(ended, code));
    this.sessions.add(session);
    this.early.set(session, []);
    setImmediate(() => this.announce(session));
  }

  private announce(session: Session): void {
    const early = this.early.get(session);
    if (early === undefined) return;
    this.early.delete(session);
    this.guarded(session, () => this.protocol.opened(session));
    for (const text of early) {
      if (session.closed) return;
      this.guarded(session, () => this.protocol.received(session, text));
    }
  }

  private receive(socket: WebSocket<SessionData>, message: ArrayBuffer, isBinary: boolean): void {
    const { session } = socket.getUserData();
    const { limits, traffic } = this.sessions;
    if (session.closed) return;
    traffic.framesIn++;
    if (isBinary) this.refuse(session, 'Frames must be text');
    else if (message.byteLength > limits.frameBytesMax) {
      this.refuse(session, `A frame may have at most ${limits.frameBytesMax} bytes`);
    } else this.deliver(session, Buffer.from(message).toString('utf8'));
  }

  private deliver(session: Session, text: string): void {
    const early = this.early.size === 0 ? undefined : this.early.get(session);
    if (early !== undefined) {
      early.push(text);
      return;
    }
    // Guarded here, and not by a closure, since every order passes.
    try {
      this.protocol.received(session, text);
    } catch (error) {
      this.report(session, error);
    }
  }

  private refuse(session: Session, message: string): void {
    this.announce(session);
    this.guarded(session, () => this.protocol.unreadable(session, message));
    session.countRefusal();
  }

  /**
   * Goes on in the next turn: uWebSockets.js 20 forgets to wait for the socket when a frame of 16 KiB or more,
   * written while it reports that the socket drained, does not fit.
   */
  private drain(session: Session): void {
    setImmediate(() => {
      if (session.resumeWriting()) this.guarded(session, () => this.protocol.drained(session));
    });
  }

  private close(session: Session, code: number): void {
    session.detach(code);
    // Only now: a session whose last frames are still held for its client takes a place.
    this.sessionsPerKey.leave(session.principal.keyId);
    this.sessionsPerAddress.leave(session.address);
  }

  private end(session: Session, code: number): void {
    this.sessions.remove(session);
    this.sessions.traffic.countClose(code);
    if (this.early.delete(session)) return;
    this.guarded(session, () => this.protocol.closed(session));
  }

  private guarded(session: Session, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.report(session, error);
    }
  }

  private report(session: Session, error: unknown): void {
    this.log.error(
      { err: error, sessionId: session.id, requestId: session.requestId },
      'a stream protocol failed',
    );
  }
}
