import { strikes } from '../../exchange/clients/fault-lot.js';
import type { Faults } from '../../exchange/clients/faults.js';
import { frameBytes, type WireFrame } from '../frames/wire-frame.js';
import { DelayLine } from './delay-line.js';

/** So much of a client's frames waits for the latency to pass; what is more is refused. */
const INCOMING_BYTES_MAX = 1_048_576;
/** What a frame costs beside its text, so that many small ones are bounded too. */
const FRAME_BYTES = 100;

/** Where frames go that have come through. */
export interface EdgeSides {
  toClient(frame: WireFrame, isPrivate: boolean): void;
  fromClient(text: string): void;
  /** Less is held than before, perhaps nothing. */
  released(): void;
}

interface OutgoingFrame {
  readonly frame: WireFrame;
  readonly isPrivate: boolean;
}

/**
 * Stands between a session and its client while something is to go wrong there: frames come late, vanish, or do not
 * come at all. What vanishes is decided by the seed: of private events by their numbers, so that it is the same in
 * every run; of the rest by counting.
 */
export class FaultyEdge {
  private readonly outgoing: DelayLine<OutgoingFrame>;
  private readonly incoming: DelayLine<string>;
  private faults: Faults | null = null;
  private responses = 0;
  private publicFrames = 0;

  constructor(sides: EdgeSides) {
    this.outgoing = new DelayLine(
      ({ frame, isPrivate }) => sides.toClient(frame, isPrivate),
      () => sides.released(),
    );
    this.incoming = new DelayLine(
      (text) => sides.fromClient(text),
      () => sides.released(),
    );
  }

  /** What is held for the client, in bytes. */
  get heldBytes(): number {
    return this.outgoing.bytes;
  }

  /** True while what is held for the client stays until the faults are set anew. */
  get isFrozen(): boolean {
    return this.faults?.isFrozen === true;
  }

  /** True when nothing goes wrong any more and nothing is held. */
  get isNeedless(): boolean {
    return this.faults === null && this.outgoing.isEmpty && this.incoming.isEmpty;
  }

  /** Null lets all that is held follow at once, in order. */
  set(faults: Faults | null): void {
    if (faults === this.faults) return;
    this.faults = faults;
    this.responses = 0;
    this.publicFrames = 0;
    const latencyMs = faults?.latencyMs ?? 0;
    this.outgoing.setDelay(this.isFrozen ? Number.POSITIVE_INFINITY : latencyMs);
    this.incoming.setDelay(latencyMs);
  }

  dropsEvent(seq: number): boolean {
    return this.faults !== null && strikes(this.faults.seed, 'EVENT', seq, this.faults.dropRate);
  }

  dropsResponse(): boolean {
    this.responses += 1;
    return (
      this.faults !== null && strikes(this.faults.seed, 'RESPONSE', this.responses, this.faults.dropRate)
    );
  }

  dropsPublic(): boolean {
    this.publicFrames += 1;
    return (
      this.faults !== null && strikes(this.faults.seed, 'PUBLIC', this.publicFrames, this.faults.dropRate)
    );
  }

  /** True when the frame is held and will follow by itself; else it may leave now. */
  holdsOutgoing(frame: WireFrame, isPrivate: boolean): boolean {
    if (this.outgoing.isEmpty && !this.isFrozen && this.latencyMs === 0) return false;
    this.outgoing.push({ frame, isPrivate }, frameBytes(frame));
    return true;
  }

  /** The same of what the client sent. Null when there is no room left for it. */
  holdsIncoming(text: string): boolean | null {
    if (this.incoming.isEmpty && this.latencyMs === 0) return false;
    const bytes = text.length + FRAME_BYTES;
    if (this.incoming.bytes + bytes > INCOMING_BYTES_MAX) return null;
    this.incoming.push(text, bytes);
    return true;
  }

  /** Forgets what is held. */
  clear(): void {
    this.outgoing.clear();
    this.incoming.clear();
  }

  private get latencyMs(): number {
    return this.faults?.latencyMs ?? 0;
  }
}
