import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { encodeBatch } from '../exchange/codec/batch.js';
import type { Exchange } from '../exchange/exchange.js';
import { continuityAfter } from './continuity.js';
import { BEGINNING, compareEntryIds, type EntryId, type Journal, JournalError } from './journal.js';

/**
 * Names the history that this process follows. An epoch begins with a journal, and whenever a part of the history
 * was lost or may have been. Each gateway finds that out by itself; of the epochs that they begin then, the exchange
 * lets the first one count.
 */
export class Epochs {
  /** The last entry that was applied when the journal was found without it; null: since then an epoch has begun. */
  #lostAt: EntryId | null = null;
  /** The entry with which the present epoch began; the beginning of the journal where it was not seen. */
  #begunAt: EntryId = BEGINNING;

  constructor(
    private readonly journal: Journal,
    private readonly logger: Logger,
  ) {}

  /** The journal does not hold what was applied up to an entry: another epoch has to begin. */
  contradicted(at: EntryId): void {
    if (this.#lostAt === null || compareEntryIds(at, this.#lostAt) > 0) this.#lostAt = at;
  }

  /** The exchange was restored from a snapshot, which does not say when its epoch began. */
  restored(): void {
    this.#begunAt = BEGINNING;
  }

  /** An epoch began with an entry that was applied. */
  begun(at: EntryId): void {
    this.#begunAt = at;
  }

  /** The exchange was rebuilt, and its history has its name. */
  settled(): void {
    this.#lostAt = null;
  }

  /** Sees to it that there is a journal that goes on from `after`, where the exchange stands. */
  async foundIfMissing(exchange: Exchange, after: EntryId): Promise<void> {
    if ((await continuityAfter(this.journal, after)) === 'INTACT') return;
    const { runId } = await this.journal.serverFacts();
    const epoch = randomUUID();
    if (await this.journal.found(after, epochBatch(epoch, exchange.epoch, runId))) {
      this.logger.info({ epoch, after }, 'The journal was founded');
    }
    if ((await continuityAfter(this.journal, after)) !== 'INTACT') {
      throw new JournalError('REFUSED', 'The journal changed while it was read');
    }
  }

  /**
   * Begins an epoch where one is needed: the history was contradicted and nobody has begun one since, or the server
   * is another one or was restarted. Where that server cannot have lost anything, it is the same epoch again.
   */
  async beginIfNeeded(exchange: Exchange): Promise<void> {
    const { runId, historyIsCertain } = await this.journal.serverFacts();
    const { epoch, serverRunId } = exchange;
    // The present epoch may be older than the one that was contradicted, when more was lost than that one.
    const isContradicted = this.#lostAt !== null && compareEntryIds(this.#begunAt, this.#lostAt) <= 0;
    if (!isContradicted && runId === serverRunId) return;
    const next = isContradicted || !historyIsCertain ? randomUUID() : epoch;
    await this.journal.append(epochBatch(next, epoch, runId));
    this.logger.info({ epoch: next, serverRunId: runId, before: epoch }, 'An epoch was begun');
  }
}

/** A batch of its own, under an incarnation of its own: it is never sent twice. */
function epochBatch(epoch: string, after: string, serverRunId: string): Uint8Array {
  const commands = [{ kind: 'BEGIN_EPOCH', epoch, after, serverRunId }] as const;
  return encodeBatch({ incarnation: randomUUID(), number: 1, commands });
}
