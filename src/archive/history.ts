import type { Millis } from '../exchange/units.js';
import type { ArchiveBuffer } from './archive-buffer.js';
import type { RedisArchive } from './archive-redis.js';
import type { ArchivedChannel, ArchivedEvent } from './archived-event.js';

/** What has happened to portfolios, as far back as the archive goes, and up to what this gateway saw last. */
export class History {
  constructor(
    private readonly archive: RedisArchive,
    private readonly buffer: ArchiveBuffer,
  ) {}

  /** The events of a portfolio since a moment, newest first, many at a time. */
  async *pages(
    portfolioId: string,
    channel: ArchivedChannel,
    since: Millis,
  ): AsyncGenerator<readonly ArchivedEvent[]> {
    const waiting = this.buffer.newestFirst(portfolioId, channel).filter(({ time }) => time >= since);
    yield waiting;
    const oldestWaiting = waiting.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
    // What waits here may be written already, by this gateway or another one.
    for await (const page of this.archive.pages(portfolioId, channel, since)) {
      yield page.filter(({ seq }) => seq < oldestWaiting);
    }
  }
}
