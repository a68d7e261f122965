import { decodeBatch } from '../src/exchange/codec/batch.js';
import { stateHash } from '../src/exchange/codec/state-hash.js';
import { DEAF_LISTENER } from '../src/exchange/event.js';
import { Exchange } from '../src/exchange/exchange.js';
import { type RecordedJournal, type RecordingOptions, recordJournal } from './recorded-journal.js';

export interface ReplayResult {
  readonly commandsPerSecond: number;
  readonly commands: number;
  readonly entries: number;
  readonly refused: number;
  readonly bytesPerCommand: number;
  /** The replayed exchange is the recorded one, by the hash of its whole state. */
  readonly sameState: boolean;
}

/** How fast a restart goes on from its snapshot: decodes and applies a recorded journal, after a warm-up replay. */
export async function benchReplay(options: RecordingOptions): Promise<ReplayResult> {
  const journal = await recordJournal(options);
  replay(journal);
  const startMs = performance.now();
  const exchange = replay(journal);
  const elapsedMs = performance.now() - startMs;
  const bytes = journal.entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
  return {
    commandsPerSecond: (journal.commands * 1000) / elapsedMs,
    commands: journal.commands,
    entries: journal.entries.length,
    refused: journal.refused,
    bytesPerCommand: bytes / journal.commands,
    sameState: stateHash(exchange) === journal.stateHash,
  };
}

function replay(journal: RecordedJournal): Exchange {
  const exchange = new Exchange(DEAF_LISTENER);
  for (const { time, bytes } of journal.entries) exchange.applyBatch(time, decodeBatch(bytes), null);
  return exchange;
}
