import type { Redis } from 'ioredis';
import type { Millis } from '../exchange/units.js';
import { LookupCache } from '../identity/credentials/lookup-cache.js';
import type { IdentityChanges } from '../identity/identity-changes-redis.js';
import type { User } from '../identity/people/user.js';
import type { UserStore } from '../identity/people/users-redis.js';
import { venueKey } from '../journal/redis-keys.js';
import type { PlanName } from './plans.js';
import {
  endless,
  type PaidPeriod,
  type Subscription,
  type SubscriptionSummary,
  subscriptionOf,
  summaryAt,
} from './subscription.js';

/** What the store holds of a user, so that "nothing" can be remembered too. */
interface Payments {
  readonly paid: PaidPeriod | null;
}

/**
 * The subscriptions of one venue. Only what was paid for is kept: the trial follows from when a user registered, so
 * that there is none without it.
 */
export class Subscriptions {
  private readonly cache = new LookupCache<Payments>();
  private readonly name: string;

  /** `demoPlan` is what the demo user has for ever; `now` is the exchange's clock. */
  constructor(
    private readonly commands: Redis,
    private readonly users: UserStore,
    changes: IdentityChanges,
    venue: string,
    private readonly demoPlan: PlanName,
    private readonly now: () => Millis,
  ) {
    this.name = venueKey(venue, 'subscriptions');
    changes.listen(
      (change) => {
        if ('userId' in change) this.cache.forget(change.userId);
      },
      () => this.cache.clear(),
    );
  }

  /** A user's subscription; may be some seconds old where an announcement was lost. */
  async of(user: User): Promise<Subscription> {
    const known = await this.cache.find(user.userId, () => this.load(user.userId));
    return this.from(user, known);
  }

  /** The same as it is at this moment. */
  async latest(user: User): Promise<Subscription> {
    return this.from(user, await this.load(user.userId));
  }

  /** What somebody is told of their subscription now. */
  async summaryOf(userId: string): Promise<SubscriptionSummary> {
    return summaryAt(await this.of(await this.users.ownerOf(userId)), this.now());
  }

  private from(user: User, known: Payments | null): Subscription {
    return user.role === 'demo' ? endless(user, this.demoPlan) : subscriptionOf(user, known?.paid ?? null);
  }

  private async load(userId: string): Promise<Payments> {
    const text = await this.commands.hget(this.name, userId);
    return { paid: text === null ? null : (JSON.parse(text) as PaidPeriod) };
  }
}
