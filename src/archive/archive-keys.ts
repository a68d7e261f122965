import { venueKey } from '../journal/redis-keys.js';
import type { LastingChannel } from './private-channel.js';

/** Where the archive of a venue is in Redis. */
export interface ArchiveKeys {
  /** The mark: how far everything is archived. */
  readonly mark: string;
  /** How many bytes all chunks take, about. */
  readonly bytes: string;
  /** The stream of a portfolio's chunks. */
  events(portfolioId: string): string;
  lasting(channel: LastingChannel, portfolioId: string): string;
}

export function archiveKeys(venue: string): ArchiveKeys {
  return {
    mark: venueKey(venue, 'archived-until'),
    bytes: venueKey(venue, 'archive:bytes'),
    events: (portfolioId) => venueKey(venue, `archive:events:${portfolioId}`),
    lasting: (channel, portfolioId) => venueKey(venue, `archive:${channel}:${portfolioId}`),
  };
}
