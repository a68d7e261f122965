import { ByteReader, ByteWriter } from '../codec/bytes.js';
import { readOrder, writeOrder } from '../codec/order-codec.js';
import type { Millis } from '../units.js';
import type { Order } from './order.js';

/** How long a closed order can be looked up, and its `clientOrderId` is kept from being used again. */
export const CLOSED_ORDER_RETENTION_MS = 24 * 60 * 60 * 1_000;
/**
 * How many closed orders of one account are kept; beyond it its oldest are forgotten sooner. No plan with a
 * rate limit can close so many within a day.
 */
export const CLOSED_ORDERS_MAX = 1_000_000;
const FIRST_CHUNK_BYTES = 512;
const CHUNK_BYTES = 64 * 1024;
/** A position is a chunk's number times this, and a place within it. */
const CHUNK_RECORDS_MAX = 4_096;

/** A run of packed orders, oldest first. */
interface Chunk {
  readonly writer: ByteWriter;
  /** Where each record begins. */
  readonly starts: number[];
}

/**
 * The closed orders of one account in the order in which they closed. They are kept packed: a million objects
 * would make every garbage collection slow, while a look-up of a closed order is rare and can unpack it.
 */
export class ClosedOrders {
  private readonly chunks: Chunk[] = [];
  /** The number of `chunks[0]`, and the oldest record that is kept in it. */
  private firstChunk = 0;
  private firstRecord = 0;
  private count = 0;
  private oldest: Order | null = null;

  get size(): number {
    return this.count;
  }

  /** Keeps an order as it is now, and returns the position to find it by. */
  push(order: Order): number {
    let chunk = this.chunks[this.chunks.length - 1];
    if (
      chunk === undefined ||
      chunk.writer.length > CHUNK_BYTES ||
      chunk.starts.length === CHUNK_RECORDS_MAX
    ) {
      chunk = { writer: new ByteWriter(chunk === undefined ? FIRST_CHUNK_BYTES : CHUNK_BYTES), starts: [] };
      this.chunks.push(chunk);
    }
    const chunkNumber = this.firstChunk + this.chunks.length - 1;
    const position = chunkNumber * CHUNK_RECORDS_MAX + chunk.starts.length;
    chunk.starts.push(chunk.writer.length);
    writeOrder(chunk.writer, order);
    this.count += 1;
    return position;
  }

  /** The order at a position, as it was when it closed; undefined when there is none. */
  at(position: number): Order | undefined {
    const record = position % CHUNK_RECORDS_MAX;
    return this.read((position - record) / CHUNK_RECORDS_MAX - this.firstChunk, record);
  }

  /** Takes the oldest order when it is over its time, or there are too many. */
  shiftOutdated(now: Millis): Order | null {
    const order = this.readOldest();
    if (order === null) return null;
    if (order.updatedAt > now - CLOSED_ORDER_RETENTION_MS && this.count <= CLOSED_ORDERS_MAX) return null;
    this.oldest = null;
    this.count -= 1;
    this.firstRecord += 1;
    if (this.firstRecord === this.chunks[0]!.starts.length) {
      this.chunks.shift();
      this.firstChunk += 1;
      this.firstRecord = 0;
    }
    return order;
  }

  /** Whatever closed later is kept: where there is no room for a day, that is less. */
  forgottenUntil(now: Millis): Millis {
    const dayAgo = (now - CLOSED_ORDER_RETENTION_MS) as Millis;
    if (this.count < CLOSED_ORDERS_MAX) return dayAgo;
    return Math.max(dayAgo, this.readOldest()!.updatedAt) as Millis;
  }

  *newestFirst(): Generator<Order> {
    for (let index = this.chunks.length - 1; index >= 0; index--) {
      const first = index === 0 ? this.firstRecord : 0;
      for (let record = this.chunks[index]!.starts.length - 1; record >= first; record--) {
        yield this.read(index, record)!;
      }
    }
  }

  *[Symbol.iterator](): Generator<Order> {
    for (const [index, chunk] of this.chunks.entries()) {
      const first = index === 0 ? this.firstRecord : 0;
      for (let record = first; record < chunk.starts.length; record++) yield this.read(index, record)!;
    }
  }

  private readOldest(): Order | null {
    if (this.count > 0) this.oldest ??= this.read(0, this.firstRecord)!;
    return this.oldest;
  }

  private read(index: number, record: number): Order | undefined {
    const chunk = this.chunks[index];
    const start = chunk?.starts[record];
    if (chunk === undefined || start === undefined) return undefined;
    return readOrder(new ByteReader(chunk.writer.toBytes().subarray(start)));
  }
}
