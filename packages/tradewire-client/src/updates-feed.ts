import { AsyncQueue } from './async-queue.js';
import type { TradewireError } from './error.js';
import type { Feed, FeedSource } from './feed.js';
import type { Update, Updates } from './public-channel.js';
import type { ChannelFrame } from './session.js';

/** So many updates wait for a slow consumer; then the oldest make room. */
const UPDATES_WAITING_MAX = 1_000;

/** A consumer, and whether it has missed something since its latest update. */
interface Consumer<Data> {
  readonly queue: AsyncQueue<Update<Data>>;
  hasMissed: boolean;
}

/** Passes a channel's frames on to whoever loops over it, and marks where some are missing. */
export class UpdatesFeed<Data> implements Feed, Updates<Data> {
  private latestUpdate: Update<Data> | null = null;
  private readonly consumers = new Set<Consumer<Data>>();
  private seq: number | null = null;
  private error: TradewireError | null = null;
  private isEnded = false;

  constructor(
    readonly channel: string,
    private readonly source: FeedSource,
    /** Whether an update tells how things are, and not only what has happened: then each loop begins with one. */
    private readonly isState: boolean,
  ) {}

  get latest(): Data | null {
    return this.latestUpdate?.data ?? null;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Update<Data>, undefined> {
    const queue: AsyncQueue<Update<Data>> = new AsyncQueue(
      () => undefined,
      () => this.consumers.delete(consumer),
    );
    const consumer: Consumer<Data> = { queue, hasMissed: false };
    if (this.isState && this.latestUpdate !== null) queue.push(this.latestUpdate);
    if (this.isEnded) queue.end(this.error);
    else this.consumers.add(consumer);
    return queue;
  }

  close(): void {
    this.source.leave(this.channel);
  }

  receive({ type, seq, prev, time, data }: ChannelFrame): void {
    const isLost = type !== 'snapshot' && this.seq !== null && prev !== this.seq;
    this.seq = seq;
    // The snapshot of an interval that has no candle yet.
    if (data === null) return;
    const update = { data: data as Data, seq, time };
    this.latestUpdate = { ...update, isGap: false };
    for (const consumer of this.consumers) {
      const isGap = isLost || consumer.hasMissed;
      consumer.hasMissed = false;
      consumer.queue.push({ ...update, isGap });
      if (consumer.queue.size <= UPDATES_WAITING_MAX) continue;
      consumer.queue.dropOldest();
      consumer.hasMissed = true;
    }
  }

  heartbeat(seq: number): void {
    // What only tells what has happened begins without a frame: the first heartbeat says where.
    if (this.seq === null && !this.isState) this.seq = seq;
    if (seq <= (this.seq ?? 0)) return;
    this.miss();
    // The present state makes up for what was lost; it is asked for until it comes.
    if (this.isState) this.source.ask(this.channel);
    else this.seq = seq;
  }

  agreed(): void {}

  lose(): void {
    this.seq = null;
    this.miss();
  }

  end(error: TradewireError | null): void {
    this.isEnded = true;
    this.error = error;
    for (const { queue } of this.consumers) queue.end(error);
    this.consumers.clear();
  }

  /** Each loop is told with its next update that some are missing. */
  private miss(): void {
    for (const consumer of this.consumers) consumer.hasMissed = true;
  }
}
