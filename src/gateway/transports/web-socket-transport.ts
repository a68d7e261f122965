import type { WebSocket } from 'uWebSockets.js';
import type { FrameDecoder } from '../frames/frame-decoder.js';
import type { WireFrame } from '../frames/wire-frame.js';
import type { CloseCode } from '../sessions/close-code.js';
import type { Session } from '../sessions/session.js';
import type { Transport } from '../sessions/transport.js';

/** What a WebSocket knows of itself. */
export interface SessionData {
  readonly session: Session;
  /** Null: its frames are JSON text. */
  readonly decoder: FrameDecoder | null;
}

const NOTHING: readonly WireFrame[] = [];

/** Carries a session over a WebSocket. */
export class WebSocketTransport implements Transport {
  private writing = NOTHING;

  constructor(
    private readonly socket: WebSocket<SessionData>,
    readonly pingMs: number,
  ) {}

  write(frames: readonly WireFrame[]): void {
    this.writing = frames;
    this.socket.cork(this.sendEach);
    this.writing = NOTHING;
  }

  bufferedBytes(): number {
    return this.socket.getBufferedAmount();
  }

  ping(): void {
    this.socket.ping();
  }

  end(code: CloseCode, reason: string): void {
    this.socket.end(code, reason);
  }

  cut(): void {
    this.socket.close();
  }

  /** Made once, so that a write makes no closure. */
  private readonly sendEach = (): void => {
    for (const frame of this.writing) {
      if (typeof frame === 'string') this.socket.send(frame);
      else this.socket.send(frame.content, frame.isBinary, frame.isCompressible);
    }
  };
}
