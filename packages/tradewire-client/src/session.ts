/** How many requests the key has left: null without a limit. `resetTime` is in seconds. */
export interface RateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetTime: number | null;
}

/** A place in the private events of a portfolio: the number of an event, and the history it belongs to. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

/** What the server says first: who the session is, and where its private events stand. */
export interface Hello {
  readonly sessionId: string;
  readonly userId: string;
  readonly portfolioId: string;
  readonly scopes: readonly string[];
  readonly epoch: string;
  readonly seq: number;
  readonly serverTime: string;
  readonly heartbeatMs: number;
  readonly rateLimit: RateLimit;
}

/** What the server has sent, as it tells now and then: whoever has less has lost something. */
export interface Heartbeat {
  /** The number of the latest private event. */
  readonly seq: number;
  /** The latest frame of each public channel; one that the client is too slow for is left out. */
  readonly channels?: Readonly<Record<string, number>>;
}

/** A frame about the session itself. Those of another type, which later servers may send, are passed over. */
export type SessionFrame =
  | { readonly type: 'hello'; readonly data: Hello }
  | { readonly type: 'heartbeat'; readonly data: Heartbeat }
  | { readonly type: 'stale'; readonly data: { readonly since?: string; readonly reason?: string } }
  | { readonly type: 'live' }
  | {
      readonly type: 'shutdown';
      readonly data: { readonly deadline: string; readonly reconnectAfterMs?: number };
    };

/** A frame of a channel other than `session`, before it is known what is in it. */
export interface ChannelFrame {
  readonly channel: string;
  readonly type?: string;
  readonly seq: number;
  readonly prev?: number;
  readonly time: string;
  readonly replay?: true;
  readonly data: unknown;
}

/** The answer to a request. */
export interface Response {
  readonly id: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
}
