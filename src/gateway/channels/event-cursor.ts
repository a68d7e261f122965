import { hasState, type PrivateChannel } from '../../archive/private-channel.js';

/** What a frame says of itself, as far as a position can be found in it. */
export interface SentFrame {
  readonly channel: string;
  readonly type?: string;
  readonly seq?: number;
  readonly data?: unknown;
}

/** What the server's own frames say beside much else. */
interface SessionFrameData {
  readonly epoch?: string;
  readonly seq?: number;
  readonly to?: number;
}

/**
 * Follows the frames of a session, to name with each the position that its client has reached, as
 * `<epoch>:<seq>`: a client that comes back with it misses nothing and gets nothing twice. One that begins with the
 * present state has reached none before it has all of that: who resumes is sent no state.
 */
export class EventCursor {
  private epoch = '';
  /** How many snapshots are still to come. */
  private snapshotsDue: number;

  /**
   * @param from the position that the client resumes from; null: it begins with the present state.
   * @param channels what it is told of.
   */
  constructor(
    private readonly from: number | null,
    channels: readonly PrivateChannel[],
  ) {
    this.snapshotsDue = from === null ? channels.filter(hasState).length : 0;
  }

  /** The position after a frame; null where the frame says nothing of it. */
  after({ channel, type, seq, data }: SentFrame): string | null {
    if (type === 'snapshot') this.snapshotsDue -= 1;
    const reached = channel === 'session' ? this.reachedBy(type, data as SessionFrameData) : seq;
    return reached === undefined || this.snapshotsDue > 0 ? null : `${this.epoch}:${reached}`;
  }

  private reachedBy(type: string | undefined, { epoch, seq, to }: SessionFrameData): number | undefined {
    if (type === 'hello') this.epoch = epoch!;
    switch (type) {
      case 'hello':
        // It names the newest event, which a resuming client has not got yet.
        return this.from ?? seq;
      case 'heartbeat':
        return seq;
      case 'resumed':
        return to;
      default:
        return undefined;
    }
  }
}
