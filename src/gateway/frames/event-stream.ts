import type { CloseCode } from '../sessions/close-code.js';
import type { Session } from '../sessions/session.js';
import type { SessionPrincipal } from '../sessions/session-principal.js';
import type { FrameEncoder } from './frame-encoder.js';

/** Writes a session's frames as server-sent events. */
export interface EventEncoder extends FrameEncoder {
  encode(frame: string): string | null;
  /** The last event, which says why there are no more. */
  farewell(code: CloseCode, reason: string): string;
}

/** An answer that goes on: a session whose frames leave as server-sent events. */
export interface EventStream {
  readonly principal: SessionPrincipal;
  readonly encoder: EventEncoder;
  /** Called once, when the session can be sent to: what its request asked for begins here. */
  opened(session: Session): void;
}
