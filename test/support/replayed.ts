import { DEAF_LISTENER } from '../../src/exchange/event.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { BEGINNING, type EntryId } from '../../src/journal/journal.js';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { replay } from '../../src/journal/replay.js';
import { SILENT, testRedisUrl } from '../journal/stores.js';

/** The exchange as the whole journal of a venue makes it, and the entry it ends with. */
export async function replayed(venue: string): Promise<{ exchange: Exchange; last: EntryId }> {
  const journal = new RedisJournal(testRedisUrl(), venue, SILENT);
  await journal.whenConnected();
  const { last } = (await journal.extent())!;
  const exchange = new Exchange(DEAF_LISTENER);
  await replay(journal, exchange, BEGINNING, last);
  journal.close();
  return { exchange, last };
}
