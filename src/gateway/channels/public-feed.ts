import type { Position } from '../../exchange/units.js';
import type { Session } from '../sessions/session.js';

/**
 * The sessions that read one public channel, and the chain of its frames' positions. A session that is behind is left
 * out until it has caught up.
 */
export class PublicFeed {
  private readonly readers = new Set<Session>();
  private readonly lagging = new Set<Session>();
  private lastSeq = 0;

  constructor(private readonly channel: string) {}

  get hasReaders(): boolean {
    return this.readers.size > 0;
  }

  /** The position of the last frame, which a reader was sent; null while it is left out. */
  publishedSeqFor(session: Session): number | null {
    return this.lagging.has(session) ? null : this.lastSeq;
  }

  subscribe(session: Session): void {
    this.readers.add(session);
  }

  unsubscribe(session: Session): void {
    this.readers.delete(session);
    this.lagging.delete(session);
  }

  /** A session has caught up; true when it was left out, and needs to know the present state. */
  readmit(session: Session): boolean {
    return this.lagging.delete(session);
  }

  publish(position: Position, time: string, data: string): void {
    const frame =
      `{"channel":"${this.channel}","seq":${position},"prev":${this.lastSeq},` +
      `"time":"${time}","data":${data}}`;
    this.lastSeq = position;
    for (const session of this.readers) {
      if (this.lagging.size > 0 && this.lagging.has(session)) continue;
      if (session.isBehind) this.lagging.add(session);
      else session.sendPublic(frame);
    }
  }

  /** The present state for one session that has just subscribed. */
  sendSnapshot(session: Session, position: Position, time: string, data: string): void {
    if (this.lastSeq === 0) this.lastSeq = position;
    session.sendPublic(
      `{"channel":"${this.channel}","type":"snapshot","seq":${this.lastSeq},"time":"${time}","data":${data}}`,
    );
  }
}
