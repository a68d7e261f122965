import { resolve } from 'node:path';
import { readConfig } from './config.js';
import { stateHash } from './exchange/codec/state-hash.js';
import { DEAF_LISTENER } from './exchange/event.js';
import { Exchange } from './exchange/exchange.js';
import { BEGINNING, type EntryId } from './journal/journal.js';
import { RedisJournal } from './journal/journal-redis.js';
import { applyEntry, TO_NOBODY } from './journal/replay.js';
import { restoreNewest } from './journal/restore.js';
import { RedisSnapshotStore } from './journal/snapshot-store-redis.js';
import { createLogger } from './telemetry/logger.js';

/**
 * `npm run replay -- [position]`: applies the journal in a process of its own, and prints where that leads. From
 * its first entry while it is complete, else from the newest snapshot; up to a position, or to the end. A gateway
 * says the same of itself at `GET /v1/sandbox/state`.
 */
async function applyUpTo(
  journal: RedisJournal,
  exchange: Exchange,
  from: EntryId,
  position: number,
): Promise<void> {
  let at = from;
  while (exchange.position < position) {
    const entries = await journal.read(at, 0);
    if (entries.length === 0) return;
    for (const entry of entries.slice(0, position - exchange.position)) {
      applyEntry(exchange, entry, TO_NOBODY);
      at = entry.id;
    }
  }
}

function sayDelay(reason: string): void {
  process.stderr.write(`tradewire: still waiting for Redis: ${reason}\n`);
}

async function main(): Promise<void> {
  const result = readConfig();
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const { redisUrl, venue } = result.config;
  const url = redisUrl ?? `unix://${resolve('data/redis.sock')}`;
  const logger = createLogger('error');
  const journal = new RedisJournal(url, venue, logger);
  const snapshots = new RedisSnapshotStore(url, venue, logger);
  await Promise.all([journal.whenConnected(sayDelay), snapshots.whenConnected()]);
  const extent = await journal.extent();
  const isComplete = extent?.complete === true;
  const { exchange, entryId } = isComplete
    ? { exchange: new Exchange(DEAF_LISTENER), entryId: BEGINNING }
    : await restoreNewest(journal, snapshots, DEAF_LISTENER, logger);
  const from = exchange.position;
  await applyUpTo(journal, exchange, entryId, Number(process.argv[2] ?? Number.POSITIVE_INFINITY));
  journal.close();
  snapshots.close();
  const { epoch, position, time } = exchange;
  const state = { epoch, position, time: new Date(time).toISOString(), hash: stateHash(exchange), from };
  process.stdout.write(`${JSON.stringify(state)}\n`);
}

await main();
