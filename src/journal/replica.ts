import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Batch, encodeBatch } from '../exchange/batch.js';
import type { ExchangeListener } from '../exchange/event.js';
import { Exchange } from '../exchange/exchange.js';
import type { BatchDelivery, CommandQueue } from './command-queue.js';
import { continuityAfter } from './continuity.js';
import { BEGINNING, type Entry, type EntryId, type Journal, JournalError } from './journal.js';
import { applyEntry, inSlices } from './replay.js';
import { restoreNewest } from './restore.js';
import type { SnapshotStore } from './snapshot-store.js';

export interface ReplicaSettings {
  /** How long one read waits for news. An answer is due at least as often. */
  readonly readWaitMs: number;
  /** The journal's server did not answer for this long: the status is `UNAVAILABLE`. */
  readonly silenceMaxMs: number;
  /** How often, under load, the journal is asked whether it still holds what was applied. */
  readonly verifyEveryMs: number;
  /** The pause after a failed attempt to read. */
  readonly retryMs: number;
}

export const REPLICA_DEFAULTS: ReplicaSettings = {
  readWaitMs: 500,
  silenceMaxMs: 2_000,
  verifyEveryMs: 1_000,
  retryMs: 100,
};

export type ReplicaState = 'STARTING' | 'READY' | 'UNAVAILABLE' | 'STOPPED';

export interface ReplicaStatus {
  readonly state: ReplicaState;
  /** For people: why it is not ready. */
  readonly reason: string;
}

/** What the owner of a replica is told. */
export interface ReplicaHooks {
  /**
   * The exchange is another object from now on, as first restored; the entries that follow are replayed into it
   * next. Everything derived from the one before is void.
   */
  onReset(exchange: Exchange): void;
  /** Entries were applied, and nothing else happens until the next turn of the event loop. */
  onTurn(): void;
  onStatus(status: ReplicaStatus): void;
}

const WATCH_EVERY_MS = 250;
const PROGRESS_EVERY_MS = 2_000;

/**
 * This process's copy of the exchange. It restores the newest snapshot, replays what follows, and then follows
 * the journal, handing the outcomes of this process's own batches to the command queue. When the journal turns
 * out not to hold what was applied, or another process found so and began a new epoch, the copy is thrown away
 * and rebuilt from what the journal holds.
 */
