import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../support/until.js';

/** A client of bytes: for what well-behaved clients do not do. */
export class RawSocket {
  received = '';
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (data) => {
      this.received += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  async receives(text: string): Promise<void> {
    await until(`the client has received ${text}`, () => this.received.includes(text));
  }
}

export function handshake(path: string, ...headers: readonly string[]): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** One masked frame, as clients send them. */
export function frame(opcode: 1 | 2, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ mask[index % 4]!);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, masked]);
}
