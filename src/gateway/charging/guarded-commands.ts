import { assert } from '../../exchange/assert.js';
import type { Command } from '../../exchange/command.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { OutcomeCallback, Submission } from '../../journal/sent-batch.js';
import type { Venue } from '../venue.js';
import type { PayingMeter } from './meter.js';

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
    private readonly meter: PayingMeter,
    private readonly cost: number,
    private readonly isCancel: boolean,
    private readonly listener: ChargeListener,
  ) {}

  get isEmpty(): boolean {
    return this.guarded.length === 0;
  }

  /** The outcome does not come where the charge is refused. */
  submit(command: Command, onOutcome: OutcomeCallback): void {
    assert(!this.isSent, 'a command came after those of its request were sent');
    const unlessRefused = (outcome: Outcome) => {
      if (!this.isRefused) onOutcome(outcome);
    };
    this.guarded.push({ command, onOutcome: unlessRefused });
  }

  /** To be called once, when all commands are there: one at least. */
  send(): void {
    const { meter, cost, isCancel, guarded } = this;
    this.isSent = true;
    this.listener.sent();
    const onCharged = ({ error }: Outcome) => {
      this.isRefused = error === 'RATE_LIMITED';
      this.listener.charged(this.isRefused);
    };
    const { meterId, payer } = meter;
    const account = payer.id;
    const guards = guarded.length;
    const charge = { kind: 'CHARGE', account, meterId, requests: 1, cost, isCancel, guards } as const;
    this.venue.submitGuarded(charge, onCharged, guarded);
  }
}
