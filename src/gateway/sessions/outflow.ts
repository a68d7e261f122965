import type { WireFrame } from '../frames/wire-frame.js';
import type { Traffic } from '../traffic.js';
import type { Transport } from './transport.js';
import { WaitingFrames } from './waiting-frames.js';

/** So many characters are written in one go at most; then the transport is looked at again. */
export const WRITE_CHARS_MAX = 131_072;

/**
 * Frames on their way into a transport. While it does not take more, they wait here and not in uWebSockets.js: so they
 * can be counted, aged and dropped, and the close code of a client that was too slow stands behind little.
 */
export class Outflow {
  private readonly waiting = new WaitingFrames();
  private stalled = false;
  /** When the oldest private frame given to a stalled transport was queued; infinity if there is none. */
  private privateInTransportSince = Number.POSITIVE_INFINITY;

  constructor(
    private readonly transport: Transport,
    private readonly traffic: Traffic,
  ) {}

  /** True while the transport holds what its socket has not taken. */
  get isStalled(): boolean {
    return this.stalled;
  }

  /** True when a stalled transport has nothing left, so that it goes on. */
  get canResume(): boolean {
    return this.stalled && this.transport.bufferedBytes() === 0;
  }

  /** What waits here and in the transport. */
  get bytes(): number {
    return this.stalled ? this.waiting.bytes + this.transport.bufferedBytes() : 0;
  }

  /** When the oldest private frame that has not left was queued; infinity if there is none. */
  get oldestPrivateSince(): number {
    if (!this.stalled) return Number.POSITIVE_INFINITY;
    return Math.min(this.privateInTransportSince, this.waiting.oldestPrivateSince());
  }

  /** Writes frames, or sets them to wait behind those that have not left. */
  push(frames: readonly WireFrame[], privateSince: number): void {
    if (this.stalled) this.waiting.push(frames, privateSince);
    else this.write(frames, privateSince);
  }

  /** Goes on where the transport can take more; true when nothing waits any more. */
  resume(): boolean {
    this.stalled = false;
    while (!this.stalled) {
      const next = this.waiting.take(WRITE_CHARS_MAX);
      if (next === null) return true;
      this.write(next.frames, next.privateSince);
    }
    return false;
  }

  /** Drops what the transport was not given yet. */
  clear(): void {
    this.waiting.clear();
  }

  private write(frames: readonly WireFrame[], privateSince: number): void {
    this.traffic.framesOut += frames.length;
    this.transport.write(frames);
    if (this.transport.bufferedBytes() === 0) return;
    this.stalled = true;
    this.privateInTransportSince = privateSince;
  }
}
