import type { TradewireOptions } from './options.js';
import { standardSockets, type WebSocketClass } from './standard-socket.js';
import { Tradewire } from './tradewire.js';

export * from './surface.js';

/** Connects a client to a server. Throws where the address or the key cannot be used at all. */
export function connect(options: TradewireOptions): Tradewire {
  const { WebSocket } = globalThis as unknown as { readonly WebSocket: WebSocketClass };
  return new Tradewire(options, standardSockets(WebSocket));
}
