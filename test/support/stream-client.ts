import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { type BookFrame, LocalBook } from './local-book.js';
import type { OrderData, PrivateData } from './stream-data.js';
import { checkFrame, checkRefusal, checkResponse } from './stream-document.js';
import type { Tradewire } from './tradewire.js';
import { until } from './until.js';

/** A frame that is not a response. */
export interface Frame<Data = unknown> {
  readonly channel: string;
  readonly type?: string;
  readonly seq?: number;
  readonly prev?: number;
  readonly time?: string;
  readonly replay?: true;
  readonly data: Data;
}

export interface Hello {
  readonly sessionId: string;
  readonly userId: string;
  readonly portfolioId: string;
  readonly scopes: readonly string[];
  readonly epoch: string;
  readonly seq: number;
  readonly serverTime: string;
  readonly heartbeatMs: number;
  readonly rateLimit: { readonly limit: number | null };
}

/** An error response. */
export class StreamError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: unknown,
  ) {
    super(`${code}: ${message}`);
  }
}

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

interface Response {
  readonly id: string | number | null;
  readonly result?: unknown;
  readonly error?: ErrorBody;
}

/** How messages look on the wire, and the subprotocol that asks for it. */
export interface Encoding {
  readonly subprotocol: string;
  readonly isBinary: boolean;
  encode(message: unknown): string | Uint8Array;
  decode(bytes: Buffer): unknown;
}

const JSON_TEXT: Encoding = {
  subprotocol: 'tradewire.v1',
  isBinary: false,
  encode: (message) => JSON.stringify(message),
  decode: (bytes) => JSON.parse(String(bytes)) as unknown,
};

export const MESSAGE_PACK: Encoding = {
  subprotocol: 'tradewire.v1.msgpack',
  isBinary: true,
  encode,
  decode,
};

interface Waiting {
  readonly request: object;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const PRIVATE_CHANNELS = new Set(['orders', 'fills', 'positions', 'account', 'funding', 'liquidations']);

/**
 * A client that knows only the protocol. On every frame it asserts what the protocol promises: one response to each
 * request, events and deltas in unbroken chains, right checksums, and everything as the AsyncAPI document says. A broken promise is an uncaught error, which
 * fails the run wherever the test is at that moment.
 */
export class StreamClient {
  readonly frames: Frame[] = [];
  readonly books = new Map<string, LocalBook>();
  /** Responses to no request: their id is null. */
  readonly strays: ErrorBody[] = [];
  /** The position of the last private event or snapshot; null before the first. */
  seq: number | null = null;
  readonly closed: Promise<{ code: number; reason: string }>;
  private lastId = 0;
  private readonly waiting = new Map<string | number, Waiting>();
  private readonly positions = new Map<string, number>();

