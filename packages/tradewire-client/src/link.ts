import type { CallTerms } from './call.js';
import { Connection, type ConnectionListener } from './connection.js';
import type { TradewireError } from './error.js';
import { Feeds } from './feeds.js';
import type { PrivateItem } from './private-event.js';
import { PrivateStream } from './private-stream.js';
import { Requests } from './requests.js';
import type { ChannelFrame, Cursor, Heartbeat, Hello, Response } from './session.js';
import type { OpenSocket } from './socket.js';
import type { Status } from './status.js';

const SESSION_TERMS: CallTerms = {
  kind: 'SESSION',
  timeoutMs: Number.POSITIVE_INFINITY,
  waitsForLimit: true,
};

/** What a session is asked for to guard the orders of its portfolio when it ends. */
export interface Guard {
  readonly enabled: boolean;
  readonly graceMs: number;
}

/**
 * What a client is made of: the connection, and whatever outlives its loss. Each new session is told first what it
 * must guard, then what is to be sent by it, and gets the requests without an answer last: so nothing happens
 * unguarded or unseen.
 */
export class Link implements ConnectionListener {
  /** Resolves with the first session. */
  readonly ready: Promise<Hello>;
  readonly requests: Requests;
  readonly feeds: Feeds;
  status: Status = { state: 'CONNECTING', attempt: 0 };
  readonly statusListeners = new Set<(status: Status) => void>();
  /** What was granted last, and each session is asked for; null where the end of none cancels anything. */
  private guard: Guard | null = null;
  /** Why the present session does not guard what the one before did. */
  private guardRefusal: TradewireError | null = null;
  private readonly connection: Connection;
  private stream: PrivateStream | null = null;
  private hello: Hello | null = null;
  private end: TradewireError | null = null;
  private settleReady!: {
    readonly resolve: (hello: Hello) => void;
    readonly reject: (error: TradewireError) => void;
  };

  constructor(openSocket: OpenSocket, url: string, key: string) {
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    // Whoever does not wait for it is told by whatever else is asked for.
    this.ready.catch(() => undefined);
    this.connection = new Connection(openSocket, url, key, this);
    this.requests = new Requests((text) => this.connection.send(text));
    this.feeds = new Feeds(this.requests);
    this.connection.open();
  }

  close(): void {
    this.connection.close();
  }

  /** Begins to read the private events. Throws while they are being read. */
  events(since: Cursor | null): AsyncIterableIterator<PrivateItem, undefined> {
    if (this.stream !== null && !this.stream.isOver) throw new Error('the events are being read already');
    this.stream = new PrivateStream(this.requests, since);
    if (this.end !== null) this.stream.end(causeOf(this.end));
    else if (this.hello !== null) this.stream.begin(this.hello.epoch);
    return this.stream.items;
  }

  /** The present session has granted it. */
  granted(guard: Guard): void {
    this.guard = guard.enabled ? guard : null;
    this.guardRefusal = null;
    if (this.status.state === 'UNGUARDED') this.changed({ state: 'LIVE', hello: this.status.hello });
  }

  get isWaiting(): boolean {
    return this.requests.isWaiting;
  }

  begun(hello: Hello): void {
    this.hello = hello;
    this.requests.begin();
    this.guardRefusal = null;
    if (this.guard !== null) this.renewGuard(this.guard, hello);
    this.stream?.begin(hello.epoch);
    this.feeds.begin();
    this.requests.resume();
    this.settleReady.resolve(hello);
  }

  answered(response: Response): void {
    this.requests.answer(response);
  }

  received(frame: ChannelFrame): void {
    if (PrivateStream.carries(frame.channel)) this.stream?.receive(frame);
    else this.feeds.receive(frame);
  }

  heartbeat({ seq, channels = {} }: Heartbeat): void {
    this.stream?.heartbeat(seq);
    this.feeds.heartbeat(channels);
  }

  lost(): void {
    this.hello = null;
    this.stream?.lose();
    this.feeds.lose();
    this.requests.lose();
  }

  ended(error: TradewireError): void {
    this.end = error;
    this.hello = null;
    this.stream?.end(causeOf(error));
    this.feeds.finish(causeOf(error));
    this.requests.finish(error);
    this.settleReady.reject(error);
  }

  changed(status: Status): void {
    const { guardRefusal: error } = this;
    const isUnguarded = status.state === 'LIVE' && error !== null;
    this.status = isUnguarded ? { state: 'UNGUARDED', hello: status.hello, error } : status;
    for (const listener of this.statusListeners) this.tell(listener, this.status);
  }

  /** What a listener throws is for whoever made it: the client goes on, and it comes to light as uncaught. */
  private tell(listener: (status: Status) => void, status: Status): void {
    try {
      listener(status);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private renewGuard(guard: Guard, hello: Hello): void {
    this.requests.call('session.cancelOnDisconnect', guard, SESSION_TERMS).catch((error: TradewireError) => {
      // Of a session that is over it means nothing: the next one is asked for itself.
      if (this.hello !== hello) return;
      this.guardRefusal = error;
      this.changed({ state: 'UNGUARDED', hello, error });
    });
  }
}

/** What a loop ends with: nothing where the client was closed on purpose. */
function causeOf(error: TradewireError): TradewireError | null {
  return error.code === 'CLOSED' ? null : error;
}
