import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import { type PublicChannel, parseChannels } from './subscriptions.js';

/**
 * The position of the latest frame of each public channel that a client reads, which its next one will continue;
 * undefined where it reads none.
 */
export function publishedSeqs(venue: Venue, { publicChannels, session }: Client): object | undefined {
  if (publicChannels.size === 0) return undefined;
  const list = parseChannels(venue, [...publicChannels]);
  if (typeof list === 'string') return undefined;
  const seqs: Record<string, number> = {};
  for (const channel of list.publicChannels) {
    const seq =
      channel.kind === 'book' ? bookOf(venue, channel).publishedSeqFor(session) : feedSeq(venue, channel);
    if (seq !== null) seqs[channel.name] = seq;
  }
  return seqs;
}

function bookOf({ feeds }: Venue, { market }: PublicChannel) {
  return feeds.marketFeed(market).book;
}

function feedSeq({ feeds }: Venue, { kind, market, interval }: PublicChannel): number {
  const feed = feeds.marketFeed(market);
  if (kind === 'candles') return feed.candlesOf(interval!).publishedSeq;
  return kind === 'trades' ? feed.trades.publishedSeq : feed.ticker.publishedSeq;
}
