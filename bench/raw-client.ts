import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { CLOSE, FrameReader, FrameWriter, PING, PONG, TEXT } from './frames.js';

/** Where a server listens, and the API key that opens its socket. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly apiKey: string;
}

export interface RawClientListener {
  /** One text message, in place: the bytes are valid only during the call. */
  onText(bytes: Buffer, start: number, end: number): void;
  /** The connection ended; `code` is that of the close frame, 1006 without one. */
  onClose(code: number): void;
}

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const ABNORMAL_CLOSURE = 1006;

/**
 * A WebSocket client on a bare TCP socket. What is sent while a chunk of the server is being read leaves in one
 * write when the chunk is done; elsewhere `flush` ends a turn.
 */
export class RawClient {
  private readonly writer = new FrameWriter();
  private readonly reader: FrameReader;
  private closeCode = ABNORMAL_CLOSURE;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: RawClientListener,
  ) {
    this.reader = new FrameReader((opcode, bytes, start, end) => this.onFrame(opcode, bytes, start, end));
  }

  /** Opens `/v1/ws`. Rejects with the HTTP answer when the server refuses the upgrade. */
  static async open(target: Target, listener: RawClientListener): Promise<RawClient> {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    const client = new RawClient(socket, listener);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /v1/ws HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nX-API-Key: ${target.apiKey}\r\n\r\n`,
    );
    const firstFrames = await upgraded(socket, key);
    socket.on('data', (chunk) => client.onChunk(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => listener.onClose(client.closeCode));
    if (firstFrames.length > 0) client.onChunk(firstFrames);
    socket.resume();
    return client;
  }

  /** By which the other end of the connection can be found. */
  get localPort(): number {
    return this.socket.localPort!;
  }

  /** Adds a message to the next write. ASCII only. */
  send(text: string): void {
    this.writer.append(text);
  }

  flush(): void {
    if (this.writer.isEmpty) return;
    this.socket.write(this.writer.take());
    if (this.socket.writableLength > 0) this.writer.release();
  }

  close(): void {
    this.writer.append('', CLOSE);
    this.flush();
    this.socket.end();
  }

  private onChunk(chunk: Buffer): void {
    this.reader.push(chunk);
    this.flush();
  }

  private onFrame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === TEXT) this.listener.onText(bytes, start, end);
    else if (opcode === PING) this.writer.append(bytes.toString('latin1', start, end), PONG);
    else if (opcode === CLOSE) {
      if (end - start >= 2) this.closeCode = bytes.readUInt16BE(start);
      this.socket.end();
    }
  }
}

/** Waits for the answer to the upgrade request and returns the bytes that came behind it. */
function upgraded(socket: Socket, key: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const head = received.toString('latin1', 0, headEnd);
      socket.pause();
      socket.off('data', onData).off('error', reject).off('close', onClose);
      if (head.startsWith('HTTP/1.1 101') && head.includes(acceptOf(key))) {
        resolve(received.subarray(headEnd + 4));
      } else {
        socket.destroy();
        reject(new Error(`the upgrade was refused: ${received.toString()}`));
      }
    };
    const onClose = (): void => reject(new Error('the connection closed before the upgrade'));
    socket.on('data', onData).on('error', reject).on('close', onClose);
  });
}

function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_SUFFIX)
    .digest('base64');
}
