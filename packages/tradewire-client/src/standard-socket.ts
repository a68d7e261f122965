import type { OpenSocket } from './socket.js';

const NORMAL = 1000;

/** Any class with the interface that WebSockets have in browsers. */
export type WebSocketClass = new (
  url: string,
  protocols: string[],
) => { send(text: string): void; close(code?: number): void };

/** What such a class lets one listen to. */
interface Listenable {
  readonly readyState: number;
  onmessage: (event: { readonly data: unknown }) => void;
  onclose: (event: { readonly code: number; readonly reason: string }) => void;
  onerror: () => void;
}

const OPEN = 1;

/**
 * Opens connections by a class of the platform. It can send no headers, so the key goes as a subprotocol; keys
 * with characters that a subprotocol cannot have (blanks, slashes, equals signs …) make it throw.
 */
export function standardSockets(WebSocket: WebSocketClass): OpenSocket {
  return (url, key, listener) => {
    const socket = new WebSocket(url, ['tradewire.v1', `bearer.${key}`]);
    const events = socket as typeof socket & Listenable;
    events.onmessage = ({ data }) => {
      if (typeof data === 'string') listener.received(data);
    };
    events.onclose = ({ code, reason }) => listener.ended({ code, reason, refusal: null });
    // The end is told by `close`, which follows.
    events.onerror = () => undefined;
    return {
      send: (text) => {
        if (events.readyState === OPEN) socket.send(text);
      },
      close: () => socket.close(NORMAL),
      cut: () => socket.close(NORMAL),
    };
  };
}
