import type { TradewireOptions } from './options.js';
import { Tradewire } from './tradewire.js';
import { openWsSocket } from './ws-socket.js';

export * from './surface.js';

/** Connects a client to a server. Throws where the address or the key cannot be used at all. */
export function connect(options: TradewireOptions): Tradewire {
  return new Tradewire(options, openWsSocket);
}
