import { randomBytes } from 'node:crypto';

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Where a frame's payload lies. The bytes are valid only during the call: the next chunk overwrites them. */
export type FrameHandler = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/**
 * The client's half of RFC 6455, writing: gathers masked frames, so that many of them leave in one write.
 * Texts must be ASCII, which lets a frame's length be known before it is encoded.
 */
export class FrameWriter {
  private bytes = Buffer.allocUnsafe(16 * 1024);
  private used = 0;

  append(text: string, opcode = TEXT): void {
    const length = text.length;
    this.reserve(length + 14);
    const bytes = this.bytes;
    let at = this.used;
    bytes[at++] = 0x80 | opcode;
    if (length < 126) {
      bytes[at++] = 0x80 | length;
    } else if (length < 65_536) {
      bytes[at++] = 0x80 | 126;
      at = bytes.writeUInt16BE(length, at);
    } else {
      bytes[at++] = 0x80 | 127;
      at = bytes.writeUInt32BE(0, at);
      at = bytes.writeUInt32BE(length, at);
    }
    const mask = nextMask();
    at = bytes.writeUInt32BE(mask, at);
    bytes.write(text, at, 'latin1');
    maskInPlace(bytes, at, at + length, mask);
    this.used = at + length;
  }

  get isEmpty(): boolean {
    return this.used === 0;
  }

  /** The gathered frames. They are overwritten by the next `append`, unless `release` is called first. */
  take(): Buffer {
    const frames = this.bytes.subarray(0, this.used);
    this.used = 0;
    return frames;
  }

  /** Leaves the memory of the last `take` to whoever still reads it. */
  release(): void {
    this.bytes = Buffer.allocUnsafe(this.bytes.length);
  }

  private reserve(length: number): void {
    if (this.used + length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + length));
    this.bytes.copy(grown, 0, 0, this.used);
    this.bytes = grown;
  }
}

/**
 * The client's half of RFC 6455, reading: finds the frames of a byte stream wherever it is cut. Frames are
 * handed out in place, and only what a cut leaves over is copied. Servers of this bench never fragment messages.
 */
export class FrameReader {
  private kept = Buffer.allocUnsafe(64 * 1024);
  private keptLength = 0;

  constructor(private readonly onFrame: FrameHandler) {}

  push(chunk: Buffer): void {
    if (this.keptLength === 0) {
      this.keep(chunk, this.parse(chunk, chunk.length));
      return;
    }
    this.keep(chunk, 0);
    const consumed = this.parse(this.kept, this.keptLength);
    this.kept.copyWithin(0, consumed, this.keptLength);
    this.keptLength -= consumed;
  }

  private keep(chunk: Buffer, from: number): void {
    const needed = this.keptLength + chunk.length - from;
    if (needed > this.kept.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.kept.length * 2, needed));
      this.kept.copy(grown, 0, 0, this.keptLength);
      this.kept = grown;
    }
    chunk.copy(this.kept, this.keptLength, from);
    this.keptLength = needed;
  }

  private parse(bytes: Buffer, available: number): number {
    let at = 0;
    while (available - at >= 2) {
      let length = bytes[at + 1]! & 0x7f;
      let start = at + 2;
      if (length === 126) {
        if (available - at < 4) break;
        length = bytes.readUInt16BE(at + 2);
        start = at + 4;
      } else if (length === 127) {
        if (available - at < 10) break;
        length = bytes.readUIntBE(at + 4, 6);
        start = at + 10;
      }
      if (start + length > available) break;
      const opcode = bytes[at]! & 0x0f;
      if ((bytes[at]! & 0x80) === 0 || opcode === 0) throw new Error('the server fragmented a message');
      this.onFrame(opcode, bytes, start, start + length);
      at = start + length;
    }
    return at;
  }
}

const masks = randomBytes(4096);
let maskAt = 0;

/** Masks come from a ring: the server has the same work as with fresh ones, the client has less. */
function nextMask(): number {
  maskAt = (maskAt + 4) & 4095;
  return masks.readUInt32BE(maskAt);
}

function maskInPlace(bytes: Buffer, start: number, end: number, mask: number): void {
  const [first, second, third, fourth] = [mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255];
  let at = start;
  for (; at + 3 < end; at += 4) {
    bytes[at]! ^= first;
    bytes[at + 1]! ^= second;
    bytes[at + 2]! ^= third;
    bytes[at + 3]! ^= fourth;
  }
  if (at < end) bytes[at]! ^= first;
  if (at + 1 < end) bytes[at + 1]! ^= second;
  if (at + 2 < end) bytes[at + 2]! ^= third;
}
