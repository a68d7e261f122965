import { AsyncQueue } from './async-queue.js';
import type { CallTerms } from './call.js';
import { isError, type TradewireError } from './error.js';
import type { PrivateChannel, PrivateEvent, PrivateItem } from './private-event.js';
import type { Requests } from './requests.js';
import type { ChannelFrame, Cursor } from './session.js';
import { SnapshotParts } from './snapshot-parts.js';

/** So many items wait for a slow consumer; the server keeps what comes after them. */
const ITEMS_WAITING_MAX = 10_000;
const PRIVATE = { channels: ['private'] };
const TERMS: CallTerms = { kind: 'SESSION', timeoutMs: Number.POSITIVE_INFINITY, waitsForLimit: true };
const CHANNELS: ReadonlySet<string> = new Set<PrivateChannel>([
  'orders',
  'fills',
  'positions',
  'account',
  'funding',
  'liquidations',
]);

/**
 * The private events of the portfolio, each once and in order, over any number of sessions. Their numbers are dense
 * when one subscribes to all channels, so the next event is the one with the next number: another one that comes
 * tells that some were lost, and everything after the last good one is asked for again. The consumer's pace is its
 * own: of one that is far behind the stream lets go, and resumes where it was when it has caught up.
 */
export class PrivateStream {
  private readonly queue: AsyncQueue<PrivateItem>;
  private readonly parts = new SnapshotParts();
  /** The epoch of the present session; null while there is none. */
  private epoch: string | null = null;
  /** Up to where the queue is filled; null: a snapshot is to come. */
  private cursor: Cursor | null;
  private isAsking = false;
  private isPaused = false;
  private isEnded = false;

  constructor(
    private readonly requests: Requests,
    since: Cursor | null,
  ) {
    this.cursor = since;
    this.queue = new AsyncQueue(
      () => this.taken(),
      () => {
        this.isEnded = true;
        if (this.epoch !== null) this.unsubscribe();
      },
    );
  }

  /** Whether nothing comes any more. */
  get isOver(): boolean {
    return this.isEnded;
  }

  get items(): AsyncIterableIterator<PrivateItem, undefined> {
    return this.queue;
  }

  static carries(channel: string): boolean {
    return CHANNELS.has(channel);
  }

  /** A session has begun. */
  begin(epoch: string): void {
    this.epoch = epoch;
    this.isAsking = false;
    if (!this.isPaused) this.ask();
  }

  lose(): void {
    this.epoch = null;
  }

  receive(frame: ChannelFrame): void {
    if (this.isPaused || this.epoch === null) return;
    if (frame.type === 'snapshot') this.receiveSnapshot(frame, this.epoch);
    else if (this.cursor === null) this.ask();
    else if (frame.seq === this.cursor.seq + 1) this.receiveEvent(frame, this.cursor.epoch);
    else if (frame.seq > this.cursor.seq) this.ask();
  }

  /** The server has sent everything up to an event: then it must have come. */
  heartbeat(seq: number): void {
    if (this.isPaused || this.epoch === null) return;
    if (this.cursor === null || seq > this.cursor.seq) this.ask();
  }

  end(error: TradewireError | null): void {
    this.isEnded = true;
    this.queue.end(error);
  }

  private receiveSnapshot(frame: ChannelFrame, epoch: string): void {
    if (this.cursor !== null) return;
    const snapshot = this.parts.add(frame, epoch);
    if (snapshot === null) return;
    this.cursor = snapshot.cursor;
    this.queue.push(snapshot);
  }

  private receiveEvent({ channel, seq, time, replay, data }: ChannelFrame, epoch: string): void {
    this.cursor = { epoch, seq };
    const { cursor } = this;
    const isReplay = replay === true;
    this.queue.push({ type: 'EVENT', channel, cursor, time, isReplay, data } as PrivateEvent);
    if (this.queue.size < ITEMS_WAITING_MAX) return;
    this.isPaused = true;
    this.unsubscribe();
  }

  /** Asks for everything after the cursor, unless that is asked for already. */
  private ask(): void {
    if (this.isAsking || this.isEnded) return;
    this.isAsking = true;
    const params = this.cursor === null ? PRIVATE : { ...PRIVATE, since: this.cursor };
    this.requests.call('session.subscribe', params, TERMS).then(
      () => {
        this.isAsking = false;
      },
      (error: TradewireError) => this.refused(error),
    );
  }

  private refused(error: TradewireError): void {
    // The next session asks anew.
    if (error.code === 'DISCONNECTED') return;
    this.isAsking = false;
    if (!isError(error, 'RESUME_UNAVAILABLE') || this.cursor === null) return this.end(error);
    this.queue.push({ type: 'GAP', since: this.cursor, available: error.details });
    this.cursor = null;
    this.ask();
  }

  private taken(): void {
    if (!this.isPaused || this.queue.size > ITEMS_WAITING_MAX / 2) return;
    this.isPaused = false;
    if (this.epoch !== null) this.ask();
  }

  private unsubscribe(): void {
    this.requests.call('session.unsubscribe', PRIVATE, TERMS).catch(() => undefined);
  }
}
