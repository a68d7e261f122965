import type { WebSocketClass } from './standard-socket.js';

/** Who connects to where, and how patiently. */
export interface TradewireOptions {
  /** The server's address: `http://host:8080`, or its stream's: `ws://host:8080/v1/ws`. */
  readonly url: string;
  /** An API key or an access token. */
  readonly key: string;
  /** The portfolio to act on, where it is not the default one. */
  readonly portfolioId?: string;
  /** How long a call may take, all attempts and reconnects included; 30,000 ms. */
  readonly timeoutMs?: number;
  /** True: calls beyond the key's limit wait for their turn, while it can still come in time; else they reject. */
  readonly waitsForRateLimit?: boolean;
  /** What to connect with instead of what the platform offers. */
  readonly WebSocket?: WebSocketClass;
}
