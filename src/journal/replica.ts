import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Batch } from '../exchange/codec/batch.js';
import type { ExchangeListener } from '../exchange/event.js';
import { Exchange } from '../exchange/exchange.js';
import type { BatchDelivery, CommandQueue } from './command-queue.js';
import { continuityAfter } from './continuity.js';
import { Epochs } from './epochs.js';
import { Freshness } from './freshness.js';
import {
  BEGINNING,
  ENTRIES_PER_READ,
  type Entry,
  type EntryId,
  type Journal,
  JournalError,
} from './journal.js';
import { applyEntry, inSlices } from './replay.js';
import { restoreNewest } from './restore.js';
import type { SnapshotStore } from './snapshot-store.js';

export interface ReplicaSettings {
  /** How long one read waits for news. An answer is due at least as often. */
  readonly readWaitMs: number;
  /**
   * The journal's server did not answer for this long: the status is `UNAVAILABLE`. With the time that passes until
   * somebody asks, it stays below the 2 seconds after which `/ready` is promised to be red.
   */
  readonly silenceMaxMs: number;
  /** How often, under load, the journal is asked whether it still holds what was applied. */
  readonly verifyEveryMs: number;
  /** The pause after a failed attempt to read. */
  readonly retryMs: number;
}

export const REPLICA_DEFAULTS: ReplicaSettings = {
  readWaitMs: 500,
  silenceMaxMs: 1_500,
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
  /** In which the exchange was rebuilt; all who are served know it by this name. */
  #epoch = '';
  #commandsApplied = 0;
  #status: ReplicaStatus = { state: 'STARTING', reason: 'The journal is being read' };
  /** Of the journal, when it was last verified. */
  #generation = -1;
  #verifiedAtMs = 0;
  #progressAtMs = 0;
  #isStopped = false;
  readonly #epochs: Epochs;
  readonly #freshness: Freshness;

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
    this.#epochs = new Epochs(journal, logger);
    this.#freshness = new Freshness(settings.silenceMaxMs, () => this.#onSilence());
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
   * True while the exchange may be older than it looks and nobody was told: after a pause of this process, until it
   * has read what it missed.
   */
  get isBehind(): boolean {
    return this.#freshness.isBehind && this.#status.state === 'READY';
  }

  /** How old the exchange may be, what it surely knows, and for how long the journal's server has not answered. */
  get freshness(): Pick<Freshness, 'ageMs' | 'silentMs' | 'isCompleteAsOf' | 'wait'> {
    return this.#freshness;
  }

  /** Calls back when the exchange is not behind any more, or not ready, which everybody can see. */
  whenFresh(onFresh: () => void): void {
    if (this.isBehind) this.#freshness.wait(onFresh);
    else onFresh();
  }

  /**
   * Follows the journal until `stop`. Rejects when it must not go on: with `ForeignEngineVersion`,
   * `UnrestorableVenue`, or a failed assertion. The process has to end then.
   */
  async run(): Promise<void> {
    this.#freshness.start();
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
      this.#freshness.stop();
      this.queue.close();
      this.#setStatus('STOPPED', 'The process is stopping');
    }
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
    this.#epochs.restored();
    this.hooks.onReset(this.#exchange);
    await this.#epochs.foundIfMissing(this.#exchange, this.#at);
    await this.#catchUp();
    await this.#epochs.beginIfNeeded(this.#exchange);
    await this.#catchUp();
    this.#epochs.settled();
    this.#epoch = this.#exchange.epoch;
    this.#generation = generation;
    this.logger.info({ entry: this.#at, position: this.#exchange.position }, 'The exchange is up to date');
    this.#becomeReady();
  }

  /** Follows the journal. False: what it holds is not what was applied, and the exchange has to be rebuilt. */
  async #follow(): Promise<boolean> {
    while (!this.#isStopped) {
      if (this.#exchange.epoch !== this.#epoch) return this.#abandon('Another epoch has begun');
      if (this.journal.generation !== this.#generation && !(await this.#rejoin())) return false;
      const askedAtMs = performance.now();
      const entries = await this.journal.read(this.#at, this.settings.readWaitMs);
      if (this.journal.generation !== this.#generation) continue;
      const isVerified = performance.now() - this.#verifiedAtMs < this.settings.verifyEveryMs;
      if ((entries.length === 0 || !isVerified) && !(await this.#verify())) return false;
      this.#freshness.heard();
      await this.#apply(entries);
      const isLate = performance.now() - askedAtMs > this.settings.silenceMaxMs;
      if (isLate || this.#status.state !== 'READY') await this.#goOn();
      else this.#freshness.upToDate(askedAtMs, entries.length < ENTRIES_PER_READ);
    }
    return true;
  }

  /** After a reconnect it may be another server, or the same one with less than it acknowledged. */
  async #rejoin(): Promise<boolean> {
    const generation = this.journal.generation;
    if (!(await this.#verify())) return false;
    await this.#epochs.beginIfNeeded(this.#exchange);
    this.#generation = generation;
    return true;
  }

  /** After a silence, or a pause of this process, much may have to be read before the exchange is up to date. */
  async #goOn(): Promise<void> {
    await this.#catchUp();
    if (this.#exchange.epoch !== this.#epoch || this.journal.generation !== this.#generation) return;
    if (this.#status.state !== 'READY') this.#becomeReady();
  }

  async #verify(): Promise<boolean> {
    const continuity = await continuityAfter(this.journal, this.#at);
    this.#verifiedAtMs = performance.now();
    if (continuity === 'INTACT') return true;
    if (continuity !== 'TRIMMED') this.#epochs.contradicted(this.#at);
    return this.#abandon(`The journal does not go on from what was applied: ${continuity}`);
  }

  #abandon(reason: string): false {
    this.logger.error({ entry: this.#at, epoch: this.#exchange.epoch }, `Rebuilding the exchange. ${reason}`);
    this.#setStatus('STARTING', reason);
    this.queue.historyLost();
    return false;
  }

  /** Applies everything up to the journal's present end. */
  async #catchUp(): Promise<void> {
    while (!this.#isStopped) {
      const askedAtMs = performance.now();
      const entries = await this.journal.read(this.#at, 0);
      this.#freshness.heard();
      if (entries.length === 0) return this.#freshness.upToDate(askedAtMs);
      await this.#apply(entries);
      this.#reportProgress();
    }
  }

  async #apply(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    await inSlices(
      entries,
      (entry) => {
        const { epoch } = this.#exchange;
        this.#commandsApplied += applyEntry(this.#exchange, entry, this.#deliveryOf).commands.length;
        this.#at = entry.id;
        if (this.#exchange.epoch !== epoch) this.#epochs.begun(entry.id);
      },
      () => {
        this.#freshness.heard();
        this.hooks.onTurn();
      },
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

  #onSilence(): void {
    if (this.#status.state !== 'READY') return;
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
    this.#freshness.release();
  }
}
