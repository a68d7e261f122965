import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { History } from '../../archive/history.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Millis } from '../../exchange/units.js';
import { nullInOutage } from '../../journal/connection-redis.js';
import type { Replica } from '../../journal/replica.js';
import type { Asker, RefusedCursors } from '../refused-cursors.js';
import type { PrivateEvent } from './event-log.js';
import { SWEEP_EVERY_MS } from './event-memory.js';
import { PastEvents, type PastEventsLimits } from './past-events.js';
import type { PrivateFeed } from './private-feed.js';
import { ReadGate } from './read-gate.js';
import { UnknownCursors } from './unknown-cursors.js';

/** So many events of those that are remembered make a page. */
const PAGE_EVENTS = 250;
/** So many chunks of the archive are read ahead for one reader, each of which makes a page. */
const CHUNKS_PER_REPLY = 4;
/** So many pages of a gateway are read from Redis at once; other readers wait. */
const READS_MAX = 8;
/** Where memory has dropped what the archive does not have yet, it is looked again after so long. */
const BEHIND_RETRY_MS = 250;

/** What a history is made of. */
export interface PrivateHistoryParts {
  readonly feed: PrivateFeed;
  readonly archive: History;
  readonly replica: Pick<Replica, 'status' | 'freshness'>;
  readonly refused: RefusedCursors;
  readonly log: Logger;
  /** The present exchange, which may be another object after any await. */
  exchange(): Exchange;
  /** Its clock. */
  now(): Millis;
}

export interface PrivateHistoryLimits extends PastEventsLimits {
  /** So long the archive is waited for where it lacks what memory has dropped. */
  readonly archiveWaitMs: number;
}

/** A position that somebody wants to go on from. */
export interface Cursor {
  /** Undefined where the caller vouches that the position is one of the present history. */
  readonly epoch: string | undefined;
  readonly seq: number;
}

/** The positions of a portfolio that can be gone on from. */
export interface CursorRange {
  readonly epoch: string;
  readonly oldest: number;
  readonly newest: number;
}

/** Why a position cannot be gone on from: what it is, or that this cannot be found out now. */
export type CursorRefusal =
  | { readonly error: 'RESUME_UNAVAILABLE'; readonly details: CursorRange }
  | { readonly error: 'UNAVAILABLE' };

/**
 * All private events of a portfolio: those that this gateway remembers, and before them those in the archive. The
 * two overlap, since what is not archived is remembered for as long as there is room; where there was none, a reader
 * waits for the archive.
 */
