import { frameBytes, type WireFrame } from '../frames/wire-frame.js';

interface Segment {
  readonly frames: readonly WireFrame[];
  readonly bytes: number;
  readonly chars: number;
  /** When it was queued; infinity when all its frames are public. */
  readonly privateSince: number;
}

/** What stands where a segment was taken from, so that its frames are not kept. */
const TAKEN: Segment = { frames: [], bytes: 0, chars: 0, privateSince: Number.POSITIVE_INFINITY };

/** The frames of a session whose socket takes no more, in order, with their size and age. */
export class WaitingFrames {
  private segments: Segment[] = [];
  private first = 0;
  bytes = 0;

  push(frames: readonly WireFrame[], privateSince: number): void {
    let bytes = 0;
    let chars = 0;
    for (const frame of frames) {
      bytes += frameBytes(frame);
      chars += frame.length;
    }
    this.bytes += bytes;
    this.segments.push({ frames, bytes, chars, privateSince });
  }

  /** Takes whole turns' frames up to about `charsMax`, at least one; null when none is left. */
  take(charsMax: number): { readonly frames: readonly WireFrame[]; readonly privateSince: number } | null {
    if (this.first === this.segments.length) {
      this.clear();
      return null;
    }
    const frames: WireFrame[] = [];
    let privateSince = Number.POSITIVE_INFINITY;
    let chars = 0;
    do {
      const segment = this.takeSegment();
      frames.push(...segment.frames);
      chars += segment.chars;
      privateSince = Math.min(privateSince, segment.privateSince);
    } while (this.first < this.segments.length && chars < charsMax);
    this.compact();
    return { frames, privateSince };
  }

  oldestPrivateSince(): number {
    for (let index = this.first; index < this.segments.length; index++) {
      const { privateSince } = this.segments[index]!;
      if (privateSince !== Number.POSITIVE_INFINITY) return privateSince;
    }
    return Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.segments = [];
    this.first = 0;
    this.bytes = 0;
  }

  private takeSegment(): Segment {
    const segment = this.segments[this.first]!;
    this.segments[this.first++] = TAKEN;
    this.bytes -= segment.bytes;
    return segment;
  }

  /** A reader that always lags never empties the list, so what was taken is cut off once it is the larger half. */
  private compact(): void {
    if (2 * this.first <= this.segments.length) return;
    this.segments = this.segments.slice(this.first);
    this.first = 0;
  }
}
