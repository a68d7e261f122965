import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Account } from '../exchange/accounts/account.js';
import { ENGINE_VERSION } from '../exchange/codec/batch.js';
import { encodeSnapshot } from '../exchange/codec/snapshot.js';
import { DEAF_LISTENER, type ExchangeListener } from '../exchange/event.js';
import { Exchange } from '../exchange/exchange.js';
import { continuityAfter } from '../journal/continuity.js';
import {
  BEGINNING,
  compareEntryIds,
  type Entry,
  type EntryId,
  entryTime,
  type Journal,
  JournalError,
} from '../journal/journal.js';
import { applyEntry, TO_NOBODY } from '../journal/replay.js';
import { restoreNewest } from '../journal/restore.js';
import type { SnapshotStore } from '../journal/snapshot-store.js';
import type { RedisArchiveWriter } from './archive-writer-redis.js';
import type { EventCollector } from './event-collector.js';
import { restMs, SLICE_MS } from './pace.js';
import type { Page } from './page.js';
import { SnapshotSchedule, type SnapshotSettings } from './snapshot-schedule.js';

/** How often what has gathered is written, and how often it is looked for more when there is none. */
const FLUSH_EVERY_MS = 500;
/** How often the journal is asked whether it still holds what was applied, and how far it goes. */
const VERIFY_EVERY_MS = 1_000;
/** The pause before it begins again, or writes again what failed. */
const RETRY_MS = 500;

/** Brings what an exchange tells to the collector. */
export interface ArchiveListener extends ExchangeListener {
  /** From now on it is this exchange that tells. */
  reset(exchange: Exchange): void;
}

export interface FollowedVenue {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly archive: RedisArchiveWriter;
}

/**
 * Follows the journal with an exchange of its own and archives what it tells, and writes snapshots of it. The journal is
 * what waits for it: it begins at the newest snapshot and goes on from the mark, so that whoever takes over after whatever
 * crash writes the same, once. A snapshot is written where the mark is, and so none gets ahead of the archive.
 */
export class ArchiveFollower {
  private readonly journal: Journal;
  private readonly snapshots: SnapshotStore;
  private readonly archive: RedisArchiveWriter;
  private readonly schedule: SnapshotSchedule;
  private readonly stopping = new AbortController();
  private exchange = new Exchange(DEAF_LISTENER);
  /** The last entry applied, and the last one of which everything is archived. */
  private at: EntryId = BEGINNING;
  private archivedUntil: EntryId = BEGINNING;
  /** Of the journal, when it was last verified. */
  private generation = -1;
  private verifiedAtMs = 0;
  private flushedAtMs = 0;
  private behindMs = 0;
  private workedMs = 0;

  constructor(
    { journal, snapshots, archive }: FollowedVenue,
    private readonly collector: EventCollector,
    private readonly listener: ArchiveListener,
    settings: SnapshotSettings,
    private readonly logger: Logger,
  ) {
    this.journal = journal;
    this.snapshots = snapshots;
    this.archive = archive;
    this.schedule = new SnapshotSchedule(settings);
  }

