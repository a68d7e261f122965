import { Type } from 'typebox';
import { amountCents, CURRENCY } from '../../billing/checkout-session.js';
import type { Checkouts } from '../../billing/checkouts-redis.js';
import { PAYMENT_FAULTS } from '../../billing/payment-faults.js';
import type { Payments } from '../../billing/payments.js';
import { PAID_PLANS } from '../../billing/plans.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { uuid } from '../request/answer-schema.js';
import { NO_OBJECT, uuidField } from '../request/fields.js';
import { reply } from '../request/reply.js';

const COMPLETE_REQUEST = Type.Object(
  {
    sessionId: uuidField('sessionId must be the id of a checkout session'),
  },
  { additionalProperties: false, ...NO_OBJECT },
);
const COMPLETED = Type.Object({
  sessionId: uuid,
  userId: uuid,
  plan: Type.Enum([...PAID_PLANS]),
  status: Type.Literal('completed'),
});

/** Lets a test pay: what the payment provider would tell, without the provider. */
export function billingSandboxRoutes(
  family: Family,
  checkouts: Checkouts,
  payments: Payments,
): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'POST',
        path: '/v1/sandbox/billing/complete',
        summary: 'Pay a checkout session',
        access: 'admin',
        body: COMPLETE_REQUEST,
        answers: {
          200: { description: 'It is paid', schema: COMPLETED },
          404: { description: 'No such session' },
          410: { description: 'The session is over' },
        },
      },
      async ({ body }) => {
        const session = await checkouts.find(body.sessionId.toLowerCase());
        const { UNKNOWN_SESSION } = PAYMENT_FAULTS;
        if (session === null) return family.refusal(UNKNOWN_SESSION.status, UNKNOWN_SESSION.message);
        const { sessionId, userId, plan } = session;
        const settlement = await payments.settle({
          sessionId,
          eventId: `sandbox:${sessionId}`,
          amount: amountCents(session) / 100,
          currency: CURRENCY,
        });
        if ('failure' in settlement) return family.failure(settlement.failure);
        if ('session' in settlement) {
          return reply(JSON.stringify({ sessionId, userId, plan, status: 'completed' }));
        }
        const { status, message } = PAYMENT_FAULTS[settlement.fault];
        return family.refusal(status, message);
      },
    ),
  ];
}
