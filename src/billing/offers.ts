import type { Millis } from '../exchange/units.js';
import type { UserStore } from '../identity/people/users-redis.js';
import type { CheckoutSession } from './checkout-session.js';
import type { Checkouts } from './checkouts-redis.js';
import { type PaidPlan, PLAN_NAMES } from './plans.js';
import { statusAt } from './subscription.js';
import type { Subscriptions } from './subscriptions-redis.js';

/** Why a plan is not offered: there is nothing to pay for, a better plan is on, or too many offers are open. */
export type OfferRefusal = 'ENDLESS' | 'LOWER_PLAN' | 'TOO_MANY';

/** Offers plans to those who can use them. */
export class Offers {
  /** `now` is the exchange's clock. */
  constructor(
    private readonly users: UserStore,
    private readonly subscriptions: Subscriptions,
    private readonly checkouts: Checkouts,
    private readonly now: () => Millis,
  ) {}

  async make(userId: string, plan: PaidPlan): Promise<CheckoutSession | { readonly refusal: OfferRefusal }> {
    const subscription = await this.subscriptions.latest(await this.users.ownerOf(userId));
    if (subscription.endsAt === null) return { refusal: 'ENDLESS' };
    const isPaid = statusAt(subscription, this.now()) === 'active';
    // It would take away the better plan at once.
    const isLower = PLAN_NAMES.indexOf(plan) < PLAN_NAMES.indexOf(subscription.plan);
    if (isPaid && isLower) return { refusal: 'LOWER_PLAN' };
    return (await this.checkouts.open(userId, plan)) ?? { refusal: 'TOO_MANY' };
  }
}
