import type { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { ArchiveFollower } from '../../src/archive/archive-follower.js';
import { ArchiveProgress } from '../../src/archive/archive-progress.js';
import { RedisArchiveReader } from '../../src/archive/archive-reader-redis.js';
import { type ArchiveLimits, RedisArchiveWriter } from '../../src/archive/archive-writer-redis.js';
import type { ArchivedEvent } from '../../src/archive/archived-event.js';
import { EventCollector, type PageBounds } from '../../src/archive/event-collector.js';
import { History } from '../../src/archive/history.js';
import { isListed, LISTED, type Listed } from '../../src/archive/listed-events.js';
import {
  LASTING_CHANNELS,
  type LastingChannel,
  type PrivateChannel,
} from '../../src/archive/private-channel.js';
import { SNAPSHOT_DEFAULTS } from '../../src/archive/snapshot-schedule.js';
import type { Account } from '../../src/exchange/accounts/account.js';
import { encodeBatch } from '../../src/exchange/codec/batch.js';
import { Exchange } from '../../src/exchange/exchange.js';
import type { Millis } from '../../src/exchange/units.js';
import { PrivateEventListener } from '../../src/gateway/channels/private-event-listener.js';
import { Views } from '../../src/gateway/views/views.js';
import { connectRedis, whenConnected } from '../../src/journal/connection-redis.js';
import { BEGINNING, type EntryId } from '../../src/journal/journal.js';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { RedisSnapshotStore } from '../../src/journal/snapshot-store-redis.js';
import { ArchivedEvents } from '../../src/process/archived-events.js';
import type { Entry } from '../exchange/twin/traffic.js';
import { newVenueName, SILENT, testRedisUrl } from '../journal/stores.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';

const DAY_MS = 86_400_000;

/** So small that much is split: chunks, pages, and entries over several pages. */
const SMALL_PAGES: PageBounds = {
  chunkEventsMax: 8,
  chunkCharactersMax: 5_000,
  pageEventsMax: 30,
  pageChunksMax: 5,
  pageCharactersMax: 20_000,
};

/** Events by portfolio. */
export type Told = ReadonlyMap<string, readonly ArchivedEvent[]>;

/** Writes down every private event that an exchange tells. */
class ToldEvents extends PrivateEventListener {
  readonly byPortfolio = new Map<string, ArchivedEvent[]>();
  readonly exchange = new Exchange(this);
  override readonly views = new Views(this.exchange);

  protected override onPrivate({ portfolioId, seq }: Account, channel: PrivateChannel, data: string): void {
    const events = this.byPortfolio.get(portfolioId) ?? [];
    this.byPortfolio.set(portfolioId, events);
    events.push({ channel, seq, time: this.exchange.time, data });
  }
}

/** A venue whose journal a test writes by itself, and its archive. Ends with the test. */
export class ArchivedVenue {
  readonly archive: RedisArchiveReader;
  readonly history: History;
  private at = BEGINNING;

  private constructor(
    readonly name: string,
    readonly redis: Redis,
    readonly journal: RedisJournal,
    readonly snapshots: RedisSnapshotStore,
    readonly url: string,
  ) {
    this.archive = new RedisArchiveReader(url, name, SILENT);
    this.history = new History(this.archive, new ArchiveProgress(this.archive, () => this.at, SILENT));
  }

  static async open(name = newVenueName(), url = testRedisUrl()): Promise<ArchivedVenue> {
    const redis = connectRedis(url, 'test', SILENT);
    const journal = new RedisJournal(url, name, SILENT);
    const snapshots = new RedisSnapshotStore(url, name, SILENT);
    const venue = new ArchivedVenue(name, redis, journal, snapshots, url);
    onTestFinished(() => {
      redis.disconnect();
      for (const connection of [journal, snapshots, venue.archive]) connection.close();
    });
    await Promise.all([whenConnected(redis), journal.whenConnected(), snapshots.whenConnected()]);
    await until('the archive can be read', () =>
      venue.archive.mark().then(
        () => true,
        () => false,
      ),
    );
    return venue;
  }

  /** The last entry that was appended. */
  get end(): EntryId {
    return this.at;
  }

  key(name: string): string {
    return venueKey(this.name, name);
  }

  /** Appends entries under ids of their own times. */
  async append(entries: readonly Entry[]): Promise<void> {
    for (const { time, batch } of entries) {
      const id = await this.redis.xadd(
        this.key('journal'),
        `${time}-*`,
        'b',
        Buffer.from(encodeBatch(batch)),
      );
      this.at = id as EntryId;
    }
  }

  /** What the archive holds of the portfolios that a history tells of. */
  async archived(told: Told): Promise<Told> {
    const found = new Map<string, ArchivedEvent[]>();
    for (const portfolioId of told.keys()) found.set(portfolioId, await this.eventsOf(portfolioId));
    return found;
  }

  eventsOf(portfolioId: string, after = 0): Promise<ArchivedEvent[]> {
    return all(this.history.after(portfolioId, after));
  }

  /** What the archive keeps of the lasting channels by themselves, in the same form. */
  async lasting(told: Told): Promise<Told> {
    const found = new Map<string, ArchivedEvent[]>();
    for (const portfolioId of told.keys()) {
      const pages = LASTING_CHANNELS.map((channel) =>
        all(this.history.lasting(portfolioId, channel, 0 as Millis)),
      );
      const events = (await Promise.all(pages)).flat();
      if (events.length > 0)
        found.set(
          portfolioId,
          events.sort((one, other) => one.seq - other.seq),
        );
    }
    return found;
  }

  /** How long the archive takes the lists of portfolios to be. */
  async listedCounts(told: Told): Promise<Map<string, number[]>> {
    const counts = new Map<string, number[]>();
    for (const portfolioId of told.keys()) {
      const count = (listed: Listed) =>
        this.history.count(portfolioId, listed, 0 as Millis, Number.MAX_SAFE_INTEGER);
      counts.set(portfolioId, await Promise.all(LISTED.map(count)));
    }
    return counts;
  }

  /** Starts to archive in this process. */
  async follow(settings: Partial<ArchiveLimits & typeof SNAPSHOT_DEFAULTS> = {}): Promise<Following> {
    const journal = new RedisJournal(this.url, this.name, SILENT);
    const snapshots = new RedisSnapshotStore(this.url, this.name, SILENT);
    const limits = { ...DEFAULT_LIMITS, ...SNAPSHOT_DEFAULTS, ...settings };
    const archive = new RedisArchiveWriter(this.url, this.name, limits, SILENT);
    await Promise.all([journal.whenConnected(), snapshots.whenConnected(), archive.whenConnected()]);
    const collector = new EventCollector(() => 90 * DAY_MS, SMALL_PAGES);
    const stores = { journal, snapshots, archive };
    const follower = new ArchiveFollower(stores, collector, new ArchivedEvents(collector), limits, SILENT);
    const ended = follower.run();
    const following = {
      stop: async () => {
        follower.stop();
        await ended;
        for (const connection of [journal, snapshots, archive]) connection.close();
      },
    };
    onTestFinished(() => following.stop());
    return following;
  }

  /** Resolves once everything up to the journal's end is archived. */
  async whenComplete(): Promise<void> {
    await until('all is archived', async () => {
      const mark = await this.archive.mark();
      return mark?.entryId === this.at && mark.part === null;
    });
  }
}

export interface Following {
  stop(): Promise<void>;
}

/** What an exchange tells that applies entries. */
export function toldBy(entries: readonly Entry[]): Told {
  const listener = new ToldEvents();
  for (const { time, batch } of entries) listener.exchange.applyBatch(time, batch, null);
  return listener.byPortfolio;
}

/** How long the lists of portfolios are. */
export function listedCounts(told: Told): Map<string, number[]> {
  const counts = [...told].map(
    ([portfolioId, events]) =>
      [
        portfolioId,
        LISTED.map((listed) => events.filter((event) => isListed(event, listed)).length),
      ] as const,
  );
  return new Map(counts);
}

/** Those of the lasting channels. */
export function lastingOf(told: Told): Told {
  const isLasting = ({ channel }: ArchivedEvent) => LASTING_CHANNELS.includes(channel as LastingChannel);
  const filtered = [...told].map(([portfolioId, events]) => [portfolioId, events.filter(isLasting)] as const);
  return new Map(filtered.filter(([, events]) => events.length > 0));
}

export async function all(pages: AsyncIterable<readonly ArchivedEvent[]>): Promise<ArchivedEvent[]> {
  const found: ArchivedEvent[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}
