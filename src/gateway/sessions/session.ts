import { randomUUID } from 'node:crypto';
import type { Faults } from '../../exchange/clients/faults.js';
import { FaultyEdge } from '../faults/faulty-edge.js';
import type { FrameEncoder } from '../frames/frame-encoder.js';
import type { WireFrame } from '../frames/wire-frame.js';
import type { GatewayLimits } from '../gateway-limits.js';
import type { Traffic } from '../traffic.js';
import { CLOSE, type CloseCode } from './close-code.js';
import { Conduct } from './conduct.js';
import type { Farewell } from './farewell.js';
import { Outflow, WRITE_CHARS_MAX } from './outflow.js';
import type { SessionPrincipal } from './session-principal.js';
import type { Transport } from './transport.js';
import type { WaitingRoom } from './waiting-room.js';

/** What a session needs of its surroundings. */
export interface SessionContext {
  readonly limits: GatewayLimits;
  readonly traffic: Traffic;
  readonly waiting: WaitingRoom;
  /** Called once a turn, with the first frame that is queued: the session wants to be flushed. */
  markDirty(session: Session): void;
}

/** Who carries what becomes of a session to its protocol. */
export interface SessionCarrier {
  /** A frame of the client. */
  received(session: Session, text: string): void;
  /** True while frames that its client has sent wait to be handled. */
  hasReceived(session: Session): boolean;
  /** They are not to be handled any more. */
  dropReceived(session: Session): void;
  /** Nothing, or little, waits any more for its client. */
  caughtUp(session: Session): void;
  /** It has ended, which may be before its transport is gone. */
  end(session: Session, code: number): void;
}

/** With less than this held by faults, what waits for room goes on. */
const HELD_LITTLE_BYTES = 65_536;

