import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { encodeBatch } from '../exchange/codec/batch.js';
import type { Charge, Command } from '../exchange/command.js';
import type { ErrorCode } from '../exchange/error-code.js';
import { type Outcome, refused } from '../exchange/outcome.js';
import { mayUseReserve } from './cancel-reserve.js';
import type { CommandQueueSettings } from './command-queue-settings.js';
import { type Journal, JournalError } from './journal.js';
import type { OutcomeCallback, SentBatch, Submission } from './sent-batch.js';
import { wholeCount } from './whole-count.js';

/** Takes the outcome of the command at an index of its batch. */
export type BatchDelivery = (index: number, outcome: Outcome) => void;

/** The pause before an append whose reply was lost is sent again. */
const RETRY_MS = 50;
/** How often it is asked whether an append takes too long. */
export const STUCK_WATCH_MS = 100;
const UNAVAILABLE = refused('UNAVAILABLE');
const UNKNOWN_OUTCOME = refused('UNKNOWN_OUTCOME');

/**
 * Gathers the commands of a turn into one batch and appends it to the journal: one append is in flight, the next
 * batch gathers meanwhile. A command's outcome comes when the replica has read the batch back and applied it. A
 * batch whose reply was lost is sent again under the same number until it is read back; the exchange ignores
 * the second copy.
 */
export class CommandQueue {
  #incarnation = randomUUID();
  #lastNumber = 0;
  #isOpen = false;
  #isStuck = false;
  #isFlushScheduled = false;
  /** Commands without an outcome, gathered or sent. */
  #waiting = 0;
  #commands: Command[] = [];
  #callbacks: OutcomeCallback[] = [];
  #inFlight: SentBatch | null = null;
  /** By number, oldest first. */
  readonly #sent = new Map<number, SentBatch>();
  #delivering: readonly OutcomeCallback[] = [];
  #whenIdle: (() => void) | null = null;
  readonly #watch: NodeJS.Timeout;

  constructor(
    private readonly journal: Journal,
    private readonly settings: CommandQueueSettings,
    private readonly logger: Logger,
    /** Told how long each append took, in milliseconds. */
    private readonly onAppended: (tookMs: number) => void = () => undefined,
  ) {
    this.#watch = setInterval(() => this.#watchSent(), STUCK_WATCH_MS);
    this.#watch.unref();
  }

  /** Names this process, for as long as the history does not change under it. */
  get incarnation(): string {
    return this.#incarnation;
  }

  /** True while an append has had no answer for too long. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** True while what is not in the exchange may come to it yet: clients were told that its outcome is not known. */
  get isInDoubt(): boolean {
    const [oldest] = this.#sent.values();
    return this.#isStuck || oldest?.callbacks === null;
  }

