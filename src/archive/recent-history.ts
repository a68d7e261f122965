import type { Millis } from '../exchange/units.js';
import type { ArchiveBuffer } from './archive-buffer.js';
import type { RedisArchive } from './archive-redis.js';
import type { PortfolioEvent } from './archived-event.js';
import type { LastingChannel } from './private-channel.js';

/** The events of the lasting channels, as far back as the archive goes, and up to what this gateway saw last. */
export class RecentHistory {
  constructor(
    private readonly archive: RedisArchive,
    private readonly buffer: ArchiveBuffer,
  ) {}

  /** The events of a portfolio since a moment, newest first, many at a time. */
  async *pages(
    portfolioId: string,
    channel: LastingChannel,
    since: Millis,
  ): AsyncGenerator<readonly PortfolioEvent[]> {
    const waiting = this.buffer.newestFirst(portfolioId, channel).filter(({ time }) => time >= since);
    yield waiting;
    const oldestWaiting = waiting.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
    // What waits here may be written already, by this gateway or another one.
    for await (const page of this.archive.pages(portfolioId, channel, since)) {
      yield page.filter(({ seq }) => seq < oldestWaiting);
    }
  }
}
