/** A frame as its transport takes it: JSON text as it is, or what an encoding made of it. */
export type WireFrame = string | EncodedFrame;

/** A frame that an encoding made, which may be one object for all sessions that get it. */
export interface EncodedFrame {
  readonly content: string | Uint8Array;
  readonly isBinary: boolean;
  /** True where it may be compressed: never what is private, since its length would then tell of its content. */
  readonly isCompressible: boolean;
  /** Of the content. */
  readonly length: number;
}

/** How many bytes a frame is before compression. */
export function frameBytes(frame: WireFrame): number {
  return Buffer.byteLength(typeof frame === 'string' ? frame : frame.content);
}
