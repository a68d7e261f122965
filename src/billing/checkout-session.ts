import type { Millis } from '../exchange/units.js';
import { type PaidPlan, PRICES } from './plans.js';

/** What is paid with. */
export const CURRENCY = 'USD';

/** An offer to pay for a month of a plan. */
export interface CheckoutSession {
  /** A UUID that nobody can guess. */
  readonly sessionId: string;
  readonly userId: string;
  readonly plan: PaidPlan;
  readonly originalCents: number;
  readonly discountCents: number;
  readonly createdAt: Millis;
  readonly expiresAt: Millis;
  /** How many payments the user had made when it was opened: the next one ends it. */
  readonly paymentsBefore: number;
  /** The provider's notice that it was paid; null until then. */
  readonly paidBy: string | null;
}

/** What is to be paid, in cents. */
export function amountCents({ originalCents, discountCents }: CheckoutSession): number {
  return originalCents - discountCents;
}

/** Cents as dollars with both decimals, as on a bill. */
export function billText(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** The price of a plan for who has paid so many times before. */
export function priceFor(plan: PaidPlan, payments: number) {
  const { monthCents, firstDiscountCents } = PRICES[plan];
  return { originalCents: monthCents, discountCents: payments === 0 ? firstDiscountCents : 0 };
}

/**
 * Whether a session cannot be paid any more: its time is over, or another one was paid since. So the discount of a
 * first payment is had once, and no old offer replaces a plan that was chosen later.
 */
export function isOver(session: CheckoutSession, payments: number, now: Millis): boolean {
  return session.expiresAt <= now || session.paymentsBefore !== payments;
}

/** What a payment provider tells of a session. */
export interface Payment {
  readonly sessionId: string;
  /** The provider's id of the notice, which is the same when it is sent again. */
  readonly eventId: string;
  /** In dollars. */
  readonly amount: number;
  readonly currency: string;
}

export function isInFull(session: CheckoutSession, { amount, currency }: Payment): boolean {
  return amount === amountCents(session) / 100 && currency === CURRENCY;
}
