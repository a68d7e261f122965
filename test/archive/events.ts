import { randomUUID } from 'node:crypto';
import { RedisArchive } from '../../src/archive/archive-redis.js';
import type { PortfolioEvent } from '../../src/archive/archived-event.js';
import type { LastingChannel } from '../../src/archive/private-channel.js';
import type { Millis } from '../../src/exchange/units.js';
import { connectRedis, whenConnected } from '../../src/journal/connection-redis.js';
import { newVenueName, SILENT, testRedisUrl } from '../journal/stores.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';

export const NOW = Date.UTC(2026, 0, 5, 15) as Millis;
export const PORTFOLIO: string = randomUUID();

/** A funding payment of the portfolio, told at a time that grows with its number. */
export function event(seq: number, differences: Partial<PortfolioEvent> = {}): PortfolioEvent {
  const time = (NOW + seq) as Millis;
  return { portfolioId: PORTFOLIO, channel: 'funding', seq, time, data: `{"seq":${seq}}`, ...differences };
}

export function events(count: number): PortfolioEvent[] {
  return Array.from({ length: count }, (_, index) => event(index + 1));
}

/** The archive of a venue, by default of one of its own. */
export async function openArchive(
  venue = newVenueName(),
  limits: Partial<typeof DEFAULT_LIMITS> = {},
  url = testRedisUrl(),
) {
  const archive = new RedisArchive(url, venue, { ...DEFAULT_LIMITS, ...limits }, SILENT);
  const redis = connectRedis(url, 'test', SILENT);
  await whenConnected(redis);
  await until('the archive can be read', () =>
    archive.completeUntil().then(
      () => true,
      () => false,
    ),
  );
  return {
    venue,
    archive,
    redis,
    close() {
      archive.close();
      redis.disconnect();
    },
  };
}

/** All archived events of a portfolio, newest first. */
export async function readAll(
  archive: RedisArchive,
  portfolioId = PORTFOLIO,
  channel: LastingChannel = 'funding',
  since = 0 as Millis,
): Promise<PortfolioEvent[]> {
  const found: PortfolioEvent[] = [];
  for await (const page of archive.pages(portfolioId, channel, since)) found.push(...page);
  return found;
}
