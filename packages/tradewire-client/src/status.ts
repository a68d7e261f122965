import type { TradewireError } from './error.js';
import type { Hello } from './session.js';

/** How the client stands with the server. */
export type Status =
  /** A connection is being made; `attempt` counts from 0 since one last held. */
  | { readonly state: 'CONNECTING'; readonly attempt: number }
  | { readonly state: 'LIVE'; readonly hello: Hello }
  /** Connected, but the server would not have the orders cancelled when this session ends, as the last one did. */
  | { readonly state: 'UNGUARDED'; readonly hello: Hello; readonly error: TradewireError }
  /** Connected, but the gateway is itself cut off: what it says may be old until it is live again. */
  | { readonly state: 'STALE'; readonly reason: string }
  /** Connected to a gateway that stops at the deadline; the client will connect again. */
  | { readonly state: 'SHUTTING_DOWN'; readonly deadline: string }
  /** Without a connection until the next attempt. `code` is the close code, `reason` for people. */
  | {
      readonly state: 'DISCONNECTED';
      readonly code: number;
      readonly reason: string;
      readonly retryInMs: number;
    }
  /** Over: by `close()`, or with an error because the server will not have this client. */
  | { readonly state: 'CLOSED'; readonly error: TradewireError | null };
