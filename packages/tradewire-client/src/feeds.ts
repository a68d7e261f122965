import type { CallTerms } from './call.js';
import { isError, type TradewireError } from './error.js';
import type { Feed, FeedSource } from './feed.js';
import type { Requests } from './requests.js';
import type { ChannelFrame } from './session.js';

/** A server takes 256 channels in a request. */
const CHANNELS_IN_REQUEST_MAX = 256;
const TERMS: CallTerms = { kind: 'SESSION', timeoutMs: Number.POSITIVE_INFINITY, waitsForLimit: true };

/** The public channels that are wanted: asked for together, and again on each session. */
export class Feeds implements FeedSource {
  private readonly feeds = new Map<string, Feed>();
  /** The channels that the present session has not been asked for. */
  private readonly unasked = new Set<string>();
  private isOpen = false;
  private isOver = false;
  private error: TradewireError | null = null;

  constructor(private readonly requests: Requests) {}

  /** The feed of a channel, which is begun if it is not there yet. */
  follow<Kind extends Feed>(channel: string, make: () => Kind): Kind {
    const known = this.feeds.get(channel) as Kind | undefined;
    if (known !== undefined) return known;
    const feed = make();
    if (this.isOver) feed.end(this.error);
    else {
      this.feeds.set(channel, feed);
      this.ask(channel);
    }
    return feed;
  }

  /** Has a channel sent from its beginning: the server answers with its present state, if it has one. */
  ask(channel: string): void {
    if (!this.feeds.has(channel)) return;
    this.unasked.add(channel);
    // Those that are asked for in one go make one request.
    if (this.unasked.size === 1) queueMicrotask(() => this.subscribe());
  }

  leave(channel: string): void {
    const feed = this.feeds.get(channel);
    if (feed === undefined) return;
    this.feeds.delete(channel);
    this.unasked.delete(channel);
    feed.end(null);
    if (!this.isOpen) return;
    this.requests.call('session.unsubscribe', { channels: [channel] }, TERMS).catch(() => undefined);
  }

  begin(): void {
    this.isOpen = true;
    for (const channel of this.feeds.keys()) this.unasked.add(channel);
    this.subscribe();
  }

  lose(): void {
    this.isOpen = false;
    for (const feed of this.feeds.values()) feed.lose();
  }

  receive(frame: ChannelFrame): void {
    this.feeds.get(frame.channel)?.receive(frame);
  }

  /** The latest frame of each channel that the server has sent. */
  heartbeat(channels: Readonly<Record<string, number>>): void {
    for (const [channel, seq] of Object.entries(channels)) this.feeds.get(channel)?.heartbeat(seq);
  }

  /** No session will follow; null: because none is wanted. */
  finish(error: TradewireError | null): void {
    this.isOver = true;
    this.error = error;
    this.isOpen = false;
    for (const feed of this.feeds.values()) feed.end(error);
    this.feeds.clear();
  }

  private subscribe(): void {
    if (!this.isOpen) return;
    const names = [...this.unasked];
    this.unasked.clear();
    for (let from = 0; from < names.length; from += CHANNELS_IN_REQUEST_MAX) {
      const channels = names.slice(from, from + CHANNELS_IN_REQUEST_MAX);
      this.requests.call('session.subscribe', { channels }, TERMS).then(
        () => {
          for (const channel of channels) this.feeds.get(channel)?.agreed();
        },
        (error: TradewireError) => this.refused(channels, error),
      );
    }
  }

  /** One channel that does not exist has the whole request refused: it ends, and the others are asked for again. */
  private refused(channels: readonly string[], error: TradewireError): void {
    if (error.code === 'DISCONNECTED') return;
    const unknown = isError(error, 'UNKNOWN_CHANNEL') ? error.details.channel : null;
    for (const channel of channels) {
      if (unknown !== null && channel !== unknown) this.ask(channel);
      else {
        this.feeds.get(channel)?.end(error);
        this.feeds.delete(channel);
      }
    }
  }
}
