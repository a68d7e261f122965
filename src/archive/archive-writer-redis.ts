import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Millis } from '../exchange/units.js';
import { connectRedis, whenConnected } from '../journal/connection-redis.js';
import { journalError } from '../journal/journal-error-redis.js';
import { venueKey } from '../journal/redis-keys.js';
import { type ArchiveKeys, archiveKeys } from './archive-keys.js';
import { UNDO_SCRIPT, WRITE_SCRIPT } from './archive-scripts.js';
import { formatCounts } from './listed-events.js';
import { formatMark, type Mark } from './mark.js';
import { findMark } from './mark-redis.js';
import type { Page, PortfolioChunk } from './page.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Every portfolio keeps so many of its last events, and everything of the last day. */
const EVENTS_KEPT = 10_000;
const KEPT_MS = DAY_MS;
/** How long an event of a lasting channel is kept at most: the longest history of a plan. */
const LASTING_KEPT_MS = 90 * DAY_MS;
/** How many portfolios one step looks at. */
const UNDONE_AT_ONCE_MAX = 250;

export interface ArchiveLimits {
  /** Events of one portfolio, about; its older ones are forgotten, even within a day. */
  readonly archiveEventsMax: number;
  /** Bytes of all chunks, about; beyond it whoever has news keeps its last events only. */
  readonly archiveBytesMax: number;
  /** Events of one portfolio in a lasting channel, about; its older ones are forgotten. */
  readonly archiveLastingMax: number;
}

/** Up to where a portfolio's events are true. */
export interface TruePosition {
  readonly portfolioId: string;
  readonly seq: number;
}

/**
 * Writes the archive of one venue. Every step is one script which does nothing unless the mark is where this writer left or
 * found it, so that each event is written once, whoever writes. Rejects with `JournalError` as the journal does; what failed
 * can be done again.
 */
export class RedisArchiveWriter {
  private readonly redis: Redis;
  private readonly keys: ArchiveKeys;
  private readonly journal: string;
  /** The mark as it was found or written last. */
  private known = '';

  constructor(
    url: string,
    private readonly venue: string,
    private readonly limits: ArchiveLimits,
    private readonly logger: Logger,
  ) {
    this.redis = connectRedis(url, 'archive-write', logger);
    this.keys = archiveKeys(venue);
    this.journal = venueKey(venue, 'journal');
  }

  async whenConnected(): Promise<void> {
    await whenConnected(this.redis);
  }

  /**
   * How far the archive is, for this writer to go on from there; null where nothing is archived of the history that the
   * journal holds.
   */
  async begin(): Promise<Mark | null> {
    try {
      const { text, mark } = await findMark(this.redis, this.venue);
      this.known = text;
      return mark;
    } catch (cause) {
      throw journalError(cause);
    }
  }

  /**
   * Archives a page and moves the mark. False, and nothing is done, when somebody else has moved it, or when the journal
   * does not hold what the page tells of: this writer has to begin again.
   */
  async write(page: Page): Promise<boolean> {
    const { mark, chunks } = page;
    const next = formatMark(mark);
    const streams = chunks.flatMap(({ portfolioId }) => this.streamsOf(portfolioId));
    const keys = [this.keys.mark, this.keys.bytes, this.journal, ...streams];
    const values: (string | number | Buffer)[] = [
      this.known,
      next,
      (mark.part ?? mark).entryId,
      ...this.bounds(mark.time),
    ];
    for (const chunk of chunks) values.push(...chunkArguments(chunk, mark.time));
    const [status, undone, dropped] = await this.run(WRITE_SCRIPT, keys, values);
    if (status !== 1) return false;
    this.known = next;
    if (undone! + dropped! > 0) {
      this.logger.error(
        { undone, dropped, mark },
        'The archive held what did not happen, or lacked a part; it was mended',
      );
    }
    return true;
  }

  /**
   * Removes what the archive holds of portfolios behind their last event, since the history that it told of was lost. False
   * when somebody else moves the mark.
   */
  async undo(positions: readonly TruePosition[]): Promise<boolean> {
    if (this.known === '') return true;
    for (let start = 0; start < positions.length; start += UNDONE_AT_ONCE_MAX) {
      const some = positions.slice(start, start + UNDONE_AT_ONCE_MAX);
      const streams = some.flatMap(({ portfolioId }) => this.streamsOf(portfolioId));
      const values = [this.known, ...some.map(({ seq }) => seq)];
      const keys = [this.keys.mark, this.keys.bytes, ...streams];
      const [status, undone] = await this.run(UNDO_SCRIPT, keys, values);
      if (status !== 1) return false;
      if (undone! > 0)
        this.logger.error({ undone }, 'Events of a lost history were removed from the archive');
    }
    return true;
  }

  close(): void {
    this.redis.disconnect();
  }

  private async run(
    script: string,
    keys: readonly string[],
    values: readonly (string | number | Buffer)[],
  ): Promise<number[]> {
    try {
      return (await this.redis.eval(script, keys.length, ...keys, ...values)) as number[];
    } catch (cause) {
      throw journalError(cause);
    }
  }

  private bounds(now: Millis): number[] {
    const { archiveEventsMax, archiveBytesMax, archiveLastingMax } = this.limits;
    const lastingFrom = Math.max(0, now - LASTING_KEPT_MS);
    return [EVENTS_KEPT, archiveEventsMax, archiveBytesMax, archiveLastingMax, lastingFrom, LASTING_KEPT_MS];
  }

  private streamsOf(portfolioId: string): string[] {
    const { keys } = this;
    return [
      keys.events(portfolioId),
      keys.lasting('funding', portfolioId),
      keys.lasting('liquidations', portfolioId),
    ];
  }
}

function chunkArguments(portfolio: PortfolioChunk, now: Millis): (string | number | Buffer)[] {
  const { chunk, lasting, historyMs } = portfolio;
  const keepFrom = now - Math.max(KEPT_MS, historyMs);
  return [
    chunk.firstSeq,
    chunk.lastSeq,
    chunk.firstTime,
    chunk.lastTime,
    keepFrom,
    chunk.bytes,
    formatCounts(chunk.held),
    lasting.length,
    ...lasting.flatMap(({ channel, time, seq, data }) => [channel, `${time}-${seq}`, data]),
  ];
}
