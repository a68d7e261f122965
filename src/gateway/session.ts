import { randomUUID } from 'node:crypto';
import type { Faults } from '../exchange/faults.js';
import { CLOSE, type CloseCode } from './close-code.js';
import type { Farewell } from './farewell.js';
import { FaultyEdge } from './faults/faulty-edge.js';
import type { FrameEncoder } from './frame-encoder.js';
import type { GatewayLimits } from './limits.js';
import { RefusalWindow } from './refusal-window.js';
import type { SessionPrincipal } from './session-principal.js';
import type { Traffic } from './traffic.js';
import type { Transport } from './transport.js';
import { WaitingFrames } from './waiting-frames.js';
import type { WireFrame } from './wire-frame.js';

/** What a session needs of its surroundings. */
export interface SessionContext {
  readonly limits: GatewayLimits;
  readonly traffic: Traffic;
  /** Called once a turn, with the first frame that is queued: the session wants to be flushed. */
  markDirty(session: Session): void;
}

/** Who carries what becomes of a session to its protocol. */
export interface SessionCarrier {
  /** A frame of the client. */
  received(session: Session, text: string): void;
  /** Nothing, or little, waits any more for its client. */
  caughtUp(session: Session): void;
  /** It has ended, which may be before its transport is gone. */
  end(session: Session, code: number): void;
}

/** So many characters are written in one go at most; then the transport is looked at again. */
const WRITE_CHARS_MAX = 131_072;

/** With less than this held by faults, what waits for room goes on. */
const HELD_LITTLE_BYTES = 65_536;

/**
 * What one client is sent. Frames are queued and written together at the end of a turn. While the transport does
 * not take more, they wait here and not in uWebSockets.js: so they can be counted, aged and dropped, and the
 * close code of a client that was too slow stands behind little and reaches it.
 */
export class Session {
  readonly id = randomUUID();
  private transport: Transport | null = null;
  private carrier: SessionCarrier | null = null;
  private farewell: Farewell | null = null;
  private isClosed = false;
  /** True while the transport holds what its socket has not taken. */
  private isStalled = false;
  /** When the oldest private frame given to a stalled transport was queued; infinity if there is none. */
  private privateInTransportSince = Number.POSITIVE_INFINITY;
  private queued: WireFrame[] = [];
  private queuedChars = 0;
  private queuedPrivate = false;
  private readonly waiting = new WaitingFrames();
  /** The size of the largest snapshot since nothing waited: so much more may wait. */
  private snapshotBytes = 0;
  private refusals: RefusalWindow | null = null;
  /** Frames that came since the last tick, about a second ago at the most. */
  private recentFrames = 0;
  /** Where things go wrong on purpose; null, and of no cost, while they do not. */
  private edge: FaultyEdge | null = null;
  /** Called with every frame and pong of the client; null where nobody needs to know. */
  onHeard: (() => void) | null = null;
  /** When the next ping is due, on the clock of `performance.now`. */
  pingDueMs = 0;

  constructor(
    readonly principal: SessionPrincipal,
    readonly address: string,
    readonly requestId: string,
    private readonly context: SessionContext,
    /** Null: frames go out as the JSON text that they are. */
    private readonly encoder: FrameEncoder | null = null,
  ) {}

  get closed(): boolean {
    return this.isClosed;
  }

  /** What was sent and is still waiting for the client to read, in bytes; without the current turn's frames. */
  get bufferedBytes(): number {
    const held = this.edge === null ? 0 : this.edge.heldBytes;
    if (!this.isStalled || this.isClosed || this.transport === null) return held;
    return held + this.waiting.bytes + this.transport.bufferedBytes();
  }

  /** True while there are frames that leave by themselves, once the client reads or their latency has passed. */
  get hasFramesDue(): boolean {
    return this.isStalled || (this.edge !== null && !this.edge.isFrozen && this.edge.heldBytes > 0);
  }

  /** Queues a frame that is meant for this client alone. It is delivered, or the session is closed: never dropped. */
  send(frame: string): void {
    const wire = this.encoder === null ? frame : this.encoder.encode(frame, false);
    if (wire !== null) this.queue(wire, true);
  }

  /** The same of a private event when it happens, which the faults of its portfolio may drop. */
  sendEvent(frame: string, seq: number): void {
    if (this.edge === null || !this.edge.dropsEvent(seq)) this.send(frame);
  }

  /** The same of a response. */
  respond(frame: string): void {
    if (this.edge === null || !this.edge.dropsResponse()) this.send(frame);
  }

  /**
   * Queues the state that a subscription begins with. However large it is, the session is closed only for what
   * waits beside it: else a client with much state could never begin. Of several that wait at once only the
   * largest is let off, so that asking again and again does not fill the memory.
   */
  sendSnapshot(frame: string): void {
    this.snapshotBytes = Math.max(this.snapshotBytes, Buffer.byteLength(frame));
    this.send(frame);
  }

  /** Queues a public frame, whose wait does not count as slowness: keep `bufferedBytes` low by conflation. */
  sendPublic(frame: string): void {
    if (this.edge?.dropsPublic()) return;
    const wire = this.encoder === null ? frame : this.encoder.encode(frame, true);
    if (wire !== null) this.queue(wire, false);
  }

  /** Writes all queued frames at once, or sets them to wait behind those the socket has not taken yet. */
  flush(): void {
    if (this.isClosed || this.queued.length === 0) return;
    const frames = this.queued;
    const since = this.queuedPrivate ? performance.now() : Number.POSITIVE_INFINITY;
    this.queued = [];
    this.queuedChars = 0;
    this.queuedPrivate = false;
    if (!this.isStalled) {
      this.write(frames, since);
      if (this.bufferedBytes === 0) this.snapshotBytes = 0;
      return;
    }
    this.waiting.push(frames, since);
    this.closeIfTooMuchWaits();
  }

