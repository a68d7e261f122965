import { WebSocket } from 'ws';
import { type Refusal, refusalIn } from './refusal.js';
import type { OpenSocket } from './socket.js';

const NORMAL = 1000;
const ABNORMAL = 1006;
const CLOSE_TIMEOUT_MS = 2_000;
const REFUSAL_CHARS_MAX = 4_096;

/**
 * Opens connections by the package `ws`, which can do what Node's own WebSocket cannot, and Node 20 has none: the
 * key goes as a header, a refusal shows its status and when to try again, and a dead connection can be cut.
 */
export const openWsSocket: OpenSocket = (url, key, listener) => {
  const socket = new WebSocket(url, {
    headers: { 'x-api-key': key },
    perMessageDeflate: false,
  });
  let refusal: Refusal | null = null;
  let failure = '';
  socket.on('message', (data, isBinary) => {
    if (!isBinary) listener.received(String(data));
  });
  socket.on('unexpected-response', (_request, response) => {
    const { statusCode = 0, headers } = response;
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      if (body.length < REFUSAL_CHARS_MAX) body += text;
    });
    // An answer that breaks off is told by `close` as well.
    response.on('error', () => undefined);
    response.once('close', () => {
      refusal = refusalIn(statusCode, headers['retry-after'] ?? null, body);
      socket.terminate();
    });
  });
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code, reason) => {
    if (refusal === null) listener.ended({ code, reason: String(reason) || failure, refusal });
    else listener.ended({ code: ABNORMAL, reason: refusal.message, refusal });
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      socket.close(NORMAL);
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    },
    cut: () => socket.terminate(),
  };
};