/** What one client is sent. Frames are queued and written together at the end of a turn. */
export class Session {
  readonly id = randomUUID();
  private transport: Transport | null = null;
  private outflow: Outflow | null = null;
  private carrier: SessionCarrier | null = null;
  private farewell: Farewell | null = null;
  private isClosed = false;
  private queued: WireFrame[] = [];
  private queuedChars = 0;
  private queuedPrivate = false;
  /** The size of the largest snapshot since nothing waited: so much more may wait. */
  private snapshotBytes = 0;
  /** What of it the gateway counts as waiting. */
  private countedBytes = 0;
  /** Where things go wrong on purpose; null, and of no cost, while they do not. */
  private edge: FaultyEdge | null = null;
  readonly conduct: Conduct;
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
  ) {
    this.conduct = new Conduct(context.limits);
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** What was sent and is still waiting for the client to read, in bytes; without the current turn's frames. */
  get bufferedBytes(): number {
    return this.isClosed ? 0 : this.waitingBytes;
  }

  /** The same, with what a closed session has left in its transport. */
  get waitingBytes(): number {
    const held = this.edge === null ? 0 : this.edge.heldBytes;
    return this.outflow === null ? held : held + this.outflow.bytes;
  }

  /** True while so much waits that public frames are left out. */
  get isBehind(): boolean {
    const isWaiting = this.edge !== null || this.outflow?.isStalled === true;
    return isWaiting && this.bufferedBytes > this.context.waiting.publicBytesMax;
  }

  /** True while there are frames that leave by themselves: once the client reads, latency has passed, or it is answered. */
  get hasFramesDue(): boolean {
    return (
      this.carrier?.hasReceived(this) === true ||
      this.outflow?.isStalled === true ||
      (this.edge !== null && !this.edge.isFrozen && this.edge.heldBytes > 0)
    );
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

  /** Queues a public frame, whose wait does not count as slowness: send none to a session that is behind. */
  sendPublic(frame: string): void {
    if (this.edge?.dropsPublic()) return;
    const wire = this.encoder === null ? frame : this.encoder.encode(frame, true);
    if (wire !== null) this.queue(wire, false);
  }

  /** Writes all queued frames at once, or sets them to wait behind those the socket has not taken yet. */
  flush(): void {
    const { outflow } = this;
    if (this.isClosed || outflow === null || this.queued.length === 0) return;
    const frames = this.queued;
    const since = this.queuedPrivate ? performance.now() : Number.POSITIVE_INFINITY;
    this.queued = [];
    this.queuedChars = 0;
    this.queuedPrivate = false;
    const wasStalled = outflow.isStalled;
    outflow.push(frames, since);
    if (wasStalled) this.closeIfTooMuchWaits();
    else if (outflow.isStalled) this.recount();
    else if (this.edge === null) this.snapshotBytes = 0;
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

  /** Counts a frame that was invalid or refused; a session with too many of them is closed with 4003. */
  countRefusal(): void {
    this.context.traffic.framesRefused++;
    if (!this.conduct.countRefusal()) return;
    this.flush();
    this.close(CLOSE.TOO_MANY_REFUSED_FRAMES, 'too many invalid or refused frames');
  }

  /**
   * Ends the session with a code. What still waits is dropped, so flush before where it matters. The protocol is told
   * in the same turn; but what a client sent before it was replaced is handled first. A code that cannot be written
   * yet follows when the client reads again. Does nothing on a session that is closed.
   */
  close(code: CloseCode, reason: string): void {
    if (this.isClosed || this.transport === null) return;
    if (code !== CLOSE.REPLACED) this.carrier?.dropReceived(this);
    if (this.outflow?.isStalled !== true) {
      this.transport.end(code, reason);
      return;
    }
    const deadline = setTimeout(() => this.abandon(), this.context.limits.farewellMs);
    this.farewell = { code, reason, deadline };
    this.end(code);
  }

  /** Ends the session as a network does that breaks: without a word. */
  cut(): void {
    if (!this.isClosed) this.transport?.cut();
  }

  /** Gives up on a client that was to be told why its session has ended. */
  abandon(): void {
    if (this.isClosed) this.transport?.cut();
  }

  /** Has the client show that it is there; does nothing on a session that is closed. */
  ping(): void {
    if (!this.isClosed) this.transport?.ping();
  }

  /** The gateway's: the transport is there, or what stands for one that is gone. */
  attach(transport: Transport, carrier: SessionCarrier): void {
    this.transport = transport;
    this.outflow = new Outflow(transport, this.context.traffic);
    this.carrier = carrier;
    this.pingDueMs = performance.now() + transport.pingMs;
  }

  /** The gateway's: the transport is gone, and must not be touched again. */
  detach(code: number): void {
    this.transport = null;
    this.outflow = null;
    clearTimeout(this.farewell?.deadline);
    this.end(code);
    this.recount();
  }

  /** The gateway's: the transport can take more. True when nothing waits any more. */
  resumeWriting(): boolean {
    const { transport, outflow } = this;
    if (transport === null || outflow === null || !outflow.canResume) return false;
    if (this.farewell !== null) {
      transport.end(this.farewell.code, this.farewell.reason);
      return false;
    }
    const isEmpty = outflow.resume();
    if (isEmpty) this.snapshotBytes = 0;
    this.recount();
    return isEmpty;
  }

  /** The gateway's, about once a second: pings when due, and ends a session that is too slow. */
  tick(nowMs: number): void {
    this.conduct.tick();
    if (this.isClosed || this.transport === null || this.outflow === null) return;
    if (nowMs >= this.pingDueMs) {
      this.pingDueMs = nowMs + this.transport.pingMs;
      this.transport.ping();
    }
    if (nowMs - this.outflow.oldestPrivateSince > this.context.limits.waitingMsMax) {
      this.close(CLOSE.TOO_SLOW, 'private events waited too long');
    }
  }

  private end(code: number): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.queued = [];
    this.outflow?.clear();
    this.edge?.clear();
    this.recount();
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
    this.recount();
    // With latency something is always held of a busy stream.
    if (this.bufferedBytes < HELD_LITTLE_BYTES) this.carrier?.caughtUp(this);
  }

  private closeIfTooMuchWaits(): void {
    const mayWaitBytes = this.context.limits.waitingBytesMax + this.snapshotBytes;
    if (this.waitingBytes > mayWaitBytes) this.close(CLOSE.TOO_SLOW, 'too much is waiting to be read');
    else this.recount();
  }

  /** Has the gateway know how much waits here: what all sessions have together is bounded. */
  private recount(): void {
    const before = this.countedBytes;
    this.countedBytes = this.waitingBytes;
    if (this.countedBytes !== before) this.context.waiting.change(this.countedBytes - before);
  }
}
