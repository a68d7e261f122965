import type { TradewireError } from './error.js';
import type { ChannelFrame } from './session.js';

/** One public channel on the client's side, which follows it over any number of sessions. */
export interface Feed {
  readonly channel: string;
  receive(frame: ChannelFrame): void;
  /** The server has sent all frames up to this one: then they must have come. */
  heartbeat(seq: number): void;
  /** The server has agreed to send it: what it begins with was sent. */
  agreed(): void;
  /** The session is over: until the next one nothing new is known. */
  lose(): void;
  /** Nothing comes any more. */
  end(error: TradewireError | null): void;
}

/** Where a feed comes from. */
export interface FeedSource {
  /** Has a channel sent from its beginning. */
  ask(channel: string): void;
  /** Ends a channel. */
  leave(channel: string): void;
}
