import type { Position } from '../../exchange/units.js';
import type { Session } from '../session.js';

/** A reader with more than this waiting misses public frames; of a book it gets a snapshot later. */
export const PUBLIC_WAITING_BYTES_MAX = 1_048_576;

/** The sessions that read one public channel, and the chain of its frames' positions. */
export class PublicFeed {
  private readonly readers = new Set<Session>();
  private lastSeq = 0;

  constructor(private readonly channel: string) {}

  get hasReaders(): boolean {
    return this.readers.size > 0;
  }

  /** The position of its last frame: the next one continues it. */
  get publishedSeq(): number {
    return this.lastSeq;
  }

  subscribe(session: Session): void {
    this.readers.add(session);
  }

  unsubscribe(session: Session): void {
    this.readers.delete(session);
  }

  publish(position: Position, time: string, data: string): void {
    const frame =
      `{"channel":"${this.channel}","seq":${position},"prev":${this.lastSeq},` +
      `"time":"${time}","data":${data}}`;
    this.lastSeq = position;
    for (const session of this.readers) {
      if (session.bufferedBytes <= PUBLIC_WAITING_BYTES_MAX) session.sendPublic(frame);
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
