import type { ArchivedEvent } from '../../archive/archived-event.js';
import { addListed, channelOf, isListed, type Listed, NOTHING_LISTED } from '../../archive/listed-events.js';
import { PRIVATE_CHANNELS, type PrivateChannel } from '../../archive/private-channel.js';
import type { OrderStatus } from '../../exchange/orders/order.js';
import type { AccountId, Millis, Seq } from '../../exchange/units.js';

/** The same whether it is remembered or archived. */
export type PrivateEvent = ArchivedEvent;

/** What an event takes beside its text, about. */
const EVENT_OVERHEAD_BYTES = 32;
/** What a chunk takes beside its bytes, about, with its share of the log. */
const CHUNK_OVERHEAD_BYTES = 768;

/**
 * A run of one portfolio's events, packed: their data one behind the other, and where each begins, whence and when.
 * They are kept as bytes outside of the heap: as strings, each would be copied by several garbage collections, which
 * costs more than all else that an order takes.
 */
export class EventChunk {
  /** The chunk that was begun next, of whichever portfolio. */
  next: EventChunk | null = null;
  private readonly starts: number[] = [0];
  private readonly channels: number[] = [];
  private readonly times: number[] = [];
  private readonly listed: Record<Listed, number> = { ...NOTHING_LISTED };

  constructor(
    readonly log: EventLog,
    readonly firstSeq: Seq,
    readonly bytes: Buffer,
    /** In sweeps of the memory that it is a part of. */
    readonly begunAt: number,
  ) {}

  get count(): number {
    return this.channels.length;
  }

  /** All the memory that it holds, about. */
  get heldBytes(): number {
    return this.bytes.length + this.count * EVENT_OVERHEAD_BYTES + CHUNK_OVERHEAD_BYTES;
  }

  get firstTime(): Millis {
    return this.times[0]! as Millis;
  }

  /** Of an exchange's clock, which never runs back; a chunk always has an event. */
  get lastTime(): Millis {
    return this.times[this.count - 1]! as Millis;
  }

  /** False when there is no room for the event. */
  append(channel: PrivateChannel, time: Millis, data: string, orderStatus?: OrderStatus): boolean {
    const start = this.starts[this.count]!;
    const room = this.bytes.length - start;
    // A UTF-16 unit takes three bytes of UTF-8 at the most; it is counted only where that may be too much.
    if (3 * data.length > room && Buffer.byteLength(data) > room) return false;
    this.starts.push(start + this.bytes.write(data, start, 'utf8'));
    this.channels.push(PRIVATE_CHANNELS.indexOf(channel));
    this.times.push(time);
    addListed(this.listed, channel, data, orderStatus);
    return true;
  }

  /** How many of the events are listed. */
  countOf(listed: Listed): number {
    return this.listed[listed];
  }

  timeAt(index: number): Millis {
    return this.times[index]! as Millis;
  }

  channelAt(index: number): PrivateChannel {
    return PRIVATE_CHANNELS[this.channels[index]!]!;
  }

  eventAt(index: number): PrivateEvent {
    return {
      channel: this.channelAt(index),
      seq: this.firstSeq + index,
      time: this.timeAt(index),
      data: this.bytes.toString('utf8', this.starts[index]!, this.starts[index + 1]!),
    };
  }
}

/** The latest private events of one portfolio, without gaps, oldest chunk first; one that is empty is not kept. */
export class EventLog {
  readonly chunks: EventChunk[] = [];

  constructor(readonly accountId: AccountId) {}

  /** Undefined once all was forgotten. */
  get oldest(): Seq | undefined {
    return this.chunks[0]?.firstSeq;
  }

  get last(): EventChunk | undefined {
    return this.chunks[this.chunks.length - 1];
  }

  /** The events after a position, oldest first. */
  *after(seq: number): Generator<PrivateEvent> {
    for (const chunk of this.chunks) {
      const first = Math.max(0, seq + 1 - chunk.firstSeq);
      for (let index = first; index < chunk.count; index++) yield chunk.eventAt(index);
    }
  }

  /** The events of a channel, newest first. */
  *newestFirst(channel: PrivateChannel): Generator<PrivateEvent> {
    for (let place = this.chunks.length - 1; place >= 0; place--) {
      const chunk = this.chunks[place]!;
      for (let index = chunk.count - 1; index >= 0; index--) {
        if (chunk.channelAt(index) === channel) yield chunk.eventAt(index);
      }
    }
  }

  /**
   * The events of the channel of a list before a position, newest first; those that are not listed, or happened after a
   * moment, may be left out.
   */
  *candidates(listed: Listed, before: number, until: number): Generator<PrivateEvent> {
    const channel = channelOf(listed);
    for (let place = this.chunks.length - 1; place >= 0; place--) {
      const chunk = this.chunks[place]!;
      if (chunk.firstTime > until || chunk.countOf(listed) === 0) continue;
      for (let index = Math.min(chunk.count, before - chunk.firstSeq) - 1; index >= 0; index--) {
        if (chunk.channelAt(index) === channel) yield chunk.eventAt(index);
      }
    }
  }

  /** How many listed events happened since a moment, and from which position on they were counted; null: from none. */
  countSince(listed: Listed, since: number): { readonly count: number; readonly from: number | null } {
    let count = 0;
    let from: number | null = null;
    for (let place = this.chunks.length - 1; place >= 0; place--) {
      const chunk = this.chunks[place]!;
      const isWhole = chunk.firstTime >= since;
      if (isWhole) count += chunk.countOf(listed);
      let index = isWhole ? 0 : chunk.count;
      while (index > 0 && chunk.timeAt(index - 1) >= since) {
        index -= 1;
        if (isListed(chunk.eventAt(index), listed)) count += 1;
      }
      if (index < chunk.count) from = chunk.firstSeq + index;
      if (!isWhole) break;
    }
    return { count, from };
  }
}
