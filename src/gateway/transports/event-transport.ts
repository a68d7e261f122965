import type { HttpResponse } from 'uWebSockets.js';
import assert from 'node:assert/strict';
import type { EventEncoder } from '../frames/event-stream.js';
import { eventText } from '../frames/event-text.js';
import type { WireFrame } from '../frames/wire-frame.js';
import type { CloseCode } from '../sessions/close-code.js';
import type { Transport } from '../sessions/transport.js';

/**
 * The time between two comments, of which nobody takes notice. They keep the connection from looking idle to proxies;
 * and uWebSockets.js 20 cuts a response whose client takes nothing for 8 to 12 seconds, unless it is written to.
 */
const KEEP_ALIVE_MS = 5_000;
const COMMENT = ':\n\n';
/** The pause before a browser reconnects, until it is told another. */
const RETRY_MS = 1_000;
/** What a client sees as the end of a connection that was cut. */
const CUT = 1006;

/** Told what becomes of a response that carries events. */
export interface EventTransportOwner {
  /** It can take more. */
  drained(): void;
  /** It has ended. */
  gone(code: number): void;
}

/** Carries a session over the response to an HTTP request, as server-sent events. */
export class EventTransport implements Transport {
  readonly pingMs = KEEP_ALIVE_MS;
  private heldBytes = 0;
  /** While the socket takes nothing. */
  private keepAlive: NodeJS.Timeout | undefined;

  /** The response must have its head written, and be handed over. */
  constructor(
    private readonly res: HttpResponse,
    private readonly encoder: EventEncoder,
    private readonly owner: EventTransportOwner,
  ) {
    res.onWritable(() => {
      // uWebSockets.js 20 sends the rest of what it holds only together with something new.
      this.send(COMMENT);
      return true;
    });
    this.send(eventText({ retryMs: RETRY_MS }));
  }

  write(frames: readonly WireFrame[]): void {
    let text = '';
    for (const frame of frames) {
      assert(typeof frame === 'string', 'events are text');
      text += frame;
    }
    this.send(text);
  }

  /** An upper bound: uWebSockets.js does not say of a response how much of what did not fit has left since. */
  bufferedBytes(): number {
    return this.heldBytes;
  }

  ping(): void {
    if (this.heldBytes === 0) this.send(COMMENT);
  }

  end(code: CloseCode, reason: string): void {
    clearInterval(this.keepAlive);
    this.res.cork(() => {
      // Not told to close the connection, which uWebSockets.js 20 would write as a header into the body.
      this.res.end(this.encoder.farewell(code, reason));
    });
    this.owner.gone(code);
  }

  cut(): void {
    // The response tells of it as if the client had left.
    this.res.close();
  }

  /** The response is gone, and must not be touched again. */
  aborted(): void {
    clearInterval(this.keepAlive);
    this.owner.gone(CUT);
  }

  private send(text: string): void {
    let isTaken = false;
    this.res.cork(() => {
      isTaken = this.res.write(text);
    });
    const wasHolding = this.heldBytes > 0;
    this.heldBytes = isTaken ? 0 : this.heldBytes + Buffer.byteLength(text);
    if (!isTaken) this.keepAlive ??= setInterval(() => this.send(COMMENT), KEEP_ALIVE_MS);
    else if (wasHolding) {
      clearInterval(this.keepAlive);
      this.keepAlive = undefined;
      this.owner.drained();
    }
  }
}
