import { Decoder, Encoder } from '@msgpack/msgpack';
import { COMPRESSED_LENGTH_MIN } from './frame-compression.js';
import type { FrameDecoder } from './frame-decoder.js';
import type { FrameEncoder } from './frame-encoder.js';
import { isJsonLike } from './message-pack-shape.js';
import type { EncodedFrame } from './wire-frame.js';

/**
 * Frames as MessagePack of the same messages. It is a translation from and to JSON text, so that nothing else of the
 * server has to know of it; what it costs, only those who want it pay.
 */
export class MessagePack implements FrameEncoder, FrameDecoder {
  private readonly encoder = new Encoder();
  private readonly decoder = new Decoder();
  /** A public frame goes to one session after the other, and is encoded once. */
  private lastPublic: { readonly text: string; readonly frame: EncodedFrame } | null = null;

  /** @param depthMax what is nested deeper is not decoded. */
  constructor(private readonly depthMax: number) {}

  encode(text: string, isPublic: boolean): EncodedFrame {
    if (!isPublic) return this.encoded(text, false);
    if (this.lastPublic?.text !== text) this.lastPublic = { text, frame: this.encoded(text, true) };
    return this.lastPublic.frame;
  }

  decode(message: ArrayBuffer): string | null {
    const bytes = Buffer.from(message);
    if (!isJsonLike(bytes, this.depthMax)) return null;
    try {
      return JSON.stringify(this.decoder.decode(bytes));
    } catch {
      // The decoder takes no key `__proto__`.
      return null;
    }
  }

  private encoded(text: string, isPublic: boolean): EncodedFrame {
    const content = this.encoder.encode(JSON.parse(text));
    const { length } = content;
    return { content, isBinary: true, isCompressible: isPublic && length >= COMPRESSED_LENGTH_MIN, length };
  }
}
