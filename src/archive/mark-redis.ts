import type { Redis } from 'ioredis';
import { venueKey } from '../journal/redis-keys.js';
import { archiveKeys } from './archive-keys.js';
import { type Mark, parseMark } from './mark.js';

/** A mark that names an entry which the journal does not hold tells of a history that was lost. */
const SCRIPT = `
local text = redis.call('GET', KEYS[1])
if not text then return {'', 0} end
local entry = string.match(text, '^%S+')
return {text, #redis.call('XRANGE', KEYS[2], entry, entry)}`;

export interface FoundMark {
  /** As Redis holds it; empty where nothing was ever archived. */
  readonly text: string;
  /** Null where nothing is archived of the history that the journal holds. */
  readonly mark: Mark | null;
}

export async function findMark(redis: Redis, venue: string): Promise<FoundMark> {
  const keys = [archiveKeys(venue).mark, venueKey(venue, 'journal')];
  const [text, isInJournal] = (await redis.eval(SCRIPT, keys.length, ...keys)) as [string, number];
  return { text, mark: isInJournal === 1 ? parseMark(text) : null };
}
