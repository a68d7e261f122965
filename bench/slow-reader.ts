import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FrameWriter } from './frames.js';
import type { Target } from './raw-client.js';

const READ_EVERY_MS = 1_000;

/** So many large answers, of about 5 MB together, are more than the buffers of the system take. */
const QUESTIONS = 900;

/** A client that subscribes to much, asks for much, and reads a byte a second. */
export class SlowReader {
  private readonly reading: NodeJS.Timeout;

  private constructor(private readonly socket: Socket) {
    this.reading = setInterval(() => socket.read(1), READ_EVERY_MS);
    socket.on('error', () => socket.destroy());
  }

  /** Looks at no answer. `authorization` is the header of that name. */
  static async open(
    { host, port }: Target,
    authorization: string,
    channels: readonly string[],
  ): Promise<SlowReader> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    socket.write(
      `GET /v1/ws HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        `Authorization: ${authorization}\r\n\r\n`,
    );
    await once(socket, 'readable');
    const writer = new FrameWriter();
    writer.append(JSON.stringify({ id: 1, method: 'session.subscribe', params: { channels } }));
    for (let id = 2; id < 2 + QUESTIONS; id++) writer.append(JSON.stringify({ id, method: 'market.list' }));
    socket.write(writer.take());
    return new SlowReader(socket);
  }

  close(): void {
    clearInterval(this.reading);
    this.socket.destroy();
  }
}
