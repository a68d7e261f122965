import type { WireFrame } from '../frames/wire-frame.js';
import type { CloseCode } from './close-code.js';

/**
 * What carries a session's frames to its client. It is gone when the session was detached, which `end` and `cut` do
 * before they return; from then on none of it may be called.
 */
export interface Transport {
  /** The time between two pings, in milliseconds. */
  readonly pingMs: number;
  /** Writes frames in one go. What the socket does not take is held for it. */
  write(frames: readonly WireFrame[]): void;
  /** What is held for the socket, in bytes. */
  bufferedBytes(): number;
  /** Keeps the connection in use. */
  ping(): void;
  /** Tells the client why the session ends, and ends it. */
  end(code: CloseCode, reason: string): void;
  /** Ends the session without a word. */
  cut(): void;
}
