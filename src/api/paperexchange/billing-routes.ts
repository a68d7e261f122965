import type { Checkouts } from '../../billing/checkouts-redis.js';
import type { Payments } from '../../billing/payments.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { checkoutPageRoutes } from './checkout-page.js';
import { paymentRoutes } from './payment-routes.js';
import { type SubscriptionDesk, subscriptionRoutes } from './subscription-routes.js';

/** All that billing is made of. */
export interface BillingDesk extends SubscriptionDesk {
  readonly checkouts: Checkouts;
  readonly payments: Payments;
  /** What the payment provider signs its notices with. */
  readonly webhookSecret: string;
}

/** Subscriptions, checkout sessions, and the provider's notices of payments. */
export function billingRoutes(family: Family, desk: BillingDesk): readonly Endpoint[] {
  return [
    ...subscriptionRoutes(family, desk),
    ...paymentRoutes(family, desk.webhookSecret, desk.payments),
    ...checkoutPageRoutes(family, desk.checkouts),
  ];
}
