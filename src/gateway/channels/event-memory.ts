import type { PrivateChannel } from '../../archive/private-channel.js';
import type { OrderStatus } from '../../exchange/orders/order.js';
import type { AccountId, Millis, Seq } from '../../exchange/units.js';
import { EventChunk, EventLog, type PrivateEvent } from './event-log.js';

/** How often `sweep` is to be called. */
export const SWEEP_EVERY_MS = 500;
/** A chunk takes events for 10 seconds, so that the oldest chunks hold the oldest events. */
const FILLING_SWEEPS = 20;
/** For about a minute more a client that comes back is served without asking Redis. */
const KEPT_SWEEPS = FILLING_SWEEPS + 120;
/** So many chunks go with one sweep, which takes less than a millisecond. */
const CHUNKS_PER_SWEEP = 1_000;

/** The first chunk of a portfolio is small, since many never have more; each next one is twice as large. */
const FIRST_CHUNK_BYTES = 2 * 1_024;
const CHUNK_BYTES_MAX = 256 * 1_024;
/** The memory of so many large chunks is used again: a busy venue asks the system for nothing. */
const SPARES_MAX = 32;

/**
 * The recent private events of all portfolios: what is not archived yet, and what was told within the last minute.
 * What it holds is bounded whatever the number of portfolios and the length of their histories. Beyond the bound the
 * oldest goes first, of whichever portfolio, so that the logs silent for longest go whole.
 */
export class EventMemory {
  private readonly logs = new Map<AccountId, EventLog>();
  private oldestChunk: EventChunk | null = null;
  private newestChunk: EventChunk | null = null;
  private readonly spares: Buffer[] = [];
  private sweeps = 0;
  private chunkBytes = 0;
  private latestForgotten = 0 as Millis;

  /** @param bytesMax everything that is held, in bytes. */
  constructor(private readonly bytesMax: number) {}

  /** The memory it holds, in bytes, about. */
  get bytes(): number {
    return this.chunkBytes + this.spares.length * CHUNK_BYTES_MAX;
  }

  /** Whatever happened later is held; 0: nothing was forgotten. */
  get forgottenUntil(): Millis {
    return this.latestForgotten;
  }

  /** Takes the next event of a portfolio; with that of an order comes its status. */
  append(
    accountId: AccountId,
    channel: PrivateChannel,
    seq: Seq,
    time: Millis,
    data: string,
    orderStatus?: OrderStatus,
  ): void {
    let chunk = this.logs.get(accountId)?.last;
    const before = chunk?.heldBytes ?? 0;
    if (chunk === undefined || this.isSealed(chunk) || !chunk.append(channel, time, data, orderStatus)) {
      chunk = this.begin(accountId, seq, data);
      chunk.append(channel, time, data, orderStatus);
      this.chunkBytes += chunk.heldBytes;
    } else this.chunkBytes += chunk.heldBytes - before;
    while (this.bytes > this.bytesMax) this.release();
  }

  /** The oldest event of a portfolio that is held, or null when there is none. */
  oldest(accountId: AccountId): Seq | null {
    return this.logs.get(accountId)?.oldest ?? null;
  }

  /** The events of a portfolio after a position, oldest first, as far as they are held. To be read in this turn. */
  after(accountId: AccountId, seq: number): Iterable<PrivateEvent> {
    return this.logs.get(accountId)?.after(seq) ?? [];
  }

  /**
   * What is held of a portfolio; undefined when that is nothing. Each reading ends in its turn; in a later one the oldest
   * events may be gone, and where all were, what follows is in another log.
   */
  logOf(accountId: AccountId): EventLog | undefined {
    return this.logs.get(accountId);
  }

  /**
   * Drops what is older than a minute and happened before the moment up to which everything is archived; null: that
   * is not known. Counts its calls instead of asking a clock: while the process paused, nobody could come back.
   */
  sweep(archivedUntil: Millis | null): void {
    this.sweeps += 1;
    for (let dropped = 0; dropped < CHUNKS_PER_SWEEP; dropped++) {
      const chunk = this.oldestChunk;
      if (chunk === null || this.sweeps - chunk.begunAt < KEPT_SWEEPS) return;
      if (archivedUntil === null || chunk.lastTime >= archivedUntil) return;
      const memory = this.dropOldest();
      if (memory.length === CHUNK_BYTES_MAX && this.spares.length < SPARES_MAX) this.spares.push(memory);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.logs.clear();
    this.oldestChunk = null;
    this.newestChunk = null;
    this.spares.length = 0;
    this.chunkBytes = 0;
    this.latestForgotten = 0 as Millis;
  }

  private isSealed({ begunAt }: EventChunk): boolean {
    return this.sweeps - begunAt >= FILLING_SWEEPS;
  }

  private begin(accountId: AccountId, seq: Seq, data: string): EventChunk {
    const memory = this.memoryOf(Math.max(this.nextChunkBytes(accountId), Buffer.byteLength(data)));
    // Only now: to make room, the log itself may have gone.
    let log = this.logs.get(accountId);
    if (log === undefined) {
      log = new EventLog(accountId);
      this.logs.set(accountId, log);
    }
    const chunk = new EventChunk(log, seq, memory, this.sweeps);
    log.chunks.push(chunk);
    if (this.newestChunk === null) this.oldestChunk = chunk;
    else this.newestChunk.next = chunk;
    this.newestChunk = chunk;
    return chunk;
  }

  private nextChunkBytes(accountId: AccountId): number {
    const last = this.logs.get(accountId)?.last;
    if (last === undefined || this.isSealed(last)) return FIRST_CHUNK_BYTES;
    return Math.min(2 * last.bytes.length, CHUNK_BYTES_MAX);
  }

  /** Memory for a chunk. Where there is no room for it, what goes makes room, and may be used again. */
  private memoryOf(bytes: number): Buffer {
    const spare = bytes === CHUNK_BYTES_MAX ? this.spares.pop() : undefined;
    if (spare !== undefined) return spare;
    while (this.bytes + bytes > this.bytesMax && this.bytes > 0) {
      const released = this.release();
      if (released.length === bytes) return released;
    }
    return Buffer.allocUnsafeSlow(bytes);
  }

  /** Lets go of some memory: of what is spare, or else of the oldest events. */
  private release(): Buffer {
    return this.spares.pop() ?? this.dropOldest();
  }

  private dropOldest(): Buffer {
    const chunk = this.oldestChunk!;
    const { log } = chunk;
    this.oldestChunk = chunk.next;
    if (this.oldestChunk === null) this.newestChunk = null;
    log.chunks.shift();
    if (log.chunks.length === 0) this.logs.delete(log.accountId);
    this.chunkBytes -= chunk.heldBytes;
    this.latestForgotten = Math.max(this.latestForgotten, chunk.lastTime) as Millis;
    return chunk.bytes;
  }
}
