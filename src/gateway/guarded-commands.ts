import { assert } from '../exchange/assert.js';
import type { Command } from '../exchange/command.js';
import type { Outcome } from '../exchange/outcome.js';
import type { OutcomeCallback, Submission } from '../journal/sent-batch.js';
import type { PayingMeter } from './meter.js';
import type { Venue } from './venue.js';

/** Takes commands: a venue, or what gathers those of one request. */
export interface CommandDesk {
  submit(command: Command, onOutcome: OutcomeCallback): void;
}

/** The commands of one request, which are sent together behind the charge for it: no trip of its own is needed. */
export class GuardedCommands implements CommandDesk {
  private readonly guarded: Submission[] = [];
  private isSent = false;
  private isRefused = false;

  constructor(
    private readonly meter: PayingMeter,
    private readonly cost: number,
    private readonly isCancel: boolean,
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

  /** `onCharged` is told what became of the charge, before anybody is of the commands; true: it was refused. */
  sendTo(venue: Pick<Venue, 'submitGuarded'>, onCharged: (isRefused: boolean) => void): void {
    const { cost, isCancel, guarded } = this;
    this.isSent = true;
    const { meterId, payer } = this.meter;
    const account = payer.id;
    const guards = guarded.length;
    const charge = { kind: 'CHARGE', account, meterId, requests: 1, cost, isCancel, guards } as const;
    venue.submitGuarded(
      charge,
      ({ error }) => {
        this.isRefused = error === 'RATE_LIMITED';
        onCharged(this.isRefused);
      },
      guarded,
    );
  }
}
