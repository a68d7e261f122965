import type { History } from '../../archive/history.js';
import type { PrivateChannel } from '../../archive/private-channel.js';
import { termsOf } from '../../billing/plans.js';
import type { Account } from '../../exchange/account.js';
import type { Millis } from '../../exchange/units.js';
import { nullInOutage } from '../../journal/connection-redis.js';
import type { PrivateEvent } from './event-log.js';
import type { PrivateFeed } from './private-feed.js';
import { ReadGate } from './read-gate.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** So many searches of a gateway read the archive at once; others wait. */
const SEARCHES_MAX = 4;
/** Where a moment is looked for in the archive, it need not be found more exactly. */
const BISECTED_EVENTS = 250;

export interface PastEventsLimits {
  /** So many archived events one search reads; what is older is not found by it. */
  readonly historyEventsReadMax: number;
}

/** What is looked for among the events of a portfolio. */
export interface Search {
  readonly channel: PrivateChannel;
  /** Judges the data of an event, which is JSON text. */
  isWanted(data: string): boolean;
  readonly limit: number;
  /** Nothing that happened later is wanted. */
  readonly until?: Millis;
}

/**
 * What has happened to portfolios, newest first, for lists and look-ups: what this gateway remembers, and before it
 * what is archived, as far back as the owner's plan reaches by the exchange's clock.
 */
export class PastEvents {
  private readonly gate = new ReadGate(SEARCHES_MAX);

  constructor(
    private readonly feed: PrivateFeed,
    private readonly archive: History,
    private readonly now: () => Millis,
    private readonly limits: PastEventsLimits,
  ) {}

  /** What a search finds, newest first; null when the archive cannot be read now, or is too far behind. */
  async find(account: Account, search: Search): Promise<readonly PrivateEvent[] | null> {
    const { channel, isWanted, limit, until = Number.POSITIVE_INFINITY } = search;
    const since = this.sinceOf(account);
    const found: PrivateEvent[] = [];
    for (const event of this.feed.memory.newestFirst(account.id, channel)) {
      if (event.time < since) return found;
      if (event.time <= until && isWanted(event.data) && found.push(event) === limit) return found;
    }
    const before = this.feed.memory.oldest(account.id) ?? account.seq + 1;
    if (before === 1) return found;
    return this.gate
      .pass(async () => {
        const isComplete = await this.findArchived(account, before, since, search, found);
        return isComplete ? found : null;
      })
      .catch(nullInOutage);
  }

  /**
   * All events of a channel whose every event is kept for as long as any plan reaches, newest first; null when the
   * archive cannot be read now, or is too far behind.
   */
  async lasting(
    account: Account,
    channel: 'funding' | 'liquidations',
  ): Promise<AsyncIterable<PrivateEvent> | null> {
    const since = this.sinceOf(account);
    const remembered = [...this.feed.memory.newestFirst(account.id, channel)];
    const before = this.feed.memory.oldest(account.id) ?? account.seq + 1;
    const isKnown = await this.isArchivedBefore(account, before).catch(nullInOutage);
    if (isKnown !== true) return null;
    return merged(remembered, this.archive.lasting(account.portfolioId, channel, since), before, since);
  }

  private sinceOf({ membership }: Account): Millis {
    return (this.now() - termsOf(membership.plan).historyDays * DAY_MS) as Millis;
  }

  /** Adds what is found in the archive; false when it lacks what comes right before `before`. */
  private async findArchived(
    { portfolioId }: Account,
    before: number,
    since: Millis,
    { channel, isWanted, limit, until }: Search,
    found: PrivateEvent[],
  ): Promise<boolean> {
    const extent = await this.archive.extent(portfolioId);
    if (extent === null) return true;
    if (extent.newest < before - 1) return false;
    const end = until === undefined ? before : await this.endOf(portfolioId, extent.oldest, before, until);
    let read = 0;
    for await (const page of this.archive.newestFirst(portfolioId, end)) {
      for (const event of page) {
        if (event.time < since) return true;
        if (until !== undefined && event.time > until) continue;
        if (event.channel === channel && isWanted(event.data) && found.push(event) === limit) return true;
        read += 1;
      }
      if (read >= this.limits.historyEventsReadMax) return true;
    }
    return true;
  }

  /** A number such that no event from it on happened until a moment, and not many before it happened later. */
  private async endOf(portfolioId: string, oldest: number, before: number, until: Millis): Promise<number> {
    let low = oldest;
    let high = before;
    const firstTime = await this.timeOf(portfolioId, oldest);
    if (firstTime !== null && firstTime > until) return oldest;
    while (high - low > BISECTED_EVENTS) {
      const middle = Math.floor((low + high) / 2);
      const time = await this.timeOf(portfolioId, middle);
      if (time === null || time <= until) low = middle;
      else high = middle;
    }
    return high;
  }

  private async timeOf(portfolioId: string, seq: number): Promise<Millis | null> {
    for await (const [newest] of this.archive.newestFirst(portfolioId, seq + 1)) return newest?.time ?? null;
    return null;
  }

  private async isArchivedBefore({ portfolioId }: Account, before: number): Promise<boolean> {
    if (before === 1) return true;
    const extent = await this.archive.extent(portfolioId);
    return extent === null || extent.newest >= before - 1;
  }
}

async function* merged(
  remembered: readonly PrivateEvent[],
  archived: AsyncIterable<readonly PrivateEvent[]>,
  before: number,
  since: Millis,
): AsyncGenerator<PrivateEvent> {
  for (const event of remembered) if (event.time >= since) yield event;
  for await (const page of archived) {
    for (const event of page) if (event.seq < before) yield event;
  }
}
