import type { WebSocket, WebSocketBehavior } from 'uWebSockets.js';
import type { Session, SessionCarrier } from '../sessions/session.js';
import type { SessionHost } from '../sessions/session-host.js';
import { FrameTurns } from './frame-turns.js';
import { LostTransport } from './lost-transport.js';
import { type SessionData, WebSocketTransport } from './web-socket-transport.js';

/** uWebSockets.js's compression options, which its types do not export as values. */
const DISABLED = 0;
const SHARED_COMPRESSOR = 1;

/** Carries sessions between uWebSockets.js and a protocol. */
export class Stream implements SessionCarrier {
  /**
   * The frames of sessions that are open but not yet announced. uWebSockets.js 20 may lose what is sent while
   * a delayed handshake completes, so a session is announced in the next turn, and its frames wait until then.
   */
  private readonly early = new Map<Session, string[]>();
  private readonly turns: FrameTurns<Session>;
  /** Sessions whose clients have gone, and the codes of that: they end once what these sent before is handled. */
  private readonly leaving = new Map<Session, number>();

  /** @param mayCompress true where a handshake may agree on compression. */
  constructor(
    private readonly host: SessionHost,
    private readonly mayCompress: boolean,
  ) {
    this.turns = new FrameTurns(host.sessions.limits.framesWaitingBytesMax, (session, text) => {
      host.received(session, text);
      if (this.leaving.size > 0) this.leaveIfDone(session);
    });
  }

  behavior(): Omit<WebSocketBehavior<SessionData>, 'upgrade'> {
    const { limits } = this.host.sessions;
    return {
      // Of what a compressed frame comes to, too.
      maxPayloadLength: limits.frameReadBytesMax,
      // One compressor for all sockets, so that a socket takes no memory for it. Without an agreement it is not used.
      compression: this.mayCompress ? SHARED_COMPRESSOR : DISABLED,
      // No limit: a session counts what waits by itself, while uWebSockets.js would drop frames silently.
      maxBackpressure: 0,
      idleTimeout: Math.ceil(limits.idleTimeoutMs / 1_000),
      sendPingsAutomatically: false,
      open: (socket) => this.open(socket),
      message: (socket, message, isBinary) => this.receive(socket, message, isBinary),
      drain: (socket) => this.host.drained(socket.getUserData().session),
      pong: (socket) => socket.getUserData().session.onHeard?.(),
      close: (socket, code) => this.gone(socket.getUserData().session, code),
    };
  }

  received(session: Session, text: string): void {
    if (!this.turns.take(session, text)) this.turnAway(session, text);
  }

  hasReceived(session: Session): boolean {
    return this.turns.hasWaiting(session);
  }

  dropReceived(session: Session): void {
    this.turns.forget(session);
  }

  caughtUp(session: Session): void {
    this.host.caughtUp(session);
  }

  end(session: Session, code: number): void {
    this.turns.forget(session);
    this.leaving.delete(session);
    if (this.early.delete(session)) this.host.forget(session, code);
    else this.host.end(session, code);
  }

  private open(socket: WebSocket<SessionData>): void {
    const { session } = socket.getUserData();
    const { sessions } = this.host;
    const transport = new WebSocketTransport(socket, sessions.limits.heartbeatMs);
    session.attach(transport, this);
    sessions.add(session);
    this.early.set(session, []);
    setImmediate(() => this.announce(session));
  }

  private announce(session: Session): void {
    const early = this.early.get(session);
    if (early === undefined) return;
    this.early.delete(session);
    const { host } = this;
    host.guarded(session, () => host.protocol.opened(session));
    for (const text of early) {
      if (session.closed) return;
      this.deliver(session, text);
    }
  }

  /** A socket is gone. What came over it before is handled, as a cancel that a bot sends when it leaves. */
  private gone(session: Session, code: number): void {
    const hasEarly = (this.early.get(session)?.length ?? 0) > 0;
    if (session.closed || !(hasEarly || this.turns.hasWaiting(session))) return this.host.gone(session, code);
    session.attach(new LostTransport((endCode) => this.host.gone(session, endCode)), this);
    this.announce(session);
    if (session.closed) return;
    this.leaving.set(session, code);
    this.leaveIfDone(session);
  }

  private leaveIfDone(session: Session): void {
    const code = this.leaving.get(session);
    if (code !== undefined && !this.turns.hasWaiting(session)) this.host.gone(session, code);
  }

  private receive(socket: WebSocket<SessionData>, message: ArrayBuffer, isBinary: boolean): void {
    const { session, decoder } = socket.getUserData();
    const { limits, traffic } = this.host.sessions;
    if (session.closed) return;
    session.onHeard?.();
    traffic.framesIn++;
    if (!session.conduct.countFrame()) {
      this.refuse(session, `A session may send at most ${limits.framesPerSecondMax} frames in a second`);
    } else if (isBinary !== (decoder !== null)) {
      this.refuse(session, decoder === null ? 'Frames must be text' : 'Frames must be binary');
    } else if (message.byteLength > limits.frameBytesMax) {
      this.refuse(session, `A frame may have at most ${limits.frameBytesMax} bytes`);
    } else if (decoder === null) this.deliver(session, Buffer.from(message).toString('utf8'));
    else {
      const text = decoder.decode(message);
      if (text === null) this.refuse(session, 'Frames must be MessagePack of what JSON can say');
      else this.deliver(session, text);
    }
  }

  private deliver(session: Session, text: string): void {
    const early = this.early.size === 0 ? undefined : this.early.get(session);
    if (early !== undefined) {
      early.push(text);
      return;
    }
    const isHeldUp = session.holdsUp(text);
    if (isHeldUp === false) this.received(session, text);
    else if (isHeldUp === null) this.refuse(session, 'Too many frames wait for the latency to pass');
  }

  /**
   * Answers a frame for which there is no room, in the turn in which it came. That is over soon: such a frame counts as
   * refused, and one who sends on and does not even read is not waited for.
   */
  private turnAway(session: Session, text: string): void {
    this.host.guarded(session, () => this.host.protocol.overloaded(session, text));
    session.countRefusal();
    session.abandon();
  }

  private refuse(session: Session, message: string): void {
    this.announce(session);
    this.host.guarded(session, () => this.host.protocol.unreadable(session, message));
    session.countRefusal();
  }
}
