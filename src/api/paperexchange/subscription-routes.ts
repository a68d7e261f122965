import { Type } from 'typebox';
import { amountCents, billText, type CheckoutSession, CURRENCY } from '../../billing/checkout-session.js';
import type { OfferRefusal, Offers } from '../../billing/offers.js';
import { PAID_PLANS, PLAN_NAMES, PLAN_TERMS } from '../../billing/plans.js';
import { daysRemaining, type Subscription, statusAt } from '../../billing/subscription.js';
import type { Subscriptions } from '../../billing/subscriptions-redis.js';
import type { Millis } from '../../exchange/units.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { count, instant, orNull, uuid } from '../request/answer-schema.js';
import { oneOf } from '../request/fields.js';
import { reply } from '../request/reply.js';
import { instantText } from './instant-text.js';

/** What it takes to tell of subscriptions and to offer them. */
export interface SubscriptionDesk {
  readonly subscriptions: Subscriptions;
  readonly offers: Offers;
  readonly users: UserStore;
  /** Where a session is paid. */
  checkoutUrlOf(sessionId: string): string;
  /** The exchange's clock. */
  now(): Millis;
}

const REFUSALS = {
  ENDLESS: { status: 409, message: 'The subscription does not end' },
  LOWER_PLAN: { status: 409, message: 'A better plan is active; wait until it ends' },
  TOO_MANY: { status: 429, message: 'Too many open checkout sessions' },
} as const satisfies Record<OfferRefusal, { status: number; message: string }>;

const SUBSCRIPTION = Type.Object({
  status: Type.Enum(['trialing', 'active', 'expired']),
  plan: Type.Enum([...PLAN_NAMES]),
  current_period_start: instant,
  current_period_end: orNull(instant),
  days_remaining: orNull(count),
  features: Type.Object({
    balance: Type.Integer(),
    api_keys: Type.Integer(),
    rate_limit: orNull(Type.Integer()),
    history_days: Type.Integer(),
  }),
});

const SUBSCRIBE_REQUEST = Type.Object(
  { plan: oneOf('plan', PAID_PLANS) },
  { fault: 'the body must be an object with a plan' },
);

const CHECKOUT = Type.Object({
  checkout_url: Type.String({ format: 'uri' }),
  session_id: uuid,
  plan: Type.Enum([...PAID_PLANS]),
  amount: Type.Number(),
  original_amount: Type.Number(),
  discount: Type.Number(),
  currency: Type.Literal(CURRENCY),
});

/** What a caller has subscribed to, and how to pay for more. */
export function subscriptionRoutes(family: Family, desk: SubscriptionDesk): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v1/billing/subscription',
        summary: 'The current subscription',
        access: 'read',
        answers: { 200: { description: 'The subscription', schema: SUBSCRIPTION } },
      },
      async ({ principal }) => {
        const subscription = await desk.subscriptions.of(await desk.users.ownerOf(principal.userId));
        return reply(subscriptionText(subscription, desk.now()));
      },
    ),
    family.closed(
      {
        method: 'POST',
        path: '/v1/billing/subscribe',
        summary: 'Open a checkout session for a month of a plan',
        access: 'trade',
        body: SUBSCRIBE_REQUEST,
        answers: {
          200: { description: 'The session, to be paid at its address', schema: CHECKOUT },
          409: { description: 'Nothing to pay for now' },
          429: { description: 'Too many sessions are open' },
        },
      },
      async ({ principal, body: { plan } }) => {
        const offered = await desk.offers.make(principal.userId, plan);
        if (!('refusal' in offered))
          return reply(checkoutText(offered, desk.checkoutUrlOf(offered.sessionId)));
        const { status, message } = REFUSALS[offered.refusal];
        return family.refusal(status, message);
      },
    ),
  ];
}

function subscriptionText(subscription: Subscription, now: Millis): string {
  const { plan, startsAt, endsAt } = subscription;
  const { balance, apiKeys, rateLimit, historyDays } = PLAN_TERMS[plan];
  return JSON.stringify({
    status: statusAt(subscription, now),
    plan,
    current_period_start: instantText(startsAt),
    current_period_end: endsAt === null ? null : instantText(endsAt),
    days_remaining: daysRemaining(subscription, now),
    features: { balance, api_keys: apiKeys, rate_limit: rateLimit, history_days: historyDays },
  });
}

function checkoutText(session: CheckoutSession, checkoutUrl: string): string {
  const { sessionId, plan, originalCents, discountCents } = session;
  return (
    `{"checkout_url":${JSON.stringify(checkoutUrl)},"session_id":"${sessionId}","plan":"${plan}",` +
    `"amount":${billText(amountCents(session))},"original_amount":${billText(originalCents)},` +
    `"discount":${billText(discountCents)},"currency":"${CURRENCY}"}`
  );
}
