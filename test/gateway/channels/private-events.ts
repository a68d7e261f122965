import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { archiveKeys } from '../../../src/archive/archive-keys.js';
import { ArchiveProgress } from '../../../src/archive/archive-progress.js';
import { RedisArchiveReader } from '../../../src/archive/archive-reader-redis.js';
import { packChunk } from '../../../src/archive/chunk-codec.js';
import { History } from '../../../src/archive/history.js';
import { countListed, formatCounts } from '../../../src/archive/listed-events.js';
import { PRIVATE_CHANNELS } from '../../../src/archive/private-channel.js';
import type { Account } from '../../../src/exchange/accounts/account.js';
import { unending } from '../../../src/exchange/accounts/membership.js';
import { DEAF_LISTENER } from '../../../src/exchange/event.js';
import { Exchange } from '../../../src/exchange/exchange.js';
import type { Micros, Millis, Seq } from '../../../src/exchange/units.js';
import type { PrivateEvent } from '../../../src/gateway/channels/event-log.js';
import { PrivateFeed } from '../../../src/gateway/channels/private-feed.js';
import { PrivateHistory } from '../../../src/gateway/channels/private-history.js';
import { RefusedCursors } from '../../../src/gateway/refused-cursors.js';
import { SecurityLog } from '../../../src/identity/security-log.js';
import { Freshness } from '../../../src/journal/freshness.js';
import { BEGINNING } from '../../../src/journal/journal.js';
import type { ReplicaState } from '../../../src/journal/replica.js';
import { connectTestRedis } from '../../identity/fresh-credentials.js';
import { newVenueName, SILENT, testRedisUrl } from '../../journal/stores.js';
import { DEFAULT_LIMITS } from '../../support/limits.js';
import type { Random } from '../../support/random.js';
import { until } from '../../support/until.js';

export const NOW = Date.UTC(2026, 0, 5, 15) as Millis;
export const ASKER = { userId: 'user-1', keyId: 'key-1', address: '127.0.0.1', requestId: 'request-1' };

/** A portfolio's events from the first on, a second apart, the last one now. */
export function eventsOf(random: Random, count: number): PrivateEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    channel: random.pick(PRIVATE_CHANNELS),
    seq: index + 1,
    time: (NOW - 1_000 * (count - index - 1)) as Millis,
    data: `{"text":"${'€x'.repeat(random.between(0, 200))}","number":${index}}`,
  }));
}

/** A gateway's private events without its sockets: what it remembers of one portfolio, and what is archived. */
export class PrivateEvents {
  readonly feed = new PrivateFeed(DEFAULT_LIMITS);
  readonly history: PrivateHistory;
  /** Whether the journal can be read, and how far it was. */
  state: ReplicaState = 'READY';
  readonly freshness = new Freshness(60_000, () => {});
  /** Lines of the log, and of the security log. */
  readonly logged: object[] = [];
  account: Account;
  exchange = new Exchange(DEAF_LISTENER);
  private readonly portfolioId = randomUUID();

  private constructor(
    private readonly reader: RedisArchiveReader,
    private readonly redis: Redis,
    private readonly venue: string,
    limits: Partial<typeof DEFAULT_LIMITS>,
  ) {
    const logger = pino({}, { write: (line: string) => this.logged.push(JSON.parse(line)) });
    const log = new SecurityLog(logger, { present: new Uint8Array(32), previous: null }, venue);
    this.history = new PrivateHistory(
      {
        feed: this.feed,
        archive: new History(reader, new ArchiveProgress(reader, () => BEGINNING, SILENT)),
        replica: replicaOf(this),
        refused: new RefusedCursors(() => log),
        log: logger,
        exchange: () => this.exchange,
        now: () => NOW,
      },
      { ...DEFAULT_LIMITS, ...limits },
    );
    this.account = this.open();
  }

  static async start(limits: Partial<typeof DEFAULT_LIMITS> = {}): Promise<PrivateEvents> {
    const venue = newVenueName();
    const reader = new RedisArchiveReader(testRedisUrl(), venue, SILENT);
    const events = new PrivateEvents(reader, await connectTestRedis(), venue, limits);
    await until('the archive can be read', () =>
      reader
        .mark()
        .then(() => true)
        .catch(() => false),
    );
    return events;
  }

  /** Goes on as a gateway that restored a snapshot with the first `seq` events in it. */
  restart(seq: number): void {
    this.exchange = new Exchange(DEAF_LISTENER);
    this.feed.memory.clear();
    this.account = this.open();
    this.account.seq = seq as Seq;
  }

  /** Something happens. */
  tell({ channel, seq, time, data }: PrivateEvent): void {
    this.account.seq = seq as Seq;
    this.feed.append(this.account, channel, time, data);
  }

  /** Archives events in chunks of random lengths. */
  async archive(random: Random, events: readonly PrivateEvent[]): Promise<void> {
    const stream = archiveKeys(this.venue).events(this.portfolioId);
    for (let start = 0; start < events.length; ) {
      const length = random.between(1, 60);
      const chunk = packChunk(events.slice(start, start + length));
      const { firstSeq, lastSeq, firstTime, lastTime, bytes, held } = chunk;
      const until = countListed(events.slice(0, start + length));
      const counts = ['held', formatCounts(held), 'until', formatCounts(until)];
      const fields = ['first', firstSeq, 'from', firstTime, 'to', lastTime, 'bytes', bytes, ...counts];
      await this.redis.xadd(stream, `${lastSeq}-0`, ...fields);
      start += length;
    }
  }

  /** Archives events as a chunk that nobody can read. */
  async archiveDamaged(events: readonly PrivateEvent[]): Promise<void> {
    const stream = archiveKeys(this.venue).events(this.portfolioId);
    const { firstSeq, lastSeq, firstTime, lastTime } = packChunk(events);
    const fields = ['first', firstSeq, 'from', firstTime, 'to', lastTime, 'bytes', Buffer.from([1, 255])];
    await this.redis.xadd(stream, `${lastSeq}-0`, ...fields);
  }

  /** Everything archived is gone. */
  async clearArchive(): Promise<void> {
    await this.redis.unlink(archiveKeys(this.venue).events(this.portfolioId));
  }

  async close(): Promise<void> {
    this.reader.close();
    this.redis.disconnect();
  }

  /** The journal cannot be read any more. */
  cutOff(): void {
    this.state = 'UNAVAILABLE';
    this.freshness.release();
  }

  /** All that can be read after a position by now. */
  async readAfter(seq: number, isPatient = () => false): Promise<PrivateEvent[]> {
    const found: PrivateEvent[] = [];
    for await (const page of this.history.pagesAfter(this.account, seq, isPatient)) found.push(...page);
    return found;
  }

  private open(): Account {
    const { portfolioId } = this;
    const deposit = 1_000_000 as Micros;
    const command = { kind: 'OPEN_ACCOUNT', portfolioId, deposit, membership: unending('BASIC') } as const;
    this.exchange.applyBatch(NOW, { incarnation: 'one', number: 1, commands: [command] }, null);
    const account = this.exchange.findPortfolio(portfolioId)!;
    account.seq = 0 as Seq;
    return account;
  }
}

function replicaOf(events: PrivateEvents) {
  const { freshness } = events;
  return {
    freshness,
    get status() {
      return { state: events.state, reason: '' };
    },
  };
}
