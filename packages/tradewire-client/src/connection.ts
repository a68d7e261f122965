import { TradewireError } from './error.js';
import { Liveness } from './liveness.js';
import { isFinal, reconnectDelayMs } from './reconnect.js';
import type { ChannelFrame, Heartbeat, Hello, Response, SessionFrame } from './session.js';
import type { OpenSocket, Socket, SocketEnd } from './socket.js';
import type { Status } from './status.js';

/** From the first byte to the hello. */
const HELLO_TIMEOUT_MS = 10_000;
/** A session that lasted so long was a good one: what follows it begins with short pauses again. */
const GOOD_AFTER_MS = 10_000;
/** After a session, however short, the pauses begin at two seconds at most. */
const ATTEMPT_AFTER_SESSION_MAX = 3;
const ABNORMAL = 1006;

/** What a connection tells the rest of the client. */
export interface ConnectionListener {
  /** A session has begun, and frames can be sent. */
  begun(hello: Hello): void;
  answered(response: Response): void;
  /** A frame of any channel but `session`. */
  received(frame: ChannelFrame): void;
  heartbeat(heartbeat: Heartbeat): void;
  /** The session is over; another one follows. */
  lost(): void;
  /** No other one follows. */
  ended(error: TradewireError): void;
  /** Whether the server owes an answer. */
  readonly isWaiting: boolean;
  changed(status: Status): void;
}

/**
 * Keeps one session with the server: makes a connection, watches it, and makes the next one when it is lost, as
 * the code says that it ended with.
 */
export class Connection {
  private socket: Socket | null = null;
  private liveness: Liveness | null = null;
  private hello: Hello | null = null;
  /** Until the hello is here, or until the next attempt. */
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** How many connections in a row did not last. */
  private attempt = 0;
  private begunAtMs = 0;
  /** What the notice of a planned stop says about when to come back. */
  private noticeMs: number | null = null;
  private isOver = false;

  constructor(
    private readonly openSocket: OpenSocket,
    private readonly url: string,
    private readonly key: string,
    private readonly listener: ConnectionListener,
  ) {}

  /** Makes the first connection. Throws where the address or the key cannot be used at all. */
  open(): void {
    this.listener.changed({ state: 'CONNECTING', attempt: this.attempt });
    const socket: Socket = this.openSocket(this.url, this.key, {
      received: (text) => {
        if (socket === this.socket) this.receive(text);
      },
      ended: (end) => {
        if (socket === this.socket) this.lose(end);
      },
    });
    this.socket = socket;
    this.timer = setTimeout(() => this.cut('no hello came in time'), HELLO_TIMEOUT_MS);
  }

  send(text: string): void {
    this.socket?.send(text);
  }

  /** Says goodbye, for good. */
  close(): void {
    this.finish(new TradewireError('CLOSED', 'the client was closed'), null);
  }

  private receive(text: string): void {
    this.liveness?.heard();
    const frame = parse(text);
    if (frame === null) return this.cut('the server sent something that is no frame');
    if (!('channel' in frame)) this.listener.answered(frame);
    else if (frame.channel === 'session') this.receiveSession(frame as unknown as SessionFrame);
    else this.listener.received(frame);
  }

  private receiveSession(frame: SessionFrame): void {
    switch (frame.type) {
      case 'hello':
        return this.begin(frame.data);
      case 'heartbeat':
        return this.listener.heartbeat(frame.data);
      case 'stale':
        return this.listener.changed({ state: 'STALE', reason: frame.data.reason ?? '' });
      case 'live':
        return this.listener.changed({ state: 'LIVE', hello: this.hello! });
      case 'shutdown':
        this.noticeMs = frame.data.reconnectAfterMs ?? null;
        return this.listener.changed({ state: 'SHUTTING_DOWN', deadline: frame.data.deadline });
    }
  }

  private begin(hello: Hello): void {
    clearTimeout(this.timer);
    this.hello = hello;
    this.begunAtMs = performance.now();
    this.attempt = Math.min(this.attempt, ATTEMPT_AFTER_SESSION_MAX);
    this.liveness = new Liveness(hello.heartbeatMs, {
      isWaiting: () => this.listener.isWaiting,
      probe: () => this.send('{"id":0,"method":"ping"}'),
      dead: () => this.cut('nothing was heard'),
    });
    this.listener.begun(hello);
    this.listener.changed({ state: 'LIVE', hello });
  }

  private cut(reason: string): void {
    this.socket?.cut();
    this.lose({ code: ABNORMAL, reason, refusal: null });
  }

  private lose(end: SocketEnd): void {
    const { code, reason, refusal } = end;
    if (isFinal(end)) {
      const details = refusal === null ? { closeCode: code } : { status: refusal.status };
      const error = new TradewireError('REFUSED', reason, details);
      return this.finish(error, error);
    }
    const hadSession = this.leave();
    if (hadSession && performance.now() - this.begunAtMs > GOOD_AFTER_MS) this.attempt = 0;
    const retryInMs = reconnectDelayMs(end, this.attempt, Math.random(), this.noticeMs);
    this.noticeMs = null;
    this.attempt++;
    this.timer = setTimeout(() => this.open(), retryInMs);
    if (hadSession) this.listener.lost();
    this.listener.changed({ state: 'DISCONNECTED', code, reason, retryInMs });
  }

  private finish(error: TradewireError, cause: TradewireError | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.socket?.close();
    this.leave();
    this.listener.ended(error);
    this.listener.changed({ state: 'CLOSED', error: cause });
  }

  /** Forgets the connection, and tells whether it had become a session. */
  private leave(): boolean {
    clearTimeout(this.timer);
    this.liveness?.stop();
    const hadSession = this.hello !== null;
    this.socket = null;
    this.liveness = null;
    this.hello = null;
    return hadSession;
  }
}

function parse(text: string): ChannelFrame | Response | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as ChannelFrame | Response | null) : null;
  } catch {
    return null;
  }
}