  private constructor(
    readonly socket: WebSocket,
    private readonly encoding: Encoding,
  ) {
    socket.on('message', (bytes: Buffer, isBinary) => {
      assert.equal(isBinary, encoding.isBinary, 'all frames are of one kind');
      this.receive(encoding.decode(bytes));
    });
    socket.on('error', () => {});
    this.closed = once(socket, 'close').then(([code, reason]) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`closed with ${code}`));
      this.waiting.clear();
      return { code: code as number, reason: String(reason) };
    });
    // A refused connection is told of by `connect`; nobody waits for its end.
    this.closed.catch(() => undefined);
  }

  /** Resolves once the hello frame is here. */
  static async connect(
    tradewire: Tradewire,
    key = tradewire.apiKey,
    { query = '', encoding = JSON_TEXT }: { query?: string; encoding?: Encoding } = {},
  ): Promise<StreamClient> {
    const headers = { authorization: `Bearer ${key}` };
    const url = `${tradewire.streamUrl}${query}`;
    const socket = new WebSocket(url, encoding.subprotocol, { headers });
    const client = new StreamClient(socket, encoding);
    await once(socket, 'open');
    const early = client.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} ${reason} before the hello`);
    });
    early.catch(() => undefined);
    await Promise.race([until('hello is here', () => client.frames.length > 0), early]);
    return client;
  }

  get hello(): Hello {
    return this.frames[0]!.data as Hello;
  }

  /** Sends a request; rejects with a `StreamError`, or when the connection closes first. */
  call<Result = unknown>(method: string, params: unknown = {}): Promise<Result> {
    const id = ++this.lastId;
    return this.request(id, { id, method, params });
  }

  /** Sends any object as a request of which the answer is known by its id. */
  request<Result = unknown>(id: string | number, request: object): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { request, resolve: (result) => resolve(result as Result), reject });
      this.socket.send(this.encoding.encode(request));
    });
  }

  /** The error that a request is answered with. */
  async refusal(method: string, params: unknown = {}): Promise<StreamError> {
    return this.call(method, params).then(
      (result) => {
        throw new Error(`${method} was not refused: ${JSON.stringify(result)}`);
      },
      (error: unknown) => {
        assert.ok(error instanceof StreamError, String(error));
        return error;
      },
    );
  }

  async place(order: object): Promise<OrderData> {
    return (await this.call<{ order: OrderData }>('order.place', order)).order;
  }

  subscribe(channels: readonly string[], since?: { epoch: string; seq: number }): Promise<unknown> {
    if (since !== undefined) this.seq = since.seq;
    return this.call('session.subscribe', { channels, ...(since === undefined ? {} : { since }) });
  }

  /** The private events, in the order they came. */
  get events(): readonly Frame<PrivateData>[] {
    return this.frames.filter(
      ({ channel, type }) => type === undefined && PRIVATE_CHANNELS.has(channel),
    ) as Frame<PrivateData>[];
  }

  /** Frames of one channel, in the order they came. */
  of<Data = unknown>(channel: string): readonly Frame<Data>[] {
    return this.frames.filter((frame) => frame.channel === channel) as Frame<Data>[];
  }

  /** The frames of all books, in the order they came. */
  get bookFrames(): readonly BookFrame[] {
    return this.frames.filter(({ channel }) => channel.startsWith('book:')) as unknown as BookFrame[];
  }

  /** Waits for a frame, which may have come before. */
  async seen<Data = unknown>(what: string, isIt: (frame: Frame<Data>) => boolean): Promise<Frame<Data>> {
    const frames = this.frames as readonly Frame<Data>[];
    await until(what, () => frames.some(isIt));
    return frames.find(isIt)!;
  }

  async caughtUpTo(seq: number): Promise<void> {
    await until(`event ${seq} is here`, () => (this.seq ?? 0) >= seq);
  }

  /** Says goodbye and resolves when the server has, too. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  private receive(message: unknown): void {
    const frame = message as Frame | Response;
    if ('channel' in frame) {
      checkFrame(frame);
      this.frames.push(frame);
      this.follow(frame);
    } else this.settle(frame);
  }

  private settle(response: Response): void {
    const { id, result, error } = response;
    assert.ok((result === undefined) !== (error === undefined), 'a response has a result or an error');
    if (id === null) {
      checkRefusal(response);
      this.strays.push(error!);
      return;
    }
    const waiting = this.waiting.get(id);
    assert.ok(waiting !== undefined, `a second response to ${id}`);
    this.waiting.delete(id);
    checkResponse(waiting.request, response);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new StreamError(error.code, error.message, error.details));
  }

  private follow(frame: Frame): void {
    const { channel } = frame;
    if (channel.startsWith('book:')) this.followBook(frame as unknown as BookFrame);
    else if (PRIVATE_CHANNELS.has(channel)) {
      this.seq = checkedPosition(frame, this.seq);
    } else if (channel !== 'session') {
      this.positions.set(channel, checkedPosition(frame, this.positions.get(channel) ?? null));
    }
  }

  private followBook(frame: BookFrame): void {
    let book = this.books.get(frame.channel);
    if (book === undefined) {
      assert.equal(frame.type, 'snapshot', 'a book begins with a snapshot');
      book = new LocalBook();
      this.books.set(frame.channel, book);
    }
    book.apply(frame);
  }
}

/** The position after a frame; a snapshot may begin anywhere, and so may a channel that has none. */
function checkedPosition({ channel, type, seq, prev }: Frame, last: number | null): number {
  assert.ok(seq !== undefined, `${channel}: no seq`);
  if (type === 'snapshot') return seq;
  assert.ok(prev !== undefined, `${channel}: no prev`);
  if (last !== null) assert.equal(prev, last, `${channel} lost an event before ${seq}`);
  assert.ok(seq > prev, `${channel} went back`);
  return seq;
}
