import type { PrivateChannel } from '../../archive/private-channel.js';
import type { EventEncoder } from '../frames/event-stream.js';
import { eventText } from '../frames/event-text.js';
import type { CloseCode } from '../sessions/close-code.js';
import { EventCursor, type SentFrame } from './event-cursor.js';

/** Writes frames as they are: a `message` for each of a private channel, and a `session` for each of the server's own. */
export class FrameEvents implements EventEncoder {
  private readonly cursor: EventCursor;

  /**
   * @param from the position that the client resumes from; null: it begins with the present state.
   * @param channels what it is told of.
   */
  constructor(from: number | null, channels: readonly PrivateChannel[]) {
    this.cursor = new EventCursor(from, channels);
  }

  encode(frame: string): string {
    const sent = JSON.parse(frame) as SentFrame;
    const id = this.cursor.after(sent);
    return eventText({ id, data: frame, ...(sent.channel === 'session' ? { event: 'session' } : {}) });
  }

  farewell(code: CloseCode, reason: string): string {
    return eventText({ comment: reason, event: 'close', data: `${code}` });
  }
}