  /**
   * Archives until `stop`. Rejects when it must not go on: with `ForeignEngineVersion`, `UnrestorableVenue`, or a failed
   * assertion.
   */
  async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        if (await this.begin()) await this.follow();
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        this.logger.debug({ err: error }, 'The archive waits for Redis');
      }
      await this.sleep(RETRY_MS);
    }
  }

  /** Ends `run` soon. What was not written stays in the journal. */
  stop(): void {
    this.stopping.abort();
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Restores the exchange and brings it to the mark. False when the archive or the journal is not where it was. */
  private async begin(): Promise<boolean> {
    this.generation = -1;
    const found = await this.archive.begin();
    const restored = await restoreNewest(this.journal, this.snapshots, DEAF_LISTENER, this.logger);
    this.schedule.restart();
    const mark = found !== null && compareEntryIds(found.entryId, restored.entryId) >= 0 ? found : null;
    this.exchange = restored.exchange;
    this.at = restored.entryId;
    this.archivedUntil = mark?.entryId ?? this.at;
    if (!(await this.isIntact())) return false;
    if (mark !== null && !(await this.replayTo(mark.entryId))) return false;
    if (mark === null && !(await this.archive.undo(this.accounts()))) return false;
    this.workedMs = 0;
    // Between two entries nothing is left untold, so that another listener can take over.
    this.exchange = new Exchange(this.listener, this.exchange.state);
    this.listener.reset(this.exchange);
    this.collector.begin(mark ?? { entryId: this.at, time: this.exchange.time, part: null });
    this.logger.info({ mark, at: this.at }, 'The archive goes on');
    return true;
  }

  private accounts(): readonly Account[] {
    return this.exchange.state.accounts.filter((account) => account !== null);
  }

  /**
   * Applies without a word what is archived already, and without a rest: until that is done nobody archives. False when
   * the journal is not that which was archived.
   */
  private async replayTo(until: EntryId): Promise<boolean> {
    while (this.at !== until && !this.isStopped) {
      if (!(await this.isIntact())) return false;
      const entries = await this.journal.read(this.at, 0);
      if (this.journal.generation !== this.generation) continue;
      const end = entries.findIndex(({ id }) => id === until);
      const wanted = end === -1 ? entries : entries.slice(0, end + 1);
      if (wanted.length === 0) return false;
      for (const entry of wanted) this.apply(entry);
    }
    return true;
  }

  /** Archives what the journal tells, until it is not what was applied or somebody else archives. */
  private async follow(): Promise<void> {
    while (!this.isStopped) {
      if (!(await this.isIntact())) return;
      const entries = await this.journal.read(this.at, 0);
      if (this.journal.generation !== this.generation) continue;
      if (!(await this.archiveAll(entries))) return;
      const isFlushDue = performance.now() - this.flushedAtMs >= FLUSH_EVERY_MS;
      if (entries.length > 0 && !isFlushDue) continue;
      if (!(await this.flush())) return;
      if (this.schedule.isDue) await this.writeSnapshot();
      if (entries.length === 0) await this.sleep(FLUSH_EVERY_MS);
    }
  }

  private async archiveAll(entries: readonly Entry[]): Promise<boolean> {
    for (const entry of entries) {
      this.collector.beginEntry(entry.id);
      this.apply(entry);
      this.collector.endEntry();
      for (const page of this.collector.takeFullPages()) {
        if (!(await this.write(page))) return false;
      }
      await this.restIfDue();
      if (this.isStopped) return false;
    }
    return true;
  }

  private apply(entry: Entry): void {
    const startedAtMs = performance.now();
    this.schedule.applied(applyEntry(this.exchange, entry, TO_NOBODY).commands.length);
    this.at = entry.id;
    this.workedMs += performance.now() - startedAtMs;
  }

  /** Writes everything up to the last entry applied. */
  private async flush(): Promise<boolean> {
    this.flushedAtMs = performance.now();
    if (this.at === this.archivedUntil) return true;
    for (const page of this.collector.takePages(this.exchange.time)) {
      if (!(await this.write(page))) return false;
    }
    return true;
  }

  /** Writes a page, as often as it takes. False when this copy of the exchange is not to go on. */
  private async write(page: Page): Promise<boolean> {
    while (!this.isStopped) {
      try {
        if (!(await this.archive.write(page))) {
          this.logger.warn(
            { mark: page.mark },
            'Somebody else archives, or the journal has changed; beginning again',
          );
          return false;
        }
        this.archivedUntil = page.mark.entryId;
        return true;
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        this.logger.debug({ err: error }, 'A page was not archived; trying again');
        await this.sleep(RETRY_MS);
      }
    }
    return false;
  }

  /** Keeps the exchange as it is where everything was just archived. Nothing is kept when somebody else was faster. */
  private async writeSnapshot(): Promise<void> {
    const startedAtMs = performance.now();
    const label = { entryId: this.at, position: this.exchange.position, engineVersion: ENGINE_VERSION };
    const isKept = await this.snapshots.save(label, encodeSnapshot(this.exchange));
    this.schedule.restart();
    const tookMs = Math.round(performance.now() - startedAtMs);
    this.logger.info({ snapshot: label, isKept, tookMs }, 'A snapshot was written');
  }

  /** Whether the journal goes on from what was applied; asked on a new connection, and now and then. */
  private async isIntact(): Promise<boolean> {
    const { generation } = this.journal;
    const isVerified = performance.now() - this.verifiedAtMs < VERIFY_EVERY_MS;
    if (generation === this.generation && isVerified) return true;
    const extent = await this.journal.extent();
    if (extent !== null) this.behindMs = entryTime(extent.last) - entryTime(this.archivedUntil);
    const continuity = await continuityAfter(this.journal, this.at);
    this.generation = generation;
    this.verifiedAtMs = performance.now();
    if (continuity !== 'INTACT') {
      this.logger.warn(
        { at: this.at, continuity },
        'The archive begins again: the journal does not go on from it',
      );
    }
    return continuity === 'INTACT';
  }

  private async restIfDue(): Promise<void> {
    const { workedMs } = this;
    if (workedMs < SLICE_MS) return;
    this.workedMs = 0;
    await this.sleep(restMs(workedMs, this.behindMs));
  }

  private async sleep(ms: number): Promise<void> {
    if (ms === 0) await nextTurn();
    else await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
