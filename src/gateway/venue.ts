import type { Charge, Command } from '../exchange/command.js';
import type { Exchange } from '../exchange/exchange.js';
import { type Outcome, refused } from '../exchange/outcome.js';
import type { Millis } from '../exchange/units.js';
import type { CommandQueue } from '../journal/command-queue.js';
import type { Replica } from '../journal/replica.js';
import type { OutcomeCallback, Submission } from '../journal/sent-batch.js';
import type { Feeds } from './channels/feeds.js';
import type { Views } from './views/views.js';

/** What the handlers of every API family act on: the one exchange, read at once and changed by commands. */
export class Venue {
  constructor(
    private readonly replica: Replica,
    private readonly queue: CommandQueue,
    readonly feeds: Feeds,
  ) {}

  get exchange(): Exchange {
    return this.replica.exchange;
  }

  /** Names this gateway's run in the journal; another one follows when the exchange is rebuilt. */
  get incarnation(): string {
    return this.queue.incarnation;
  }

  get views(): Views {
    return this.feeds.views;
  }

  /**
   * Sends a command to the journal. The outcome comes once, after the command was read back and applied; when
   * the command is refused at the door, within this call.
   */
  submit(command: Command, onOutcome: OutcomeCallback): void {
    const refusal = this.queue.submit(command, onOutcome);
    if (refusal !== null) onOutcome(refused(refusal));
  }

  /** Sends a charge with the commands that it guards: they are carried out where it is not refused. */
  submitGuarded(charge: Charge, onCharged: OutcomeCallback, guarded: readonly Submission[]): void {
    const refusal = this.queue.submitGuarded(charge, onCharged, guarded);
    if (refusal === null) return;
    const outcome = refused(refusal);
    onCharged(outcome);
    for (const { onOutcome } of guarded) onOutcome(outcome);
  }

  /** The same as `submit`, for handlers that wait. */
  execute(command: Command): Promise<Outcome> {
    return new Promise((resolve) => this.submit(command, resolve));
  }

  /**
   * Why something is not to be found. Where this gateway does not know yet what became of commands that were sent to it,
   * or cannot read the journal, it may be there all the same.
   */
  get absence(): 'ORDER_NOT_FOUND' | 'UNKNOWN_OUTCOME' {
    const isCertain = this.replica.status.state === 'READY' && !this.queue.isInDoubt;
    return isCertain ? 'ORDER_NOT_FOUND' : 'UNKNOWN_OUTCOME';
  }

  /** True while the exchange may be older than it looks; see `Replica.isBehind`. */
  get isBehind(): boolean {
    return this.replica.isBehind;
  }

  /** How old the exchange may be. */
  get ageMs(): number {
    return this.replica.freshness.ageMs;
  }

  /** When the exchange was surely up to date last, by its own clock. */
  get freshAt(): Millis {
    return Math.floor(this.now() - this.ageMs) as Millis;
  }

  /** Calls back at once, or when this process has read what it missed while it was paused. */
  whenFresh(onFresh: () => void): void {
    this.replica.whenFresh(onFresh);
  }

  /** The exchange's clock, which goes on between the journal's entries. */
  now(): Millis {
    const { time, clockOffsetMs } = this.exchange;
    return Math.max(time, Date.now() + clockOffsetMs) as Millis;
  }
}
