import { Checkouts } from '../../src/billing/checkouts-redis.js';
import type { PlanName } from '../../src/billing/plans.js';
import { PortfolioOpening } from '../../src/billing/portfolio-opening.js';
import { Subscriptions } from '../../src/billing/subscriptions-redis.js';
import type { Outcome } from '../../src/exchange/outcome.js';
import type { Millis } from '../../src/exchange/units.js';
import type { openCredentials } from '../identity/fresh-credentials.js';
import type { TestGateway } from '../journal/gateway.js';
import { SILENT } from '../journal/stores.js';

export type Stores = Awaited<ReturnType<typeof openCredentials>>;

/** The stores of billing as one process has them. */
export function billingOf(
  { commands, users, changes, venue }: Stores,
  now: () => Millis,
  demoPlan: PlanName,
) {
  return {
    subscriptions: new Subscriptions(commands, users, changes, venue, demoPlan, now),
    checkouts: new Checkouts(commands, users, changes, venue, now),
  };
}

/** Opens portfolios in the exchange of a test's gateway. */
export function openingOf(
  stores: Stores,
  gateway: TestGateway,
  demoPlan: PlanName = 'unlimited',
): PortfolioOpening {
  const { subscriptions } = billingOf(stores, () => Date.now() as Millis, demoPlan);
  const execute = (command: Parameters<typeof gateway.queue.submit>[0]) =>
    new Promise<Outcome>((resolve) => {
      const refusal = gateway.queue.submit(command, resolve);
      if (refusal !== null) resolve({ error: refusal, order: null, account: null, count: 0 });
    });
  return new PortfolioOpening(stores.users, subscriptions, () => gateway.exchange, execute, SILENT);
}