  /** Has things go wrong from now on; where null, no more: then all that was held up follows in order. */
  setFaults(faults: Faults | null): void {
    if (faults === null && this.edge === null) return;
    this.edge ??= new FaultyEdge({
      toClient: (frame, isPrivate) => this.enqueue(frame, isPrivate),
      fromClient: (text) => this.carrier?.received(this, text),
      released: () => this.edgeReleased(),
    });
    this.edge.set(faults);
    if (this.edge.isNeedless) this.edge = null;
  }

  /** Takes a frame of the client: true when faults hold it up, null when too much is held up already. */
  holdsUp(text: string): boolean | null {
    return this.edge === null ? false : this.edge.holdsIncoming(text);
  }

  /** Counts a frame that came; false where it is one too many for this second. */
  countFrame(): boolean {
    this.recentFrames += 1;
    return this.recentFrames <= this.context.limits.framesPerSecondMax;
  }

  /** Counts a frame that was invalid or refused; a session with too many of them is closed with 4003. */
  countRefusal(): void {
    const { limits, traffic } = this.context;
    traffic.framesRefused++;
    this.refusals ??= new RefusalWindow(limits.refusalsMax, limits.refusalWindowMs);
    if (this.refusals.add(performance.now())) {
      this.flush();
      this.close(CLOSE.TOO_MANY_REFUSED_FRAMES, 'too many invalid or refused frames');
    }
  }

  /**
   * Ends the session with a code. What still waits is dropped, so flush before where it matters. The protocol
   * is told in the same turn. A code that cannot be written yet follows when the client reads again. Does
   * nothing on a session that is closed.
   */
  close(code: CloseCode, reason: string): void {
    if (this.isClosed || this.transport === null) return;
    if (!this.isStalled) {
      this.transport.end(code, reason);
      return;
    }
    const deadline = setTimeout(() => this.transport?.cut(), this.context.limits.farewellMs);
    this.farewell = { code, reason, deadline };
    this.end(code);
  }

  /** Ends the session as a network does that breaks: without a word. */
  cut(): void {
    if (!this.isClosed) this.transport?.cut();
  }

  /** Has the client show that it is there; does nothing on a session that is closed. */
  ping(): void {
    if (!this.isClosed) this.transport?.ping();
  }

  /** The gateway's: the transport is there. */
  attach(transport: Transport, carrier: SessionCarrier): void {
    this.transport = transport;
    this.carrier = carrier;
    this.pingDueMs = performance.now() + transport.pingMs;
  }

  /** The gateway's: the transport is gone, and must not be touched again. */
  detach(code: number): void {
    this.transport = null;
    clearTimeout(this.farewell?.deadline);
    this.end(code);
  }

  /** The gateway's: the transport can take more. True when nothing waits any more. */
  resumeWriting(): boolean {
    const { transport } = this;
    if (transport === null || !this.isStalled || transport.bufferedBytes() > 0) return false;
    if (this.farewell !== null) {
      transport.end(this.farewell.code, this.farewell.reason);
      return false;
    }
    this.isStalled = false;
    while (!this.isStalled) {
      const next = this.waiting.take(WRITE_CHARS_MAX);
      if (next === null) {
        this.snapshotBytes = 0;
        return true;
      }
      this.write(next.frames, next.privateSince);
    }
    return false;
  }

  /** The gateway's, about once a second: pings when due, and ends a session that is too slow. */
  tick(nowMs: number): void {
    this.recentFrames = 0;
    if (this.isClosed || this.transport === null) return;
    if (nowMs >= this.pingDueMs) {
      this.pingDueMs = nowMs + this.transport.pingMs;
      this.transport.ping();
    }
    if (!this.isStalled) return;
    const oldest = Math.min(this.privateInTransportSince, this.waiting.oldestPrivateSince());
    if (nowMs - oldest > this.context.limits.waitingMsMax) {
      this.close(CLOSE.TOO_SLOW, 'private events waited too long');
    }
  }

  private end(code: number): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.queued = [];
    this.waiting.clear();
    this.edge?.clear();
    this.carrier?.end(this, code);
  }

  private queue(frame: WireFrame, isPrivate: boolean): void {
    if (this.edge === null || this.isClosed) this.enqueue(frame, isPrivate);
    else if (this.edge.holdsOutgoing(frame, isPrivate)) this.closeIfTooMuchWaits();
    else this.enqueue(frame, isPrivate);
  }

  private enqueue(frame: WireFrame, isPrivate: boolean): void {
    if (this.isClosed) return;
    if (isPrivate) this.queuedPrivate = true;
    if (this.queued.push(frame) === 1) this.context.markDirty(this);
    this.queuedChars += frame.length;
    if (this.queuedChars > WRITE_CHARS_MAX) this.flush();
  }

  private edgeReleased(): void {
    if (this.isClosed) return;
    if (this.edge?.isNeedless) this.edge = null;
    // With latency something is always held of a busy stream.
    if (this.bufferedBytes < HELD_LITTLE_BYTES) this.carrier?.caughtUp(this);
  }

  private closeIfTooMuchWaits(): void {
    if (this.bufferedBytes <= this.context.limits.waitingBytesMax + this.snapshotBytes) return;
    this.close(CLOSE.TOO_SLOW, 'too much is waiting to be read');
  }

  private write(frames: readonly WireFrame[], privateSince: number): void {
    const transport = this.transport!;
    this.context.traffic.framesOut += frames.length;
    transport.write(frames);
    if (transport.bufferedBytes() === 0) return;
    this.isStalled = true;
    this.privateInTransportSince = privateSince;
  }
}
