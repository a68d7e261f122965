import type { Account } from '../../exchange/accounts/account.js';
import { isOutage } from '../../journal/connection-redis.js';
import { CLOSE } from '../sessions/close-code.js';
import type { PrivateEvent } from './event-log.js';
import type { PrivateFeed, PrivateSubscription } from './private-feed.js';
import type { PrivateHistory } from './private-history.js';

/** After so many replayed events it is looked whether the client keeps up. */
const REPLAY_CHUNK = 256;
/** A replay goes on only while less than this waits for the client. */
const REPLAY_WAITING_BYTES_MAX = 262_144;

/**
 * Sends a session everything that has happened since a position, in order and once, and then makes it live: what is
 * remembered at once, what is older page by page from the archive. The client decides the pace: nothing is read for
 * it while much waits for it to read. Meanwhile it gets no live events; they are a part of what it missed.
 */
export class Replay {
  /** Read from the archive, and sent up to the position of the subscription. */
  private page: readonly PrivateEvent[] = [];
  private pages: AsyncGenerator<readonly PrivateEvent[]> | null = null;
  private isReading = false;
  private isEnded = false;

  /** `onCaughtUp` is called once, in the turn in which the session has everything. */
  constructor(
    private readonly feed: PrivateFeed,
    private readonly history: PrivateHistory,
    private readonly account: Account,
    private readonly subscription: PrivateSubscription,
    readonly from: number,
    private readonly onCaughtUp: () => void,
  ) {
    subscription.lastSeq = from;
    subscription.replayedTo = from;
  }

  /** Goes on until nothing is left, the client has to read first, or the archive has to be asked. */
  proceed(): void {
    if (this.isReading || this.isEnded || !this.send(this.page)) return;
    this.page = [];
    const remembered = this.feed.remembered(this.account, this.subscription.replayedTo!);
    if (remembered === null) return void this.read().catch((error: unknown) => this.failed(error));
    this.pages = null;
    if (!this.send(remembered)) return;
    this.subscription.replayedTo = null;
    this.isEnded = true;
    this.onCaughtUp();
  }

  /** Sends no more: the subscription has ended, or begins again elsewhere. */
  end(): void {
    this.isEnded = true;
  }

  /** False when the client has to read first, or is gone. */
  private send(events: Iterable<PrivateEvent>): boolean {
    const { subscription } = this;
    const { session } = subscription;
    for (const event of events) {
      if (session.closed) return false;
      if (event.seq <= subscription.replayedTo!) continue;
      this.feed.deliver(subscription, event, '"replay":true,');
      subscription.replayedTo = event.seq;
      if (event.seq % REPLAY_CHUNK !== 0) continue;
      session.flush();
      if (session.bufferedBytes > REPLAY_WAITING_BYTES_MAX) return false;
    }
    return !session.closed;
  }

  private async read(): Promise<void> {
    const { history, account, subscription } = this;
    this.pages ??= history.pagesAfter(account, subscription.replayedTo!, () => !this.isEnded);
    this.isReading = true;
    const page = await this.pages.next();
    this.isReading = false;
    if (this.isEnded) return;
    if (page.done === true) return this.giveUp();
    this.page = page.value;
    this.proceed();
  }

  /** Nobody waits for what happens after a read. What was not because Redis is away would only happen again at once. */
  private failed(error: unknown): void {
    const { session } = this.subscription;
    const isFault = !isOutage(error);
    if (isFault) {
      const { id: sessionId, requestId } = session;
      this.history.log.error({ err: error, sessionId, requestId }, 'a replay failed');
    }
    if (this.isEnded) return;
    if (!isFault) return this.giveUp();
    session.flush();
    session.close(CLOSE.FAILED, 'the events to resume with cannot be read');
  }

  /** The client comes back, on any gateway, and goes on from where it was; what is kept no more is refused then. */
  private giveUp(): void {
    const { session } = this.subscription;
    session.flush();
    session.close(CLOSE.RESTARTING, 'the events to resume with cannot be read now');
  }
}
