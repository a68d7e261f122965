import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Millis } from '../exchange/units.js';
import { connectRedis } from '../journal/connection-redis.js';
import { archiveKeys } from './archive-keys.js';
import type { ArchivedEvent } from './archived-event.js';
import type { Chunk } from './chunk-codec.js';
import { type ListedCounts, NOTHING_LISTED, parseCounts } from './listed-events.js';
import type { Mark } from './mark.js';
import { findMark } from './mark-redis.js';
import type { LastingChannel } from './private-channel.js';

/** An entry of a chunk's stream: its id, and its fields' names and values in the order in which they were written. */
type StreamEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** A chunk as the archive holds it. */
export interface ArchivedChunk extends Chunk {
  /** What it holds for lists; null where it was written before that was counted. */
  readonly held: ListedCounts | null;
  /** What all chunks of its portfolio up to it have held for lists, the forgotten ones too. */
  readonly until: ListedCounts;
}

/**
 * The archive of one venue, for reading. Every portfolio has a stream of chunks, each of consecutive events and under the
 * number of its last event, which join without a gap; and one for each lasting channel, an entry an event, under
 * `<time>-<seq>`. Rejects with ioredis's errors.
 */
export class RedisArchiveReader {
  private readonly redis: Redis;

  constructor(
    url: string,
    private readonly venue: string,
    logger: Logger,
  ) {
    this.redis = connectRedis(url, 'archive', logger);
  }

  /** How far the archive is complete; null where nothing is archived of the history that the journal holds. */
  async mark(): Promise<Mark | null> {
    return (await findMark(this.redis, this.venue)).mark;
  }

  /** The chunks that hold an event or later ones, oldest first. */
  async chunksFrom(portfolioId: string, seq: number, count: number): Promise<readonly ArchivedChunk[]> {
    const stream = archiveKeys(this.venue).events(portfolioId);
    const entries = await this.redis.xrangeBuffer(stream, `${seq}-0`, '+', 'COUNT', count);
    return entries.map(chunkOf);
  }

  /** The chunks that end before an event, newest first; with `Infinity` the newest there are. */
  async chunksBefore(portfolioId: string, seq: number, count: number): Promise<readonly ArchivedChunk[]> {
    const stream = archiveKeys(this.venue).events(portfolioId);
    const end = seq === Number.POSITIVE_INFINITY ? '+' : `(${seq}-0`;
    const entries = await this.redis.xrevrangeBuffer(stream, end, '-', 'COUNT', count);
    return entries.map(chunkOf);
  }

  /**
   * Events of a lasting channel since a moment, newest first.
   * @param before the oldest event that is known already; null for the newest ones.
   */
  async lasting(
    portfolioId: string,
    channel: LastingChannel,
    since: Millis,
    before: ArchivedEvent | null,
    count: number,
  ): Promise<readonly ArchivedEvent[]> {
    const stream = archiveKeys(this.venue).lasting(channel, portfolioId);
    const end = before === null ? '+' : `(${before.time}-${before.seq}`;
    const entries = await this.redis.xrevrange(stream, end, since, 'COUNT', count);
    return entries.map(([id, [, data = '']]) => {
      const [time, seq] = id.split('-').map(Number) as [Millis, number];
      return { channel, seq, time, data };
    });
  }

  close(): void {
    this.redis.disconnect();
  }
}

function chunkOf([id, fields]: StreamEntry): ArchivedChunk {
  const [, first, , firstTime, , lastTime, , bytes, , held, , until] = fields;
  return {
    firstSeq: Number(first),
    lastSeq: Number.parseInt(id.toString('latin1'), 10),
    firstTime: Number(firstTime) as Millis,
    lastTime: Number(lastTime) as Millis,
    bytes: bytes!,
    held: held === undefined ? null : parseCounts(held.toString('latin1')),
    until: until === undefined ? NOTHING_LISTED : parseCounts(until.toString('latin1')),
  };
}
