import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/account.js';
import type { AccountId, Millis, Seq } from '../../exchange/units.js';
import { CLOSE } from '../close-code.js';
import type { Session } from '../session.js';
import { InstantFormat } from '../views/instant.js';
import { EventLog, type PrivateEvent } from './event-log.js';

/** After so many replayed events it is looked whether the client keeps up. */
const REPLAY_CHUNK = 256;
/** A replay goes on only while less than this waits for the client. */
const REPLAY_WAITING_BYTES_MAX = 1_048_576;

/** How many private events are kept, for resuming and for the history of fills. */
export interface PrivateFeedLimits {
  /** Per portfolio; older ones are forgotten. */
  readonly eventsPerPortfolioMax: number;
  /** Over all portfolios; beyond it each portfolio's older half is forgotten. */
  readonly eventBytesMax: number;
}

/** A session's subscription to the private events of its portfolio. */
export class PrivateSubscription {
  readonly channels = new Set<PrivateChannel>();
  /** While it catches up, the position up to which it was served; null when it is live. */
  replayedTo: number | null = null;

  constructor(
    readonly session: Session,
    /** The position that the client knows: of the last event it got, or of its last snapshot. */
    public lastSeq: Seq,
  ) {}
}

/** Keeps the private events of every portfolio and passes them on to the sessions that asked for them. */
export class PrivateFeed {
  private readonly logs = new Map<AccountId, EventLog>();
  private readonly subscriptions = new Map<AccountId, Set<PrivateSubscription>>();
  private readonly instants = new InstantFormat();
  private bytes = 0;

  constructor(private readonly limits: PrivateFeedLimits) {}

  /** Takes the event that the account's `seq` was just raised for. */
  append(account: Account, channel: PrivateChannel, time: Millis, data: string): void {
    const log = this.logOf(account.id);
    const before = log.bytes;
    log.append(channel, account.seq, time, data);
    this.bytes += log.bytes - before;
    if (this.bytes > this.limits.eventBytesMax) this.forgetHalf();
    const subscriptions = this.subscriptions.get(account.id);
    if (subscriptions === undefined) return;
    for (const subscription of subscriptions) {
      if (subscription.replayedTo !== null) continue;
      this.deliver(subscription, { channel, seq: account.seq, time, data }, '');
    }
  }

  subscribe(account: Account, subscription: PrivateSubscription): void {
    let subscriptions = this.subscriptions.get(account.id);
    if (subscriptions === undefined) {
      subscriptions = new Set();
      this.subscriptions.set(account.id, subscriptions);
    }
    subscriptions.add(subscription);
  }

  unsubscribe(accountId: AccountId, subscription: PrivateSubscription): void {
    const subscriptions = this.subscriptions.get(accountId);
    if (subscriptions === undefined) return;
    subscriptions.delete(subscription);
    if (subscriptions.size === 0) this.subscriptions.delete(accountId);
  }

  /** The events after a position, oldest first, or null when they are not all kept. */
  eventsAfter(account: Account, seq: number): Iterable<PrivateEvent> | null {
    const log = this.logOf(account.id);
    return log.reaches(seq, account.seq) ? log.after(seq) : null;
  }

  /** The oldest position that a client can resume from. */
  oldestResumable(account: Account): number {
    const oldest = this.logs.get(account.id)?.oldest;
    return oldest === null || oldest === undefined ? account.seq : oldest - 1;
  }

  /** The data of the newest events of a channel, newest first. */
  newest(account: Account, channel: PrivateChannel, limit: number): readonly string[] {
    const found: string[] = [];
    for (const { data } of this.logOf(account.id).newestFirst(channel)) {
      found.push(data);
      if (found.length === limit) break;
    }
    return found;
  }

  /**
   * Sends what a resuming session missed, until nothing is left or the client has to read first. It is live,
   * and true is returned, once it has everything; a session that reads too slowly for the log is closed.
   */
  catchUp(account: Account, subscription: PrivateSubscription): boolean {
    const { session } = subscription;
    const missed = this.eventsAfter(account, subscription.replayedTo!);
    if (missed === null) {
      session.close(CLOSE.TOO_SLOW, 'the events to resume with are not kept any more');
      return false;
    }
    for (const event of missed) {
      this.deliver(subscription, event, '"replay":true,');
      subscription.replayedTo = event.seq;
      if (event.seq % REPLAY_CHUNK !== 0) continue;
      session.flush();
      if (session.bufferedBytes > REPLAY_WAITING_BYTES_MAX) return false;
    }
    subscription.replayedTo = null;
    return true;
  }

  /** One event as a frame, for a reader that got the event `prev` before it. */
  frame(event: PrivateEvent, prev: number, mark: string): string {
    const { channel, seq, time, data } = event;
    const at = this.instants.format(time);
    return `{"channel":"${channel}","seq":${seq},"prev":${prev},"time":"${at}",${mark}"data":${data}}`;
  }

  /** Forgets all events: the exchange is rebuilt. */
  clear(): void {
    this.logs.clear();
    this.bytes = 0;
  }

  private deliver(subscription: PrivateSubscription, event: PrivateEvent, mark: string): void {
    if (!subscription.channels.has(event.channel)) return;
    subscription.session.send(this.frame(event, subscription.lastSeq, mark));
    subscription.lastSeq = event.seq;
  }

  private logOf(id: AccountId): EventLog {
    let log = this.logs.get(id);
    if (log === undefined) {
      log = new EventLog(this.limits.eventsPerPortfolioMax);
      this.logs.set(id, log);
    }
    return log;
  }

  private forgetHalf(): void {
    this.bytes = 0;
    for (const log of this.logs.values()) {
      log.dropHalf();
      this.bytes += log.bytes;
    }
  }
}
