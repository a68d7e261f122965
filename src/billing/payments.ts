import type { Logger } from 'pino';
import type { ErrorCode } from '../exchange/error-code.js';
import type { UserStore } from '../identity/people/users-redis.js';
import type { CheckoutSession, Payment } from './checkout-session.js';
import type { Checkouts, PaymentFault } from './checkouts-redis.js';
import type { PortfolioOpening } from './portfolio-opening.js';

/** What became of a payment: the session it was for, what is wrong with it, or why the exchange does not know yet. */
export type Settlement =
  | { readonly session: CheckoutSession }
  | { readonly fault: PaymentFault }
  | { readonly failure: ErrorCode };

/** Turns payments into subscriptions, and these into what may be traded. */
export class Payments {
  constructor(
    private readonly checkouts: Checkouts,
    private readonly users: UserStore,
    private readonly opening: PortfolioOpening,
    private readonly log: Logger,
  ) {}

  /**
   * Takes a payment. Told again, it puts right what a crash in the middle left undone, and changes nothing else.
   */
  async settle(payment: Payment): Promise<Settlement> {
    const completion = await this.checkouts.complete(payment);
    const { sessionId, eventId } = payment;
    if ('fault' in completion) {
      this.log.warn({ sessionId, eventId, reason: completion.fault }, 'A payment was refused');
      return completion;
    }
    const { session, isNew } = completion;
    const { userId, plan } = session;
    if (isNew) this.log.info({ userId, plan, sessionId, eventId }, 'A subscription was paid');
    const failure = await this.opening.open(await this.users.ownerOf(userId));
    return failure === null ? { session } : { failure };
  }
}