export class PrivateHistory {
  /** The same events the other way round, for lists. */
  readonly past: PastEvents;
  /** Where it is noted who asks for what is not theirs. */
  readonly refused: RefusedCursors;
  /** For what goes wrong while events are read. */
  readonly log: Logger;
  private readonly feed: PrivateFeed;
  private readonly archive: History;
  private readonly unknown: UnknownCursors;
  private readonly gate = new ReadGate(READS_MAX);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly parts: PrivateHistoryParts,
    private readonly limits: PrivateHistoryLimits,
  ) {
    const { feed, archive, replica, now, refused, log } = parts;
    this.feed = feed;
    this.archive = archive;
    this.refused = refused;
    this.log = log;
    this.unknown = new UnknownCursors(replica);
    this.past = new PastEvents(feed, archive, now, limits);
  }

  /** Begins to forget what is archived. */
  start(): void {
    const { feed, archive } = this;
    this.timer = setInterval(() => feed.memory.sweep(archive.archivedUntil), SWEEP_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** The positions that can be gone on from. Rejects when Redis has to be asked and does not answer. */
  async range(account: Account): Promise<CursorRange> {
    const remembered = this.feed.memory.oldest(account.id) ?? account.seq + 1;
    const archived = remembered === 1 ? null : await this.archive.extent(account.portfolioId);
    const pending = this.isUnarchived(account) ? 1 : remembered;
    const oldest = Math.min(remembered, archived?.oldest ?? pending);
    return { epoch: this.parts.exchange().epoch, oldest: oldest - 1, newest: account.seq };
  }

  /**
   * Why a position cannot be gone on from; null where it can. It is exact: every event after it can be had, or it is
   * refused. What no client can have come by honestly is logged.
   */
  async refusalOf(account: Account, cursor: Cursor, asker: Asker): Promise<CursorRefusal | null> {
    const { epoch = this.parts.exchange().epoch, seq } = cursor;
    const isOfThisHistory = await this.unknown.judge(
      () => epoch === this.parts.exchange().epoch && seq <= account.seq,
    );
    if (isOfThisHistory === null || !this.isPresent(account)) return { error: 'UNAVAILABLE' };
    if (!isOfThisHistory) {
      const fault = epoch === this.parts.exchange().epoch ? 'FUTURE_SEQ' : 'ANOTHER_EPOCH';
      this.refused.note(asker, fault, `${account.portfolioId}:${epoch}:${seq}`);
    } else if (this.feed.remembered(account, seq) !== null) return null;
    const details = await this.range(account).catch(nullInOutage);
    if (details === null || !this.isPresent(account)) return { error: 'UNAVAILABLE' };
    return isOfThisHistory && seq >= details.oldest ? null : { error: 'RESUME_UNAVAILABLE', details };
  }

  /**
   * The events after a position up to the newest one, oldest first and without a gap. Where the archive is behind, it
   * is waited for while the reader is patient, and for a time at the most. Ends early where they cannot be had: they
   * are kept no more, the archive stays behind, or the exchange was rebuilt. Rejects when Redis has to be asked and
   * does not answer.
   */
  async *pagesAfter(
    account: Account,
    seq: number,
    isPatient: () => boolean,
  ): AsyncGenerator<readonly PrivateEvent[]> {
    let reached = seq;
    let untilMs = performance.now() + this.limits.archiveWaitMs;
    while (reached < account.seq && this.isPresent(account)) {
      const before = reached;
      for await (const page of this.presentPagesAfter(account, reached)) {
        if (page[0]?.seq !== reached + 1) return;
        reached += page.length;
        yield page;
        untilMs = performance.now() + this.limits.archiveWaitMs;
      }
      if (reached > before) continue;
      if (performance.now() > untilMs || !isPatient()) return;
      await delay(BEHIND_RETRY_MS, undefined, { ref: false });
    }
  }

  /** False once the exchange that an account belongs to was replaced. */
  isPresent(account: Account): boolean {
    return this.parts.exchange().findPortfolio(account.portfolioId) === account;
  }

  /** True where the archive has not come to what happened before the events that are remembered. */
  private isUnarchived(account: Account): boolean {
    const { archivedUntil } = this.archive;
    const [oldest] = this.feed.memory.after(account.id, 0);
    return archivedUntil === null || archivedUntil <= (oldest?.time ?? this.parts.exchange().time);
  }

  /** What is remembered, or else archived, by now. The archive may be ahead of this gateway's exchange. */
  private async *presentPagesAfter(account: Account, seq: number): AsyncGenerator<readonly PrivateEvent[]> {
    const remembered = this.rememberedPage(account, seq);
    if (remembered !== null) return yield remembered;
    const pages = this.archive.after(account.portfolioId, seq, CHUNKS_PER_REPLY);
    for (;;) {
      const { value: page, done } = await this.gate.pass(() => pages.next());
      if (done === true) return;
      yield page.filter((event) => event.seq <= account.seq);
    }
  }

  private rememberedPage(account: Account, seq: number): readonly PrivateEvent[] | null {
    const remembered = this.feed.remembered(account, seq);
    if (remembered === null) return null;
    const page: PrivateEvent[] = [];
    for (const event of remembered) if (page.push(event) === PAGE_EVENTS) break;
    return page;
  }
}
