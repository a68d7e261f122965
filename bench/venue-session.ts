import { setTimeout as delay } from 'node:timers/promises';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';

/** A position in a portfolio's private events. */
export interface EventPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** What the venue says first. */
export interface Hello extends EventPosition {
  readonly portfolioId: string;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly channel?: string;
  readonly type?: string;
  readonly seq?: number;
  readonly prev?: number;
  readonly data?: unknown;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const REOPEN_EVERY_MS = 5;
const REOPEN_TIMEOUT_MS = 60_000;

/** The chain of a private event, read without parsing the rest of it. */
const CHAIN = /^\{"channel":"\w+","seq":(\d+),"prev":(\d+)/;
const CHAIN_WITHIN_BYTES = 80;

/**
 * One ordinary session at the venue: asks one thing at a time, and follows the portfolio's private events,
 * counting each place where their sequence has a gap or repeats itself.
 */
export class VenueSession implements RawClientListener {
  /** Events seen since `follow`. */
  events = 0;
  /** Events that did not continue the sequence by exactly one. */
  gaps = 0;
  /** The newest private event seen, or the position at the start. */
  lastSeq = 0;
  private client: RawClient | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly arrivals = new Map<string, Waiting>();
  private nextId = 1;

  /** Told of each private event, once it was counted. */
  onPrivateEvent: (() => void) | null = null;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  private tellClosed: () => void = () => undefined;

  private constructor() {
    this.closed = new Promise((resolve) => {
      this.tellClosed = resolve;
    });
  }

  /** Opens a session and waits for its hello; returns both. */
  static async open(target: Target): Promise<{ session: VenueSession; hello: Hello }> {
    const session = new VenueSession();
    const arrival = session.arrival('hello');
    session.client = await RawClient.open(target, session);
    const hello = (await arrival) as Hello;
    session.lastSeq = hello.seq;
    return { session, hello };
  }

  get localPort(): number {
    return this.client!.localPort;
  }

  /** Sends a request and waits for its result. Rejects with the code of an error answer. */
  async request(method: string, params: unknown): Promise<unknown> {
    const id = this.nextId++;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.client?.send(JSON.stringify({ id, method, params }));
    this.client?.flush();
    return answer;
  }

  /** Subscribes to every private event after a position; resolves when the past ones were all replayed. */
  async follow({ epoch, seq }: EventPosition): Promise<void> {
    this.lastSeq = seq;
    const resumed = this.arrival('resumed');
    await this.request('session.subscribe', { channels: ['private'], since: { epoch, seq } });
    await resumed;
  }

  close(): void {
    this.client?.close();
  }

  onText(bytes: Buffer, start: number, end: number): void {
    const chain = CHAIN.exec(bytes.toString('latin1', start, Math.min(end, start + CHAIN_WITHIN_BYTES)));
    if (chain !== null) {
      this.onEvent(Number(chain[1]), Number(chain[2]));
      return;
    }
    const message = JSON.parse(bytes.toString('utf8', start, end)) as Message;
    if (message.id !== undefined) this.onAnswer(message.id, message);
    else if (message.channel === 'session') this.arrive(message.type ?? '', message.data);
    else if (message.seq !== undefined && message.prev !== undefined) this.onEvent(message.seq, message.prev);
  }

  onClose(code: number): void {
    this.tellClosed();
    const error = new Error(`the session closed with ${code}`);
    for (const waiting of [...this.waiting.values(), ...this.arrivals.values()]) waiting.reject(error);
  }

  private onEvent(seq: number, previous: number): void {
    this.events++;
    if (previous !== this.lastSeq || seq !== previous + 1) this.gaps++;
    this.lastSeq = seq;
    this.onPrivateEvent?.();
  }

  private onAnswer(id: number, message: Message): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(`${message.error.code}: ${message.error.message}`));
  }

  /** The data of the next session frame of a type. */
  private arrival(type: string): Promise<unknown> {
    const arrival = new Promise((resolve, reject) => this.arrivals.set(type, { resolve, reject }));
    arrival.catch(() => undefined);
    return arrival;
  }

  private arrive(type: string, data: unknown): void {
    this.arrivals.get(type)?.resolve(data);
    this.arrivals.delete(type);
  }
}

/** Opens a session as soon as that can be done, wherever `target` then points. */
export async function reopened(target: () => Target): Promise<{ session: VenueSession; hello: Hello }> {
  const deadlineMs = performance.now() + REOPEN_TIMEOUT_MS;
  for (;;) {
    try {
      return await VenueSession.open(target());
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await delay(REOPEN_EVERY_MS);
    }
  }
}
