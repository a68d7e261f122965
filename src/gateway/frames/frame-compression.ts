import type { FrameEncoder } from './frame-encoder.js';
import type { WireFrame } from './wire-frame.js';

/** What is shorter gains next to nothing, since each frame is compressed without those before it. */
export const COMPRESSED_LENGTH_MIN = 256;

/** Marks the public frames of a JSON session as compressible. */
export const FRAME_COMPRESSION: FrameEncoder = {
  encode(text: string, isPublic: boolean): WireFrame {
    if (!isPublic || text.length < COMPRESSED_LENGTH_MIN) return text;
    return { content: text, isBinary: false, isCompressible: true, length: text.length };
  },
};
