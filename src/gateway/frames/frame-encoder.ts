import type { WireFrame } from './wire-frame.js';

/**
 * Writes the frames of sessions that are not plain JSON. It stands at the edge of a session, so that whatever
 * sends frames writes them once and in one way.
 */
export interface FrameEncoder {
  /** A frame as its transport takes it; null where this encoding has none for it. */
  encode(frame: string, isPublic: boolean): WireFrame | null;
}
