import type { Millis } from '../exchange/units.js';
import type { ArchiveProgress } from './archive-progress.js';
import type { RedisArchiveReader } from './archive-reader-redis.js';
import type { ArchivedEvent } from './archived-event.js';
import { unpackChunk } from './chunk-codec.js';
import type { LastingChannel } from './private-channel.js';

/** How many chunks one reply of Redis holds at most: as many megabytes, deflated far less. */
const CHUNKS_PER_REPLY = 16;
/** How many events of a lasting channel one reply holds at most. */
const EVENTS_PER_REPLY = 1_000;

/** From the oldest to the newest archived event of a portfolio, none of them missing. */
export interface Extent {
  readonly oldest: number;
  readonly newest: number;
}

/**
 * What has happened to portfolios, as far back as the archive goes and up to what was archived last. Every method rejects
 * with ioredis's errors when Redis is away.
 */
export class History {
  constructor(
    private readonly archive: RedisArchiveReader,
    private readonly progress: ArchiveProgress,
  ) {}

  /**
   * Everything that happened before this moment, by the exchange's clock, is archived; null: not known. Looked up twice a
   * second.
   */
  get archivedUntil(): Millis | null {
    return this.progress.archivedUntil;
  }

  /** Which events of a portfolio are archived; null where none is. */
  async extent(portfolioId: string): Promise<Extent | null> {
    const [[oldest], [newest]] = await Promise.all([
      this.archive.chunksFrom(portfolioId, 0, 1),
      this.archive.chunksBefore(portfolioId, Number.POSITIVE_INFINITY, 1),
    ]);
    if (oldest === undefined || newest === undefined) return null;
    return { oldest: oldest.firstSeq, newest: newest.lastSeq };
  }

  /**
   * Every archived event after a position, oldest first. What is forgotten while it is read is left out: the caller sees
   * it by a number that does not follow.
   * @param chunksPerReply how many chunks are read ahead, of up to a megabyte each.
   */
  async *after(
    portfolioId: string,
    seq: number,
    chunksPerReply = CHUNKS_PER_REPLY,
  ): AsyncGenerator<readonly ArchivedEvent[]> {
    for (let next = seq + 1; ; ) {
      const chunks = await this.archive.chunksFrom(portfolioId, next, chunksPerReply);
      for (const chunk of chunks) {
        const events = unpackChunk(chunk);
        yield chunk.firstSeq < next ? events.slice(next - chunk.firstSeq) : events;
        next = chunk.lastSeq + 1;
      }
      if (chunks.length < chunksPerReply) return;
    }
  }

  /** Every archived event before a position, newest first; with `Infinity` all of them. */
  async *newestFirst(portfolioId: string, before: number): AsyncGenerator<readonly ArchivedEvent[]> {
    let end = before;
    if (end !== Number.POSITIVE_INFINITY) {
      const [last] = await this.archive.chunksFrom(portfolioId, end - 1, 1);
      if (last !== undefined && last.firstSeq < end) {
        yield unpackChunk(last)
          .slice(0, end - last.firstSeq)
          .reverse();
        end = last.firstSeq;
      }
    }
    for (;;) {
      const chunks = await this.archive.chunksBefore(portfolioId, end, CHUNKS_PER_REPLY);
      for (const chunk of chunks) {
        yield unpackChunk(chunk).reverse();
        end = chunk.firstSeq;
      }
      if (chunks.length < CHUNKS_PER_REPLY) return;
    }
  }

  /** The events of a lasting channel since a moment, newest first. */
  async *lasting(
    portfolioId: string,
    channel: LastingChannel,
    since: Millis,
  ): AsyncGenerator<readonly ArchivedEvent[]> {
    let oldest: ArchivedEvent | null = null;
    for (;;) {
      const events: readonly ArchivedEvent[] = await this.archive.lasting(
        portfolioId,
        channel,
        since,
        oldest,
        EVENTS_PER_REPLY,
      );
      yield events;
      oldest = events.at(-1) ?? null;
      if (events.length < EVENTS_PER_REPLY) return;
    }
  }
}
