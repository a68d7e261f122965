import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { PrivateSubscription } from '../../gateway/channels/private-feed.js';
import type { Replay } from '../../gateway/channels/replay.js';
import type { PayingMeter } from '../../gateway/charging/meter.js';
import type { Session } from '../../gateway/sessions/session.js';
import { permits } from '../../identity/credentials/scope.js';
import { ChannelChanges } from './channel-changes.js';
import type { SessionGuard } from './session-guard.js';

/** What the protocol keeps of one session. */
export class Client {
  readonly mayRead: boolean;
  readonly mayTrade: boolean;
  /** When the next heartbeat is due, on the clock of `performance.now`. */
  heartbeatDueMs = 0;
  /** Requests without a response yet. */
  inFlight = 0;
  privateSubscription: PrivateSubscription | null = null;
  /** What sends it what it missed; null when nothing is left of that. */
  replay: Replay | null = null;
  readonly channelChanges: ChannelChanges;
  /** Private channels that were asked for during a replay: they begin when it is done. */
  readonly channelsAfterReplay = new Set<PrivateChannel>();
  readonly publicChannels = new Set<string>();
  /** The run of this gateway under which the session asked to be guarded; null: it never did. */
  guardedBy: string | null = null;
  /** What listens to a session whose end has orders cancelled; null for the others. */
  guard: SessionGuard | null = null;

  constructor(
    readonly session: Session,
    readonly account: Account,
    /** What its requests are charged to. */
    readonly meter: PayingMeter,
  ) {
    this.channelChanges = new ChannelChanges(session);
    this.mayRead = permits(session.principal.scopes, 'read');
    this.mayTrade = permits(session.principal.scopes, 'trade');
  }

  /** Up to where the client was sent the private events of its channels. */
  get servedSeq(): number {
    return this.privateSubscription?.replayedTo ?? this.account.seq;
  }
}
