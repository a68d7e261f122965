import type { Command } from '../../../src/exchange/command.js';
import type { Outcome } from '../../../src/exchange/outcome.js';
import type { AccountId, Position } from '../../../src/exchange/units.js';
import type { TestVenue } from '../../support/exchange-fixture.js';

/** One run of a gateway, as the exchange sees it: batches under one name, numbered. */
export class TestGatewayRun {
  lastNumber = 0;

  constructor(
    private readonly venue: TestVenue,
    private readonly incarnation: string,
  ) {}

  /** Sends one batch. */
  send(...commands: readonly Command[]): Outcome[] {
    this.lastNumber += 1;
    return this.venue.sendBatch({ incarnation: this.incarnation, number: this.lastNumber, commands });
  }

  beat(): void {
    this.send({ kind: 'TICK' });
  }

  guard(account: AccountId, sessionId: string, graceMs: number | null): Outcome {
    return this.send({ kind: 'GUARD_SESSION', account, sessionId, graceMs })[0]!;
  }

  /** A session ends; unless something else is said, it was heard of to the end. */
  lose(sessionId: string, heardAt: Position = this.venue.exchange.position): Outcome {
    return this.send({ kind: 'SESSION_LOST', sessionId, heardAt })[0]!;
  }

  /** Another session of a portfolio begins here. */
  back(account: AccountId): Outcome {
    return this.send({ kind: 'PORTFOLIO_BACK', account })[0]!;
  }

  giveUp(incarnation: string, lastNumber: number): Outcome {
    return this.send({ kind: 'GATEWAY_LOST', incarnation, lastNumber })[0]!;
  }

  /** The command by which the others give this run up as it stands. */
  givingUp(): Command {
    return { kind: 'GATEWAY_LOST', incarnation: this.incarnation, lastNumber: this.lastNumber };
  }
}