  /** How many commands wait for their outcome. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes a command. Null when it was accepted: the callback then comes exactly once, never within this call.
   * Else why it was not: `UNAVAILABLE` or `OVERLOADED`, and the callback never comes.
   */
  submit(command: Command, onOutcome: OutcomeCallback): ErrorCode | null {
    if (!this.#isOpen || this.#isStuck) return 'UNAVAILABLE';
    if (this.#waiting >= this.settings.commandsMax && !this.#fitsReserve(command)) return 'OVERLOADED';
    this.#waiting++;
    this.#commands.push(command);
    this.#callbacks.push(onOutcome);
    if (this.#inFlight === null) this.#scheduleFlush();
    return null;
  }

  /**
   * Takes a charge and the commands that it guards, all of them or none. They come into one batch, in this order, and
   * so do their outcomes. The charge says how many commands there are.
   */
  submitGuarded(
    charge: Charge,
    onCharged: OutcomeCallback,
    guarded: readonly Submission[],
  ): ErrorCode | null {
    const refusal = this.submit(charge, onCharged);
    if (refusal !== null) return refusal;
    this.#waiting += guarded.length;
    for (const { command, onOutcome } of guarded) {
      this.#commands.push(command);
      this.#callbacks.push(onOutcome);
    }
    return null;
  }

  /** Begins to accept commands. */
  open(): void {
    this.#isOpen = true;
  }

  /** Refuses further commands, and those that were gathered but not sent. The sent ones keep waiting. */
  close(): void {
    this.#isOpen = false;
    this.#refuseGathered();
  }

  /** Refuses further commands and resolves once every accepted one has its outcome. */
  async drain(): Promise<void> {
    this.#isOpen = false;
    if (this.#waiting > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    clearInterval(this.#watch);
  }

  /** Answers all who wait: with `UNKNOWN_OUTCOME` for what was sent, with `UNAVAILABLE` for what never will be. */
  giveUp(): void {
    this.#refuseGathered();
    for (const batch of this.#sent.values()) {
      if (batch.mayBeWritten) this.#answer(batch, UNKNOWN_OUTCOME);
      else this.#refuse(batch);
    }
  }

  /**
   * The journal goes on from another history: what was sent may or may not be part of it. Starts over as a new
   * incarnation, closed.
   */
  historyLost(): void {
    this.close();
    for (const batch of this.#startOver()) {
      this.#answer(batch, batch.mayBeWritten ? UNKNOWN_OUTCOME : UNAVAILABLE);
    }
  }

  /**
   * The exchange takes nothing of the present incarnation any more, and all that it did take was read back: starts over
   * as a new one. What was gathered under the old one was meant for orders that are cancelled and sessions that end now.
   */
  renew(): void {
    const lost = this.#startOver();
    this.#refuseGathered();
    for (const batch of lost) this.#answer(batch, UNAVAILABLE);
  }

  /**
   * Called when an own batch was read back, before it is applied. Returns where its outcomes go, null when nobody
   * waits for them any more.
   */
  beginDelivery(number: number): BatchDelivery | null {
    const batch = this.#sent.get(number);
    if (batch === undefined) return null;
    this.#sent.delete(number);
    this.#settle(batch);
    if (batch.callbacks === null) return null;
    this.#delivering = batch.callbacks;
    return this.#deliver;
  }

  readonly #deliver: BatchDelivery = (index, outcome) => {
    this.#finish(this.#delivering[index]!, outcome);
  };

  /** Returns what was sent and not read back, oldest first. */
  #startOver(): readonly SentBatch[] {
    this.#incarnation = randomUUID();
    this.#lastNumber = 0;
    this.#inFlight = null;
    this.#isStuck = false;
    const lost = [...this.#sent.values()];
    this.#sent.clear();
    return lost;
  }

  #fitsReserve(command: Command): boolean {
    return mayUseReserve(command) && this.#waiting < this.settings.commandsMax + this.settings.cancelReserve;
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = () => {
    this.#isFlushScheduled = false;
    if (this.#inFlight !== null || this.#commands.length === 0) return;
    const batch = this.#takeBatch();
    this.#inFlight = batch;
    this.#sent.set(batch.number, batch);
    void this.#append(batch);
  };

  /** Takes as many of the gathered commands, oldest first, as the bounds of a batch allow. */
  #takeBatch(): SentBatch {
    const number = ++this.#lastNumber;
    let count = wholeCount(this.#commands, this.settings.batchCommandsMax);
    const least = wholeCount(this.#commands, 1);
    for (;;) {
      const commands = this.#commands.slice(0, count);
      const bytes = encodeBatch({ incarnation: this.#incarnation, number, commands });
      if (bytes.length <= this.settings.batchBytesMax || count === least) {
        this.#commands = this.#commands.slice(count);
        const callbacks = this.#callbacks.slice(0, count);
        this.#callbacks = this.#callbacks.slice(count);
        return { number, bytes, sentAtMs: performance.now(), callbacks, mayBeWritten: false };
      }
      count = wholeCount(this.#commands, Math.ceil(count / 2));
    }
  }

  /**
   * Ends when the batch was appended, was read back, was refused until it was stuck, or was given up with its
   * history. Only a batch that certainly was not written is answered with `UNAVAILABLE`.
   */
  async #append(batch: SentBatch): Promise<void> {
    while (this.#inFlight === batch) {
      const wasUnclear = batch.mayBeWritten;
      batch.mayBeWritten = true;
      try {
        await this.journal.append(batch.bytes);
        this.onAppended(performance.now() - batch.sentAtMs);
        this.#settle(batch);
        return;
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        this.logger.debug({ err: error, batch: batch.number }, 'An append failed');
        if (error.reason !== 'UNKNOWN') batch.mayBeWritten = wasUnclear;
        if (this.#inFlight !== batch) return;
        const isWorthwhile = error.reason !== 'VANISHED' && !this.#isStuck;
        if (!batch.mayBeWritten && !isWorthwhile) {
          this.#refuse(batch);
          return;
        }
      }
      await delay(RETRY_MS);
    }
  }

  /** The batch is no more in flight: the next one may go. */
  #settle(batch: SentBatch): void {
    if (this.#inFlight !== batch) return;
    this.#inFlight = null;
    this.#isStuck = false;
    if (this.#commands.length > 0) this.#scheduleFlush();
  }

  #watchSent(): void {
    const nowMs = performance.now();
    if (this.#inFlight !== null && nowMs - this.#inFlight.sentAtMs > this.settings.stuckAfterMs) {
      this.#isStuck = true;
      this.#refuseGathered();
    }
    for (const batch of this.#sent.values()) {
      if (nowMs - batch.sentAtMs < this.settings.outcomeTimeoutMs) return;
      this.#answer(batch, UNKNOWN_OUTCOME);
    }
  }

  #refuseGathered(): void {
    const callbacks = this.#callbacks;
    this.#commands = [];
    this.#callbacks = [];
    for (const callback of callbacks) this.#finish(callback, UNAVAILABLE);
  }

  /** For a batch that was certainly not written, and never will be. */
  #refuse(batch: SentBatch): void {
    this.#sent.delete(batch.number);
    this.#settle(batch);
    this.#answer(batch, UNAVAILABLE);
  }

  #answer(batch: SentBatch, outcome: Outcome): void {
    const callbacks = batch.callbacks ?? [];
    batch.callbacks = null;
    for (const callback of callbacks) this.#finish(callback, outcome);
  }

  #finish(callback: OutcomeCallback, outcome: Outcome): void {
    this.#waiting--;
    callback(outcome);
    if (this.#waiting === 0 && this.#whenIdle !== null) this.#whenIdle();
  }
}
