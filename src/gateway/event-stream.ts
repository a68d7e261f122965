import type { CloseCode } from './close-code.js';
import type { FrameEncoder } from './frame-encoder.js';
import type { Session } from './session.js';
import type { SessionPrincipal } from './session-principal.js';

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
