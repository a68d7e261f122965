import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Target } from './raw-client.js';
import type { TroubleMaker, TroubleTerms } from './trouble-maker.js';

const DRIP_EVERY_MS = 200;
const GUESS_EVERY_MS = 20;
const LONG_BODY_EVERY_MS = 200;
const LONG_BODY = 'x'.repeat(1_100_000);
const STATUS = /^HTTP\/1\.1 (\d{3})/;

/** Clients that try one wrong key after the other. */
export const guessKeys: TroubleMaker = async (terms, onFate) => {
  const guess = (target: Target) =>
    `GET /v1/ws HTTP/1.1\r\nHost: ${target.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-API-Key: ${randomUUID()}\r\n\r\n`;
  await forEachClient(terms, (socket) => repeat(socket, () => guess(terms.target), GUESS_EVERY_MS, onFate));
};

/** Clients that send one body after the other that is longer than any may be. */
export const sendLongBodies: TroubleMaker = async (terms, onFate) => {
  const request = `${postHead(terms.target, LONG_BODY.length)}${LONG_BODY}`;
  await forEachClient(terms, (socket) => repeat(socket, () => request, LONG_BODY_EVERY_MS, onFate));
};

/** Clients of which a third says nothing, a third its head, and a third its body a byte at a time. */
export const dawdle: TroubleMaker = async (terms, onFate) => {
  let clients = 0;
  await forEachClient(terms, (socket) => {
    const manner = clients++ % 3;
    let status = 'cut';
    socket.on('data', (data) => {
      status = statusIn(data);
    });
    if (manner === 1) socket.write(`GET /health HTTP/1.1\r\nHost: ${terms.target.host}\r\nX-Long: `);
    if (manner === 2) socket.write(postHead(terms.target, LONG_BODY.length));
    const dripping = setInterval(() => manner > 0 && socket.write('x'), DRIP_EVERY_MS);
    socket.on('close', () => {
      clearInterval(dripping);
      onFate(`${['mute', 'head', 'body'][manner]}: ${status}`);
    });
  });
};

/** Sends the next request a little after the last was answered; ends when the server has closed the connection. */
function repeat(
  socket: Socket,
  request: () => string,
  pauseMs: number,
  onFate: (fate: string) => void,
): void {
  socket.on('data', (data) => {
    onFate(statusIn(data));
    setTimeout(() => socket.write(request()), pauseMs);
  });
  socket.write(request());
}

function statusIn(data: Buffer): string {
  return STATUS.exec(data.toString('latin1', 0, 16))?.[1] ?? 'no status';
}

function postHead({ host, apiKey }: Target, bytes: number): string {
  return `POST /v1/orders HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${apiKey}\r\nContent-Length: ${bytes}\r\n\r\n`;
}

async function forEachClient(
  { target, clients }: TroubleTerms,
  begin: (socket: Socket) => void,
): Promise<void> {
  const beginOne = async (): Promise<void> => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    begin(socket);
  };
  await Promise.all(Array.from({ length: clients }, beginOne));
}
