import type { Millis } from '../exchange/units.js';
import type { ArchiveProgress } from './archive-progress.js';
import type { ArchivedChunk, RedisArchiveReader } from './archive-reader-redis.js';
import type { ArchivedEvent } from './archived-event.js';
import { unpackChunk } from './chunk-codec.js';
import { isListed, type Listed } from './listed-events.js';
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
    const [[oldest], newest] = await Promise.all([
      this.archive.chunksFrom(portfolioId, 0, 1),
      this.newestChunk(portfolioId),
    ]);
    if (oldest === undefined || newest === undefined) return null;
    return { oldest: oldest.firstSeq, newest: newest.lastSeq };
  }

  /** The number of the first archived event since a moment; one that is greater than all where there is none. */
  async firstSince(portfolioId: string, time: Millis): Promise<number> {
    const chunk = await this.firstChunk(portfolioId, ({ lastTime }) => lastTime >= time);
    if (chunk === null) return Number.MAX_SAFE_INTEGER;
    if (chunk.firstTime >= time) return chunk.firstSeq;
    return unpackChunk(chunk).find((event) => event.time >= time)!.seq;
  }

  /** How many archived events make up a list: those since a moment, before a position. */
  async count(portfolioId: string, listed: Listed, since: Millis, before: number): Promise<number> {
    const first = await this.firstSince(portfolioId, since);
    if (first >= before) return 0;
    const [from, until] = await Promise.all([
      this.countBefore(portfolioId, listed, first),
      this.countBefore(portfolioId, listed, before),
    ]);
    return until - from;
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

  /**
   * The archived events before a position, newest first, of those chunks only that may hold something for a list; with
   * `Infinity` from the newest one on.
   */
  async *newestFirst(
    portfolioId: string,
    listed: Listed,
    before: number,
  ): AsyncGenerator<readonly ArchivedEvent[]> {
    let end = before;
    if (end !== Number.POSITIVE_INFINITY) {
      const [last] = await this.archive.chunksFrom(portfolioId, end - 1, 1);
      if (last !== undefined && last.firstSeq < end) {
        if (mayHold(last, listed)) {
          yield unpackChunk(last)
            .slice(0, end - last.firstSeq)
            .reverse();
        }
        end = last.firstSeq;
      }
    }
    for (;;) {
      const chunks = await this.archive.chunksBefore(portfolioId, end, CHUNKS_PER_REPLY);
      for (const chunk of chunks) {
        if (mayHold(chunk, listed)) yield unpackChunk(chunk).reverse();
        end = chunk.firstSeq;
      }
      if (chunks.length < CHUNKS_PER_REPLY) return;
      if (chunks.some((chunk) => mayHold(chunk, listed))) continue;
      end = Math.min(end, await this.endOfHolding(portfolioId, listed, chunks.at(-1)!));
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

  private async newestChunk(portfolioId: string): Promise<ArchivedChunk | undefined> {
    const [newest] = await this.archive.chunksBefore(portfolioId, Number.POSITIVE_INFINITY, 1);
    return newest;
  }

  /** How many events before a position have ever made up a list, the forgotten ones too. */
  private async countBefore(portfolioId: string, listed: Listed, seq: number): Promise<number> {
    // Asked for first: after a look behind the position, the newest chunk may be one that was written meanwhile.
    const newest = await this.newestChunk(portfolioId);
    if (newest === undefined || newest.lastSeq < seq) return newest?.until[listed] ?? 0;
    const [chunk = newest] = await this.archive.chunksFrom(portfolioId, seq, 1);
    if (chunk.held === null) return 0;
    const isLater = (event: ArchivedEvent) => event.seq >= seq && isListed(event, listed);
    const later = chunk.firstSeq >= seq ? chunk.held[listed] : unpackChunk(chunk).filter(isLater).length;
    return chunk.until[listed] - later;
  }

  /** The end of the newest chunk before one that may hold something for a list, given that this one does not. */
  private async endOfHolding(portfolioId: string, listed: Listed, { until }: ArchivedChunk): Promise<number> {
    const held = until[listed];
    if (held > 0) {
      const holding = await this.firstChunk(portfolioId, (chunk) => chunk.until[listed] >= held);
      return holding === null ? 0 : holding.lastSeq + 1;
    }
    const counted = await this.firstChunk(portfolioId, (chunk) => chunk.held !== null);
    return counted?.firstSeq ?? 0;
  }

  /** The first chunk of which something is true that is true of all later ones, too; null where it is of none. */
  private async firstChunk(
    portfolioId: string,
    isReached: (chunk: ArchivedChunk) => boolean,
  ): Promise<ArchivedChunk | null> {
    const [oldest] = await this.archive.chunksFrom(portfolioId, 0, 1);
    const newest = await this.newestChunk(portfolioId);
    if (oldest === undefined || newest === undefined || !isReached(newest)) return null;
    if (isReached(oldest)) return oldest;
    let found = newest;
    for (let low = oldest.lastSeq + 1, high = newest.firstSeq; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      const [chunk] = await this.archive.chunksFrom(portfolioId, middle, 1);
      if (chunk === undefined) return null;
      if (!isReached(chunk)) low = chunk.lastSeq + 1;
      else {
        found = chunk;
        high = Math.min(middle, chunk.firstSeq);
      }
    }
    return found;
  }
}

function mayHold({ held }: ArchivedChunk, listed: Listed): boolean {
  return held === null || held[listed] > 0;
}