export class Replica {
  #exchange: Exchange;
  #at: EntryId = BEGINNING;
  #commandsApplied = 0;
  #status: ReplicaStatus = { state: 'STARTING', reason: 'The journal is being read' };
  /** Of the journal, when it was last verified. */
  #generation = -1;
  #verifiedAtMs = 0;
  #silentTicks = 0;
  #progressAtMs = 0;
  /** The epoch whose history was found contradicted, until another one has begun. */
  #contradictedEpoch: string | null = null;
  /** Why the exchange is to be rebuilt although the journal still holds what was applied; null: it is not. */
  #rebuildReason: string | null = null;
  #isStopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly snapshots: SnapshotStore,
    private readonly queue: CommandQueue,
    private readonly listener: ExchangeListener,
    private readonly hooks: ReplicaHooks,
    private readonly settings: ReplicaSettings,
    private readonly logger: Logger,
  ) {
    this.#exchange = new Exchange(listener);
  }

  get exchange(): Exchange {
    return this.#exchange;
  }

  get status(): ReplicaStatus {
    return this.#status;
  }

  /** The last entry applied. */
  get entryId(): EntryId {
    return this.#at;
  }

  /** How many commands this process has applied, replayed ones included. */
  get commandsApplied(): number {
    return this.#commandsApplied;
  }

  /**
   * Follows the journal until `stop`. Rejects when it must not go on: with `ForeignEngineVersion`,
   * `UnrestorableVenue`, or a failed assertion. The process has to end then.
   */
  async run(): Promise<void> {
    const watch = setInterval(() => this.#watchSilence(), WATCH_EVERY_MS);
    let isBuilt = false;
    try {
      while (!this.#isStopped) {
        try {
          if (!isBuilt) await this.#rebuild();
          isBuilt = true;
          isBuilt = await this.#follow();
        } catch (error) {
          if (!(error instanceof JournalError)) throw error;
          if (this.#isStopped) break;
          this.logger.debug({ err: error }, 'The journal was not read');
          await delay(this.settings.retryMs);
        }
      }
    } finally {
      clearInterval(watch);
      this.queue.close();
      this.#setStatus('STOPPED', 'The process is stopping');
    }
  }

  /** Has the exchange restored and replayed once more, within one read's wait: what was told since is told again. */
  rebuild(reason: string): void {
    this.#rebuildReason = reason;
  }

  /** Ends `run` within one read's wait, or at once if the journal is closed next. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Restores and replays, and makes sure that the epoch and the server's run id are what they have to be. */
  async #rebuild(): Promise<void> {
    this.queue.historyLost();
    const generation = this.journal.generation;
    const restored = await restoreNewest(this.journal, this.snapshots, this.listener, this.logger);
    this.#exchange = restored.exchange;
    this.#at = restored.entryId;
    this.#commandsApplied = 0;
    this.#rebuildReason = null;
    this.hooks.onReset(this.#exchange);
    await this.#foundIfMissing();
    await this.#catchUp();
    await this.#beginEpochIfNeeded();
    this.#contradictedEpoch = null;
    this.#generation = generation;
    this.logger.info({ entry: this.#at, position: this.#exchange.position }, 'The exchange is up to date');
    this.#becomeReady();
  }

  /** Follows the journal. False: what it holds is not what was applied, and the exchange has to be rebuilt. */
  async #follow(): Promise<boolean> {
    while (!this.#isStopped) {
      if (this.#rebuildReason !== null) return this.#abandon(this.#rebuildReason);
      if (this.journal.generation !== this.#generation && !(await this.#rejoin())) return false;
      const entries = await this.journal.read(this.#at, this.settings.readWaitMs);
      this.#silentTicks = 0;
      if (this.journal.generation !== this.#generation) continue;
      const isVerified = performance.now() - this.#verifiedAtMs < this.settings.verifyEveryMs;
      if ((entries.length === 0 || !isVerified) && !(await this.#verify())) return false;
      if (this.#status.state !== 'READY') this.#becomeReady();
      const epoch = this.#exchange.epoch;
      await this.#apply(entries);
      if (this.#exchange.epoch !== epoch) return this.#abandon('Another epoch has begun');
    }
    return true;
  }

  /** After a reconnect it may be another server, or the same one with less than it acknowledged. */
  async #rejoin(): Promise<boolean> {
    const generation = this.journal.generation;
    if (!(await this.#verify())) return false;
    const { runId, historyIsCertain } = await this.journal.serverFacts();
    if (runId !== this.#exchange.serverRunId) {
      await this.#appendEpoch(historyIsCertain ? this.#exchange.epoch : randomUUID(), runId);
    }
    this.#generation = generation;
    return true;
  }

  async #verify(): Promise<boolean> {
    const continuity = await continuityAfter(this.journal, this.#at);
    this.#verifiedAtMs = performance.now();
    if (continuity === 'INTACT') return true;
    if (continuity !== 'TRIMMED') this.#contradictedEpoch = this.#exchange.epoch;
    return this.#abandon(`The journal does not go on from what was applied: ${continuity}`);
  }

  #abandon(reason: string): false {
    this.logger.error({ entry: this.#at, epoch: this.#exchange.epoch }, `Rebuilding the exchange. ${reason}`);
    this.#setStatus('STARTING', reason);
    this.queue.historyLost();
    return false;
  }

  async #foundIfMissing(): Promise<void> {
    const continuity = await continuityAfter(this.journal, this.#at);
    if (continuity === 'INTACT') return;
    const { runId } = await this.journal.serverFacts();
    const epoch = randomUUID();
    if (await this.journal.found(this.#at, epochBatch(epoch, runId))) {
      this.logger.info({ epoch, after: this.#at }, 'The journal was founded');
    }
    if ((await continuityAfter(this.journal, this.#at)) !== 'INTACT') {
      throw new JournalError('REFUSED', 'The journal changed while it was read');
    }
  }

  async #beginEpochIfNeeded(): Promise<void> {
    const { runId, historyIsCertain } = await this.journal.serverFacts();
    const { epoch, serverRunId } = this.#exchange;
    const isContradicted = epoch === this.#contradictedEpoch;
    if (!isContradicted && runId === serverRunId) return;
    const next = isContradicted || !historyIsCertain ? randomUUID() : epoch;
    await this.#appendEpoch(next, runId);
    await this.#catchUp();
  }

  async #appendEpoch(epoch: string, serverRunId: string): Promise<void> {
    await this.journal.append(epochBatch(epoch, serverRunId));
    this.logger.info({ epoch, serverRunId, before: this.#exchange.epoch }, 'An epoch was begun');
  }

  /** Applies everything up to the journal's present end. */
  async #catchUp(): Promise<void> {
    while (!this.#isStopped) {
      const entries = await this.journal.read(this.#at, 0);
      this.#silentTicks = 0;
      if (entries.length === 0) return;
      await this.#apply(entries);
      this.#reportProgress();
    }
  }

  async #apply(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    await inSlices(
      entries,
      (entry) => {
        this.#commandsApplied += applyEntry(this.#exchange, entry, this.#deliveryOf).commands.length;
        this.#at = entry.id;
      },
      () => this.hooks.onTurn(),
    );
  }

  readonly #deliveryOf = (batch: Batch): BatchDelivery | null =>
    batch.incarnation === this.queue.incarnation ? this.queue.beginDelivery(batch.number) : null;

  #reportProgress(): void {
    const nowMs = performance.now();
    if (nowMs - this.#progressAtMs < PROGRESS_EVERY_MS) return;
    this.#progressAtMs = nowMs;
    this.logger.info({ entry: this.#at, commands: this.#commandsApplied }, 'Replaying the journal');
  }

  /** Counts its own ticks, not time: after a pause of this very process nobody else was silent. */
  #watchSilence(): void {
    this.#silentTicks++;
    if (this.#status.state !== 'READY') return;
    if (this.#silentTicks * WATCH_EVERY_MS < this.settings.silenceMaxMs) return;
    this.queue.close();
    this.#setStatus('UNAVAILABLE', 'Redis does not answer');
  }

  #becomeReady(): void {
    this.queue.open();
    this.#setStatus('READY', 'The exchange is up to date');
  }

  #setStatus(state: ReplicaState, reason: string): void {
    this.#status = { state, reason };
    this.hooks.onStatus(this.#status);
  }
}

/** A batch of its own, under an incarnation of its own: it is never sent twice. */
function epochBatch(epoch: string, serverRunId: string): Uint8Array {
  const commands = [{ kind: 'BEGIN_EPOCH', epoch, serverRunId }] as const;
  return encodeBatch({ incarnation: randomUUID(), number: 1, commands });
}
