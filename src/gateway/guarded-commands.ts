import { assert } from '../exchange/assert.js';
import type { Charge, Command } from '../exchange/command.js';
import type { Outcome } from '../exchange/outcome.js';
import type { OutcomeCallback, Submission } from '../journal/sent-batch.js';
import type { Venue } from './venue.js';

/** Takes commands: a venue, or what gathers those of one request. */
export interface CommandDesk {
  submit(command: Command, onOutcome: OutcomeCallback): void;
}

/** Who wants to know about the charge for a request. */
export interface ChargeListener {
  /** It was sent. */
  sent(): void;
  /** What became of it, before anybody is told of the commands; it comes once. */
  charged(isRefused: boolean): void;
}

/** The commands of one request, which are sent together behind the charge for it: no trip of its own is needed. */
export class GuardedCommands implements CommandDesk {
  private readonly guarded: Submission[] = [];
  private isSent = false;
  private isRefused = false;

  constructor(
    private readonly venue: Pick<Venue, 'submitGuarded'>,
    private readonly charge: Omit<Charge, 'guards'>,
    private readonly listener: ChargeListener,
  ) {}

  get isEmpty(): boolean {
    return this.guarded.length === 0;
  }

  /**
   * The outcome does not come where the charge is refused. All commands must come in one turn, at whose end they are
   * sent by themselves.
   */
  submit(command: Command, onOutcome: OutcomeCallback): void {
    assert(!this.isSent, 'a command came after those of its request were sent');
    if (this.isEmpty) queueMicrotask(() => this.send());
    const unlessRefused = (outcome: Outcome) => {
      if (!this.isRefused) onOutcome(outcome);
    };
    this.guarded.push({ command, onOutcome: unlessRefused });
  }

  /** Sends the commands now, if there are any, before whatever else happens in this turn. */
  send(): void {
    if (this.isSent || this.isEmpty) return;
    this.isSent = true;
    this.listener.sent();
    const { guarded } = this;
    const onCharged = ({ error }: Outcome) => {
      this.isRefused = error === 'RATE_LIMITED';
      this.listener.charged(this.isRefused);
    };
    this.venue.submitGuarded({ ...this.charge, guards: guarded.length }, onCharged, guarded);
  }
}
