import type { Logger } from 'pino';
import type { Membership } from '../exchange/accounts/membership.js';
import type { Command } from '../exchange/command.js';
import type { ErrorCode } from '../exchange/error-code.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Outcome } from '../exchange/outcome.js';
import type { User } from '../identity/people/user.js';
import type { UserStore } from '../identity/people/users-redis.js';
import { firstDeposit } from './plans.js';
import { membershipOf, type Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions-redis.js';

/** How often the exchange is brought up to a subscription that changes meanwhile. */
const ATTEMPTS_MAX = 5;

/**
 * Sees that the exchange knows a user's portfolios, on the terms of the subscription. Redis holds users and
 * subscriptions, the journal portfolios and memberships; a process may end between the two, and a history may be
 * lost. So whatever differs is put right whenever it is met.
 */
export class PortfolioOpening {
  private readonly running = new Map<string, Promise<ErrorCode | null>>();

  /** `exchange` gives this process's copy, which may be another one after a restart of the journal. */
  constructor(
    private readonly users: UserStore,
    private readonly subscriptions: Subscriptions,
    private readonly exchange: () => Exchange,
    private readonly execute: (command: Command) => Promise<Outcome>,
    private readonly log: Logger,
  ) {}

  /**
   * Opens a user's portfolios with the plan's deposit where the exchange does not know them, and gives all of them
   * the subscription's terms. Safe to repeat. Null when all is in order, else why it could not be done now.
   */
  async open(user: User): Promise<ErrorCode | null> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      // Read again each time, since another process may have changed it while this one was writing.
      const due = this.commandsFor(user, await this.subscriptions.latest(user));
      if (due.length === 0) return null;
      for (const command of due) {
        const { error } = await this.execute(command);
        if (error !== null) return error;
      }
    }
    return 'OVERLOADED';
  }

  /** The same for somebody who makes a request. What cannot be done now is tried again at the next one. */
  async ensure(userId: string): Promise<void> {
    const user = await this.users.findById(userId);
    if (user === null || this.commandsFor(user, await this.subscriptions.of(user)).length === 0) return;
    const error = await this.openOnce(user);
    if (error !== null) this.log.debug({ userId, reason: error }, 'portfolios are not in order yet');
  }

  /** Several requests of a user at once share one run. */
  private openOnce(user: User): Promise<ErrorCode | null> {
    const { userId } = user;
    const running = this.running.get(userId);
    if (running !== undefined) return running;
    const run = this.open(user).finally(() => this.running.delete(userId));
    this.running.set(userId, run);
    return run;
  }

  private commandsFor(user: User, subscription: Subscription): readonly Command[] {
    const membership = membershipOf(subscription);
    return user.portfolioIds.flatMap((portfolioId): readonly Command[] => {
      const account = this.exchange().state.findPortfolio(portfolioId);
      if (account === undefined) {
        const deposit = firstDeposit(subscription.plan);
        return [{ kind: 'OPEN_ACCOUNT', portfolioId, deposit, membership }];
      }
      if (isSame(account.membership, membership)) return [];
      return [{ kind: 'SET_MEMBERSHIP', account: account.id, membership }];
    });
  }
}

function isSame(one: Membership, other: Membership): boolean {
  return one.plan === other.plan && one.endsAt === other.endsAt && one.isTrial === other.isTrial;
}
