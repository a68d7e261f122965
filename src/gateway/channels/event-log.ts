import { PRIVATE_CHANNELS, type PrivateChannel } from '../../archive/private-channel.js';
import type { Millis, Seq } from '../../exchange/units.js';

/** One private event, with its data as JSON text. */
export interface PrivateEvent {
  readonly channel: PrivateChannel;
  readonly seq: Seq;
  readonly time: Millis;
  readonly data: string;
}

/** The first chunk of a log is small, since many portfolios never have more; each next one is twice as large. */
const FIRST_CHUNK_BYTES = 4 * 1_024;
const CHUNK_BYTES_MAX = 256 * 1_024;

/** A run of events, packed: their data one behind the other, and where each begins, whence and when. */
class Chunk {
  private readonly starts: number[] = [0];
  private readonly channels: number[] = [];
  private readonly times: number[] = [];

  constructor(
    readonly firstSeq: number,
    readonly bytes: Buffer,
  ) {}

  get capacity(): number {
    return this.bytes.length;
  }

  get count(): number {
    return this.channels.length;
  }

  /** False when there is no room for the event. */
  append(channel: PrivateChannel, time: Millis, data: string): boolean {
    const start = this.starts[this.count]!;
    // A UTF-16 unit takes three bytes of UTF-8 at the most.
    if (start + 3 * data.length > this.bytes.length) return false;
    this.starts.push(start + this.bytes.write(data, start, 'utf8'));
    this.channels.push(PRIVATE_CHANNELS.indexOf(channel));
    this.times.push(time);
    return true;
  }

  channelAt(index: number): PrivateChannel {
    return PRIVATE_CHANNELS[this.channels[index]!]!;
  }

  eventAt(index: number): PrivateEvent {
    return {
      channel: this.channelAt(index),
      seq: (this.firstSeq + index) as Seq,
      time: this.times[index]! as Millis,
      data: this.bytes.toString('utf8', this.starts[index]!, this.starts[index + 1]!),
    };
  }
}

/**
 * The latest private events of one portfolio, without gaps. They are kept as bytes outside of the heap: as
 * strings, each would be copied by several garbage collections, which costs more than all else that an order
 * takes.
 */
export class EventLog {
  private chunks: Chunk[] = [];
  private size = 0;
  /** The memory of a chunk that was dropped: a busy log goes on in it, and asks the system for nothing. */
  private spare: Buffer | null = null;
  /** The memory it holds, in bytes. */
  bytes = 0;

  /** @param eventsMax at least so many of the latest events are kept. */
  constructor(private readonly eventsMax: number) {}

  append(channel: PrivateChannel, seq: Seq, time: Millis, data: string): void {
    const last = this.chunks[this.chunks.length - 1];
    if (last === undefined || !last.append(channel, time, data)) {
      const chunk = new Chunk(seq, this.memoryFor(3 * data.length, last));
      chunk.append(channel, time, data);
      this.chunks.push(chunk);
      this.bytes += chunk.capacity;
    }
    this.size += 1;
    if (this.size - this.chunks[0]!.count >= this.eventsMax) this.dropFirstChunk();
  }

  /** The oldest event that is kept, or null when there is none. */
  get oldest(): number | null {
    return this.chunks[0]?.firstSeq ?? null;
  }

  /** True when all events after a position are kept, given the newest there is. */
  reaches(seq: number, newest: number): boolean {
    if (seq > newest) return false;
    return seq === newest || (this.oldest !== null && seq + 1 >= this.oldest);
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

  /** Forgets about half, the older one. */
  dropHalf(): void {
    const half = this.size / 2;
    while (this.chunks.length > 1 && this.size > half) this.dropFirstChunk();
  }

  private memoryFor(neededBytes: number, last: Chunk | undefined): Buffer {
    const { spare } = this;
    this.spare = null;
    if (spare !== null && spare.length >= neededBytes) return spare;
    const doubled = Math.max(FIRST_CHUNK_BYTES, 2 * (last?.capacity ?? 0));
    return Buffer.allocUnsafeSlow(Math.max(neededBytes, Math.min(doubled, CHUNK_BYTES_MAX)));
  }

  private dropFirstChunk(): void {
    const first = this.chunks.shift()!;
    this.spare = first.bytes;
    this.size -= first.count;
    this.bytes -= first.capacity;
  }
}
