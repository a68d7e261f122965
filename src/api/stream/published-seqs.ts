import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import { parseChannels, publicFeed } from './subscriptions.js';

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
    const seq = publicFeed(venue, channel).publishedSeqFor(session);
    if (seq !== null) seqs[channel.name] = seq;
  }
  return seqs;
}
