import type { Session } from './session.js';

/**
 * What is spoken over a WebSocket. The gateway calls it synchronously and never after `closed`; what it sends
 * is written at the end of the turn. An exception is logged and closes nothing, so it must not leave a
 * session half-changed.
 */
export interface StreamProtocol {
  /** The turn after the handshake: greet it here. */
  opened(session: Session): void;
  /** One text frame, of at most `frameBytesMax`. */
  received(session: Session, text: string): void;
  /** A text frame that cannot be handled, since too much waits to be. */
  overloaded(session: Session, text: string): void;
  /** A frame that was not handed over, being binary or too long. Answer with an error; it is counted already. */
  unreadable(session: Session, message: string): void;
  /** Nothing, or little, waits any more, after more did: the place to go on with what was held back. */
  drained(session: Session): void;
  /** Once for each session opened, whoever closed it. Nothing can be sent any more. */
  closed(session: Session): void;
}
