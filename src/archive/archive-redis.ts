import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Millis } from '../exchange/units.js';
import { connectRedis } from '../journal/connection-redis.js';
import type { EntryId } from '../journal/journal.js';
import { venueKey } from '../journal/redis-keys.js';
import { ARCHIVE_RETENTION_MS, type PortfolioEvent } from './archived-event.js';
import type { LastingChannel } from './private-channel.js';

/** How many events one reply of Redis holds at most. */
const PAGE_EVENTS = 1_000;

/**
 * Adds entries to streams, each with the number of its stream among the keys, and bounds the streams. What Redis
 * refuses because it is not above the last entry of its stream was written before.
 */
const WRITE = `
local lengthMax, oldest, keptMs = ARGV[1], ARGV[2], ARGV[3]
for i = 4, #ARGV, 3 do
  local added = redis.pcall('XADD', KEYS[tonumber(ARGV[i])], ARGV[i + 1], 'data', ARGV[i + 2])
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller', 1, true) then
    return added
  end
end
for _, stream in ipairs(KEYS) do
  redis.call('XTRIM', stream, 'MAXLEN', '~', lengthMax)
  redis.call('XTRIM', stream, 'MINID', '~', oldest)
  redis.call('PEXPIRE', stream, keptMs)
end
return 1`;

/** Moves the mark on if it still is where it was thought to be. */
const ADVANCE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

export interface ArchiveLimits {
  /** Of one portfolio and channel, about; older ones are forgotten. */
  readonly archiveEventsMax: number;
}

/**
 * The archived events of one venue: a stream for each portfolio and channel, and a mark that tells up to which
 * journal entry it is complete. An event's place in its stream is `<time>-<seq>`, which only ever grows; so Redis
 * itself refuses what was written before, and whoever writes it a second time does no harm.
 */
export class RedisArchive {
  private readonly redis: Redis;
  private readonly mark: string;
  private readonly journal: string;

  constructor(
    url: string,
    private readonly venue: string,
    private readonly limits: ArchiveLimits,
    logger: Logger,
  ) {
    this.redis = connectRedis(url, 'archive', logger);
    this.mark = venueKey(venue, 'archived-until');
    this.journal = venueKey(venue, 'journal');
  }

  /** Up to which journal entry everything is archived; null before the first time. */
  async completeUntil(): Promise<EntryId | null> {
    return (await this.redis.get(this.mark)) as EntryId | null;
  }

  /** Whether the journal holds an entry: one that it lost may have told of what never happened. */
  async isInJournal(entryId: EntryId): Promise<boolean> {
    return (await this.redis.xrange(this.journal, entryId, entryId)).length > 0;
  }

  /**
   * Writes some events, those of a portfolio in their order, and forgets what is too old or too many. One command,
   * since a hundred thousand payments may be due at one full hour. When it failed, all of it can be written again.
   */
  async write(events: readonly PortfolioEvent[], now: Millis): Promise<void> {
    const streams = new Map<string, number>();
    const entries: (string | number)[] = [];
    for (const { portfolioId, channel, time, seq, data } of events) {
      const stream = this.streamOf(portfolioId, channel);
      const number = streams.get(stream) ?? streams.size + 1;
      streams.set(stream, number);
      entries.push(number, `${time}-${seq}`, data);
    }
    const oldest = Math.max(0, now - ARCHIVE_RETENTION_MS);
    const bounds = [this.limits.archiveEventsMax, oldest, ARCHIVE_RETENTION_MS];
    await this.redis.eval(WRITE, streams.size, ...streams.keys(), ...bounds, ...entries);
  }

  /** Moves the mark on. False, and nothing is done, when it is not where it was read. */
  async advance(from: EntryId | null, to: EntryId): Promise<boolean> {
    return (await this.redis.eval(ADVANCE, 1, this.mark, from ?? '', to)) === 1;
  }

  /** The events of a portfolio since a moment, newest first, many at a time. */
  async *pages(
    portfolioId: string,
    channel: LastingChannel,
    since: Millis,
  ): AsyncGenerator<readonly PortfolioEvent[]> {
    const stream = this.streamOf(portfolioId, channel);
    let newest = '+';
    for (;;) {
      const entries = await this.redis.xrevrange(stream, newest, since, 'COUNT', PAGE_EVENTS);
      yield entries.map(([id, [, data = '']]) => {
        const [time, seq] = id.split('-').map(Number) as [Millis, number];
        return { portfolioId, channel, seq, time, data };
      });
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE_EVENTS) return;
      newest = `(${last[0]}`;
    }
  }

  close(): void {
    this.redis.disconnect();
  }

  private streamOf(portfolioId: string, channel: LastingChannel): string {
    return venueKey(this.venue, `archive:${channel}:${portfolioId}`);
  }
}
