import { Type } from 'typebox';
import type { Payment } from '../../billing/checkout-session.js';
import { PAYMENT_FAULTS } from '../../billing/payment-faults.js';
import type { Payments } from '../../billing/payments.js';
import { type SignatureFault, signatureFault } from '../../billing/webhook-signature.js';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { uuidField } from '../request/fields.js';
import { reply } from '../request/reply.js';
import { Validator } from '../request/validator.js';

/** The one kind of notice that does something; of others the provider only wants to know that they arrived. */
const PAID = 'checkout.completed';

const SIGNATURE_FAULTS = {
  INVALID: 'Invalid signature',
  OUTDATED: 'The signature is more than 5 minutes old',
} as const satisfies Record<SignatureFault, string>;

const NOTICE = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 255, fault: 'id must be a string of 1 to 255 characters' }),
    type: Type.String({ fault: 'type must be a string' }),
  },
  { fault: 'the notice must be an object' },
);
const PAID_NOTICE = Type.Object({
  id: Type.String(),
  type: Type.Literal(PAID),
  session_id: uuidField('session_id must be the id of a checkout session'),
  amount: Type.Number({ fault: 'amount must be a number of dollars' }),
  currency: Type.String({ fault: 'currency must be a string' }),
});
const RECEIVED = Type.Object({ received: Type.Literal(true) });

const notice = new Validator(NOTICE);
const paidNotice = new Validator(PAID_NOTICE);

/** Where the payment provider tells of payments. Whoever signs with the secret is the provider. */
export function paymentRoutes(family: Family, secret: string, payments: Payments): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: '/v1/billing/webhook',
        summary: 'A notice of the payment provider, signed in X-Signature',
        description:
          '`checkout.completed` activates a plan, once. A notice of any other `type` does nothing, and needs no more ' +
          'than that and its `id`.',
        access: 'public',
        bodyFormat: 'text',
        documentedBody: PAID_NOTICE,
        documentedHeaders: {
          'X-Signature':
            '`t=…,v1=…`: the present time in seconds, at most 5 minutes off, and the HMAC-SHA256, in hex, of `t`, a ' +
            'dot and the body as it is sent, under the webhook’s secret. There may be several `v1`.',
        },
        secret: true,
        answers: {
          200: { description: 'Received; the same notice again changes nothing', schema: RECEIVED },
          401: { description: 'Not signed by the provider, or too long ago' },
          404: { description: 'No such session' },
          409: { description: 'The event was used for another session' },
          410: { description: 'The session is over' },
          422: { description: 'The payment is not what the session asks for' },
        },
      },
      async ({ request }) => {
        const payment = paymentIn(family, secret, request);
        if (payment === null) return reply('{"received":true}');
        if ('status' in payment) return payment;
        const settlement = await payments.settle(payment);
        if ('session' in settlement) return reply('{"received":true}');
        if ('failure' in settlement) return family.failure(settlement.failure);
        const { status, message } = PAYMENT_FAULTS[settlement.fault];
        return family.refusal(status, message);
      },
    ),
  ];
}

/** The payment that a notice tells of; null where it tells of something else; or the answer where it is not good. */
function paymentIn(
  family: Family,
  secret: string,
  { header, text }: HttpRequest,
): Payment | HttpReply | null {
  const fault = signatureFault(secret, header('x-signature'), text, Date.now());
  if (fault !== null) return family.refusal(401, SIGNATURE_FAULTS[fault]);
  const parsed = family.parsed(text);
  if ('refused' in parsed) return parsed.refused;
  const { value } = parsed;
  if (!notice.accepts(value)) return family.terms.invalid(notice.errorsOf(value), null);
  if (value.type !== PAID) return null;
  if (!paidNotice.accepts(value)) return family.terms.invalid(paidNotice.errorsOf(value), null);
  const { session_id, id, amount, currency } = value;
  return { sessionId: session_id.toLowerCase(), eventId: id, amount, currency };
}
