import type { PaymentFault } from './checkouts-redis.js';

/** How a payment that does not count is answered, whoever told of it. */
export const PAYMENT_FAULTS = {
  UNKNOWN_SESSION: { status: 404, message: 'Checkout session not found' },
  SESSION_EXPIRED: { status: 410, message: 'Checkout session expired' },
  EVENT_REUSED: { status: 409, message: 'The event was used for another checkout session' },
  PAYMENT_MISMATCH: { status: 422, message: 'The payment is not what the checkout session asks for' },
} as const satisfies Record<PaymentFault, { status: number; message: string }>;
