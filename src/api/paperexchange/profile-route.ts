import { Type } from 'typebox';
import type { SubscriptionSummary } from '../../billing/subscription.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, orNull, uuid } from '../request/answer-schema.js';
import { reply } from '../request/reply.js';
import { instantText } from './instant-text.js';

/** What a user has subscribed to, as it stands now. */
export type SubscriptionOf = (userId: string) => Promise<SubscriptionSummary>;

const PROFILE = Type.Object({
  id: uuid,
  email: Type.String(),
  plan: Type.String(),
  subscription_status: Type.String(),
  trial_expires_at: orNull(instant),
  subscription_expires_at: orNull(instant),
  payment_required: Type.Boolean(),
  created_at: instant,
});

/** Who the caller is, and on which terms. */
export function profileRoute(family: Family, users: UserStore, subscriptionOf: SubscriptionOf): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: '/v1/auth/me',
      summary: 'The caller’s profile and subscription',
      access: 'any',
      answers: { 200: { description: 'The profile', schema: PROFILE } },
    },
    async ({ principal: { userId } }) => {
      const [user, standing] = await Promise.all([users.ownerOf(userId), subscriptionOf(userId)]);
      const profile = {
        id: userId,
        email: user.email,
        plan: standing.plan,
        subscription_status: standing.status,
        trial_expires_at: textOrNull(standing.trialExpiresAt),
        subscription_expires_at: textOrNull(standing.subscriptionExpiresAt),
        payment_required: standing.paymentRequired,
        created_at: instantText(Date.parse(user.createdAt)),
      };
      return reply(JSON.stringify(profile));
    },
  );
}

function textOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : instantText(timeMs);
}
