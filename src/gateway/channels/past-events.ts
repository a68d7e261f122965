import { setImmediate as nextTurn } from 'node:timers/promises';
import type { History } from '../../archive/history.js';
import { isListed, type Listed } from '../../archive/listed-events.js';
import type { LastingChannel } from '../../archive/private-channel.js';
import { historyMsOf } from '../../billing/plans.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Millis } from '../../exchange/units.js';
import { nullInOutage } from '../../journal/connection-redis.js';
import type { PrivateEvent } from './event-log.js';
import type { PrivateFeed } from './private-feed.js';
import { ReadGate } from './read-gate.js';
import { RememberedSearch, type Search } from './remembered-search.js';

/** So many searches of a gateway read the archive at once; others wait. */
const SEARCHES_MAX = 4;

export interface PastEventsLimits {
  /** So many archived events one search reads; what is older is not found by it. */
  readonly historyEventsReadMax: number;
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

  /**
   * What a search finds of what has happened until now, newest first; null when the archive cannot be read now, or is
   * too far behind.
   */
  async find(account: Account, search: Search): Promise<readonly PrivateEvent[] | null> {
    const since = this.sinceOf(account, search.since);
    const log = this.feed.memory.logOf(account.id);
    const remembered = new RememberedSearch(log, account.seq, search, since, (event) =>
      this.isArchived(event),
    );
    let goesOn = remembered.readOn();
    if (remembered.isOver) return remembered.found;
    return this.gate
      .pass(async () => {
        while (goesOn) {
          await nextTurn();
          goesOn = remembered.readOn();
        }
        const { found, before } = remembered;
        if (remembered.isOver) return found;
        if (!(await this.isArchivedBefore(account, before))) return null;
        await this.findArchived(account, before, since, search, found);
        return found;
      })
      .catch(nullInOutage);
  }

  /**
   * How long the list of what has happened until now is, as far back as the owner's plan reaches, or since a moment; null
   * when the archive cannot be read now, or is too far behind.
   */
  async count(account: Account, listed: Listed, from?: Millis): Promise<number | null> {
    const since = this.sinceOf(account, from);
    const log = this.feed.memory.logOf(account.id);
    const remembered = log?.countSince(listed, Math.max(since, this.archive.archivedUntil ?? since));
    const oldest = log?.oldest ?? account.seq + 1;
    const before = remembered?.from ?? account.seq + 1;
    const countArchived = async () => {
      if (!(await this.isArchivedBefore(account, oldest))) return null;
      const archived = await this.archive.count(account.portfolioId, listed, since, before);
      return (remembered?.count ?? 0) + archived;
    };
    return countArchived().catch(nullInOutage);
  }

  /**
   * All events of a channel whose every event is kept for as long as any plan reaches, newest first; null when the
   * archive cannot be read now, or is too far behind.
   */
  async lasting(account: Account, channel: LastingChannel): Promise<AsyncIterable<PrivateEvent> | null> {
    const since = this.sinceOf(account);
    const log = this.feed.memory.logOf(account.id);
    const remembered = [...(log?.newestFirst(channel) ?? [])];
    const before = log?.oldest ?? account.seq + 1;
    const isKnown = await this.isArchivedBefore(account, before).catch(nullInOutage);
    if (isKnown !== true) return null;
    return merged(remembered, this.archive.lasting(account.portfolioId, channel, since), before, since);
  }

  private sinceOf(account: Account, from = 0 as Millis): Millis {
    return Math.max(from, this.now() - historyMsOf(account)) as Millis;
  }

  private isArchived({ time }: { readonly time: Millis }): boolean {
    const { archivedUntil } = this.archive;
    return archivedUntil !== null && time < archivedUntil;
  }

  /** Adds what is found in the archive before a position. */
  private async findArchived(
    { portfolioId }: Account,
    before: number,
    since: Millis,
    { listed, isWanted, limit, until }: Search,
    found: PrivateEvent[],
  ): Promise<void> {
    const later =
      until === undefined ? before : await this.archive.firstSince(portfolioId, (until + 1) as Millis);
    let read = 0;
    for await (const page of this.archive.newestFirst(portfolioId, listed, Math.min(before, later))) {
      for (const event of page) {
        if (event.time < since) return;
        if (isListed(event, listed) && isWanted(event.data) && found.push(event) === limit) return;
        read += 1;
      }
      if (read >= this.limits.historyEventsReadMax) return;
    }
  }

  /** False when the archive lacks what comes right before a position, which memory does not hold. */
  private async isArchivedBefore({ portfolioId }: Account, before: number): Promise<boolean> {
    if (before === 1) return true;
    const extent = await this.archive.extent(portfolioId);
    if (extent !== null) return extent.newest >= before - 1;
    // Nothing of this portfolio is archived: what it had was forgotten long ago, or is yet to be archived.
    const { forgottenUntil } = this.feed.memory;
    return forgottenUntil === 0 || this.isArchived({ time: forgottenUntil });
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
