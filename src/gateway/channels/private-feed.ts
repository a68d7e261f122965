import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { OrderStatus } from '../../exchange/orders/order.js';
import type { AccountId, Millis } from '../../exchange/units.js';
import type { Session } from '../sessions/session.js';
import { InstantFormat } from '../views/instant.js';
import type { PrivateEvent } from './event-log.js';
import { EventMemory } from './event-memory.js';

export interface PrivateFeedLimits {
  /** Of recent private events over all portfolios; beyond it the oldest are forgotten. */
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
    public lastSeq: number,
  ) {}
}

/** Remembers recent private events, and passes them on to the sessions that asked for them. */
export class PrivateFeed {
  readonly memory: EventMemory;
  private readonly subscriptions = new Map<AccountId, Set<PrivateSubscription>>();
  private readonly instants = new InstantFormat();

  constructor({ eventBytesMax }: PrivateFeedLimits) {
    this.memory = new EventMemory(eventBytesMax);
  }

  /** Forgets all, since another exchange begins: its accounts are others, whatever their ids. */
  reset(): void {
    this.memory.clear();
    this.subscriptions.clear();
  }

  /** Takes the event that the account's `seq` was just raised for; with that of an order comes its status. */
  append(
    account: Account,
    channel: PrivateChannel,
    time: Millis,
    data: string,
    orderStatus?: OrderStatus,
  ): void {
    this.memory.append(account.id, channel, account.seq, time, data, orderStatus);
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

  /** The events after a position, oldest first; null when they are not all remembered. To be read in this turn. */
  remembered(account: Account, seq: number): Iterable<PrivateEvent> | null {
    if (seq === account.seq) return [];
    const oldest = this.memory.oldest(account.id);
    return oldest === null || oldest > seq + 1 ? null : this.memory.after(account.id, seq);
  }

  /** Sends an event to a subscription, if it is one of its channels. `mark` is JSON text of further fields. */
  deliver(subscription: PrivateSubscription, event: PrivateEvent, mark: string): void {
    if (!subscription.channels.has(event.channel)) return;
    const frame = this.frame(event, subscription.lastSeq, mark);
    subscription.lastSeq = event.seq;
    if (subscription.replayedTo === null) subscription.session.sendEvent(frame, event.seq);
    else subscription.session.send(frame);
  }

  /** One event as a frame, for a reader that got the event `prev` before it. */
  frame(event: PrivateEvent, prev: number, mark: string): string {
    const { channel, seq, time, data } = event;
    const at = this.instants.format(time);
    return `{"channel":"${channel}","seq":${seq},"prev":${prev},"time":"${at}",${mark}"data":${data}}`;
  }
}
