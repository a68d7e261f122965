import { askForRefusal } from './refusal.js';
import type { OpenSocket, SocketEnd } from './socket.js';

const NORMAL = 1000;
const ABNORMAL = 1006;
const OPEN = 1;

/** Any class with the interface that WebSockets have in browsers. */
export type WebSocketClass = new (
  url: string,
  protocols: string[],
) => { send(text: string): void; close(code?: number): void };

/** What such a class lets one listen to. */
interface Listenable {
  readonly readyState: number;
  onopen: () => void;
  onmessage: (event: { readonly data: unknown }) => void;
  onclose: (event: { readonly code: number; readonly reason: string }) => void;
  onerror: () => void;
}

/**
 * Opens connections by a class of the platform. It can send no headers, so the key goes as a subprotocol; keys
 * with characters that a subprotocol cannot have (blanks, slashes, equals signs …) make it throw. Why a connection did not
 * begin is asked for by HTTP.
 */
export function standardSockets(WebSocket: WebSocketClass): OpenSocket {
  return (url, key, listener) => {
    const socket = new WebSocket(url, ['tradewire.v1', `bearer.${key}`]);
    const events = socket as typeof socket & Listenable;
    let stage: 'CONNECTING' | 'OPEN' | 'OVER' = 'CONNECTING';
    const end = (code: number, reason: string) => {
      const hadBegun = stage === 'OPEN';
      stage = 'OVER';
      if (hadBegun) listener.ended({ code, reason, refusal: null });
      else void beginningEnd(url, key, code, reason).then((told) => listener.ended(told));
    };
    events.onopen = () => {
      stage = 'OPEN';
    };
    events.onmessage = ({ data }) => {
      if (typeof data === 'string') listener.received(data);
    };
    events.onclose = ({ code, reason }) => {
      if (stage !== 'OVER') end(code, reason);
    };
    // `close` follows, but not in Node 22 where a connection does not begin.
    events.onerror = () => {
      if (stage === 'CONNECTING') end(ABNORMAL, '');
    };
    return {
      send: (text) => {
        if (events.readyState === OPEN) socket.send(text);
      },
      close: () => socket.close(NORMAL),
      cut: () => socket.close(NORMAL),
    };
  };
}

/** How a connection ended that had not begun. */
async function beginningEnd(url: string, key: string, code: number, reason: string): Promise<SocketEnd> {
  const refusal = await askForRefusal(url, key);
  return { code, reason: refusal?.message ?? reason, refusal };
}
