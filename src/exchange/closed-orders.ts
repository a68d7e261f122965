import type { Account } from './account.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { IdIndex } from './id-index.js';
import type { Order } from './order.js';
import { readOrder, writeOrder } from './order-codec.js';
import type { Millis, OrderId } from './units.js';

/** How long a closed order can be looked up, and its `clientOrderId` is kept from being used again. */
export const CLOSED_ORDER_RETENTION_MS = 24 * 60 * 60 * 1_000;
/** How many closed orders of the whole venue are kept; beyond it the oldest are forgotten sooner. */
export const CLOSED_ORDERS_MAX = 1_000_000;
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
 * The closed orders of the venue in the order in which they closed. They are kept packed: a million objects
 * would make every garbage collection slow, while a look-up of a closed order is rare and can unpack it.
 */
export class ClosedOrders {
  private readonly chunks: Chunk[] = [];
  private readonly positions = new IdIndex();
  /** The number of `chunks[0]`, and the oldest record that is kept in it. */
  private firstChunk = 0;
  private firstRecord = 0;
  private count = 0;
  private oldest: Order | null = null;

  get size(): number {
    return this.count;
  }

  push(account: Account, order: Order): void {
    let chunk = this.chunks[this.chunks.length - 1];
    if (
      chunk === undefined ||
      chunk.writer.length > CHUNK_BYTES ||
      chunk.starts.length === CHUNK_RECORDS_MAX
    ) {
      chunk = { writer: new ByteWriter(CHUNK_BYTES + 1_024), starts: [] };
      this.chunks.push(chunk);
    }
    const chunkNumber = this.firstChunk + this.chunks.length - 1;
    const position = chunkNumber * CHUNK_RECORDS_MAX + chunk.starts.length;
    this.positions.set(order.id, position);
    chunk.starts.push(chunk.writer.length);
    writeOrder(chunk.writer, order);
    // Each record leads to the account's one before it, so that a list of one account reads no others.
    chunk.writer.uint(account.lastClosed);
    account.lastClosed = position + 1;
    account.closedCount += 1;
    this.count += 1;
  }

  /** A closed order as it was when it closed; undefined when it is not kept. */
  find(id: OrderId): Order | undefined {
    const position = this.positions.get(id);
    return position === undefined ? undefined : readOrder(this.readerAt(position));
  }

  /** Takes the oldest closed order when it is over its time, or there are too many. */
  shiftOutdated(now: Millis): Order | null {
    if (this.count === 0) return null;
    this.oldest ??= readOrder(this.readerAt(this.firstPosition));
    const order = this.oldest;
    if (order.updatedAt > now - CLOSED_ORDER_RETENTION_MS && this.count <= CLOSED_ORDERS_MAX) return null;
    this.oldest = null;
    this.positions.delete(order.id);
    this.count -= 1;
    this.firstRecord += 1;
    if (this.firstRecord === this.chunks[0]!.starts.length) {
      this.chunks.shift();
      this.firstChunk += 1;
      this.firstRecord = 0;
    }
    return order;
  }

  /** The closed orders of one account that are kept. */
  *newestFirst(account: Account): Generator<Order> {
    let next = account.lastClosed;
    while (next > this.firstPosition) {
      const reader = this.readerAt(next - 1);
      yield readOrder(reader);
      next = reader.uint();
    }
  }

  /** All that are kept, oldest first. */
  *[Symbol.iterator](): Generator<Order> {
    for (const [index, chunk] of this.chunks.entries()) {
      const first = index === 0 ? this.firstRecord : 0;
      const chunkPosition = (this.firstChunk + index) * CHUNK_RECORDS_MAX;
      for (let record = first; record < chunk.starts.length; record++) {
        yield readOrder(this.readerAt(chunkPosition + record));
      }
    }
  }

  private get firstPosition(): number {
    return this.firstChunk * CHUNK_RECORDS_MAX + this.firstRecord;
  }

  private readerAt(position: number): ByteReader {
    const record = position % CHUNK_RECORDS_MAX;
    const { writer, starts } = this.chunks[(position - record) / CHUNK_RECORDS_MAX - this.firstChunk]!;
    return new ByteReader(writer.toBytes().subarray(starts[record]!));
  }
}
