import { join } from 'node:path';
import type { Logger } from 'pino';
import { Checkouts } from '../billing/checkouts-redis.js';
import { Offers } from '../billing/offers.js';
import { Payments } from '../billing/payments.js';
import { PortfolioOpening } from '../billing/portfolio-opening.js';
import { Subscriptions } from '../billing/subscriptions-redis.js';
import type { Config } from '../config.js';
import type { Millis } from '../exchange/units.js';
import type { Venue } from '../gateway/venue.js';
import { newSecret } from '../identity/credentials/credentials.js';
import type { UserStore } from '../identity/people/users-redis.js';
import { readOrMakeSecret } from '../identity/secrets/private-file.js';
import type { ProcessIdentity } from './process-identity.js';

export interface BillingOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Where clients reach this server; known once it listens. */
  readonly address: () => string;
}

/** The parts of billing that a gateway needs. */
export class ProcessBilling {
  readonly users: UserStore;
  readonly subscriptions: Subscriptions;
  readonly checkouts: Checkouts;
  readonly offers: Offers;
  readonly opening: PortfolioOpening;
  readonly payments: Payments;
  /** The exchange's clock. */
  readonly now: () => Millis;
  private secret: string | null = null;

  constructor(
    private readonly options: BillingOptions,
    identity: ProcessIdentity,
    venue: Venue,
  ) {
    const { config, logger } = options;
    const { commands, changes, users } = identity;
    const now = () => venue.now();
    const { demoPlan } = config;
    this.users = users;
    this.now = now;
    this.subscriptions = new Subscriptions(commands, users, changes, config.venue, demoPlan, now);
    this.checkouts = new Checkouts(commands, users, changes, config.venue, now);
    this.offers = new Offers(users, this.subscriptions, this.checkouts, now);
    this.opening = new PortfolioOpening(
      users,
      this.subscriptions,
      () => venue.exchange,
      (command) => venue.execute(command),
      logger,
    );
    this.payments = new Payments(this.checkouts, users, this.opening, logger);
  }

  /** Reads what payment notices are signed with, and makes it once where the operator has given none. */
  async start(): Promise<void> {
    const { config, dataDirectory } = this.options;
    this.secret =
      config.billingWebhookSecret ?? (await readOrMakeSecret(join(dataDirectory, 'webhook.key'), newSecret));
  }

  get webhookSecret(): string {
    if (this.secret === null) throw new Error('billing has not started');
    return this.secret;
  }

  /** At the payment provider, as a further segment or the value of a parameter, or on a page of this server. */
  checkoutUrlOf(sessionId: string): string {
    const { config, address } = this.options;
    const place = config.checkoutUrl ?? `${address()}/v1/billing/checkout`;
    return `${place}${/[/=?]$/.test(place) ? '' : '/'}${sessionId}`;
  }
}
