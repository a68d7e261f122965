/** Reads the frames of sessions that are not plain JSON; they come as binary ones. */
export interface FrameDecoder {
  /** A frame as JSON text; null where it is none in this encoding. */
  decode(message: ArrayBuffer): string | null;
}
