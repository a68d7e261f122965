import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Millis } from '../exchange/units.js';
import { sha256Hex } from '../identity/credentials/credentials.js';
import type { IdentityChanges } from '../identity/identity-changes-redis.js';
import type { UserStore } from '../identity/people/users-redis.js';
import { venueKey } from '../journal/redis-keys.js';
import { type CheckoutSession, isInFull, isOver, type Payment, priceFor } from './checkout-session.js';
import type { PaidPlan } from './plans.js';
import { type PaidPeriod, renewed, subscriptionOf } from './subscription.js';

/** Adds a session to those that its user has open, unless these are as many as may be. */
const OPEN = `
local session, open = KEYS[1], KEYS[2]
local record, sessionId, expiresAt, now, lifetimeMs, openMax = unpack(ARGV)
redis.call('ZREMRANGEBYSCORE', open, '-inf', now)
if redis.call('ZCARD', open) >= tonumber(openMax) then return 0 end
redis.call('SET', session, record, 'PX', lifetimeMs)
redis.call('ZADD', open, expiresAt, sessionId)
redis.call('PEXPIRE', open, lifetimeMs)
return 1`;

/** Marks a session as paid and starts what was paid for, if both still are what was read: all of it or nothing. */
const COMPLETE = `
local session, subscriptions, open, event = unpack(KEYS)
local sessionBefore, sessionAfter, userId, paidBefore, paidAfter, sessionId, keptMs = unpack(ARGV)
if redis.call('GET', session) ~= sessionBefore then return 0 end
if (redis.call('HGET', subscriptions, userId) or '') ~= paidBefore then return 0 end
local user = redis.call('GET', event)
if user and user ~= sessionId then return 0 end
redis.call('SET', session, sessionAfter, 'PX', keptMs)
redis.call('HSET', subscriptions, userId, paidAfter)
redis.call('DEL', open)
redis.call('SET', event, sessionId, 'PX', keptMs)
return 1`;

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a session can be paid, on the exchange's clock. */
const LIFETIME_MS = DAY_MS;
/** How long a paid session is known, in real time: longer than any provider repeats itself. */
const PAID_KEPT_MS = 30 * DAY_MS;
/** Sessions that a user may have open. */
const OPEN_MAX = 10;
/** How often a payment is tried again when the same user pays twice at once. */
const ATTEMPTS_MAX = 10;

export type PaymentFault = 'UNKNOWN_SESSION' | 'SESSION_EXPIRED' | 'EVENT_REUSED' | 'PAYMENT_MISMATCH';

/** A payment that counts, now or since an earlier notice of it. */
export interface Completion {
  readonly session: CheckoutSession;
  readonly isNew: boolean;
}

/** The checkout sessions of one venue, and what becomes of a subscription when one is paid. */
export class Checkouts {
  private readonly subscriptions: string;

  /** `now` is the exchange's clock. */
  constructor(
    private readonly commands: Redis,
    private readonly users: UserStore,
    private readonly changes: IdentityChanges,
    private readonly venue: string,
    private readonly now: () => Millis,
  ) {
    this.subscriptions = venueKey(venue, 'subscriptions');
  }

  /** Offers a plan. Null when the user has too many offers open. */
  async open(userId: string, plan: PaidPlan): Promise<CheckoutSession | null> {
    const payments = (await this.paidBy(userId)).paid?.payments ?? 0;
    const createdAt = this.now();
    const session: CheckoutSession = {
      sessionId: randomUUID(),
      userId,
      plan,
      ...priceFor(plan, payments),
      createdAt,
      expiresAt: (createdAt + LIFETIME_MS) as Millis,
      paymentsBefore: payments,
      paidBy: null,
    };
    const { sessionId, expiresAt } = session;
    const names = [this.sessionName(sessionId), this.openName(userId)];
    const values = [JSON.stringify(session), sessionId, expiresAt, createdAt, LIFETIME_MS, OPEN_MAX];
    return (await this.commands.eval(OPEN, names.length, ...names, ...values)) === 1 ? session : null;
  }

  /** Null when it is not known, or over and forgotten. */
  async find(sessionId: string): Promise<CheckoutSession | null> {
    const text = await this.commands.get(this.sessionName(sessionId));
    return text === null ? null : (JSON.parse(text) as CheckoutSession);
  }

  /** Whether somebody can still pay it. */
  async isPayable(session: CheckoutSession): Promise<boolean> {
    const { paid } = await this.paidBy(session.userId);
    return session.paidBy === null && !isOver(session, paid?.payments ?? 0, this.now());
  }

  /** Takes a payment, once however often it is told. */
  async complete(payment: Payment): Promise<Completion | { readonly fault: PaymentFault }> {
    const eventName = venueKey(this.venue, `billing-event:${sha256Hex(payment.eventId)}`);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const [text, usedFor] = await this.commands.mget(this.sessionName(payment.sessionId), eventName);
      if (text == null) return { fault: 'UNKNOWN_SESSION' };
      const session = JSON.parse(text) as CheckoutSession;
      if (usedFor != null && usedFor !== session.sessionId) return { fault: 'EVENT_REUSED' };
      if (session.paidBy !== null) return this.announced({ session, isNew: false });
      if (!isInFull(session, payment)) return { fault: 'PAYMENT_MISMATCH' };
      const user = await this.users.ownerOf(session.userId);
      const before = await this.paidBy(user.userId);
      const payments = before.paid?.payments ?? 0;
      const now = this.now();
      if (isOver(session, payments, now)) {
        // Unless this very session was paid between the two readings.
        if ((await this.commands.get(this.sessionName(payment.sessionId))) !== text) continue;
        return { fault: 'SESSION_EXPIRED' };
      }
      const period = renewed(subscriptionOf(user, before.paid), payments, session.plan, now);
      const paidSession: CheckoutSession = { ...session, paidBy: payment.eventId };
      const isDone = await this.replace(eventName, text, paidSession, before.text, period);
      if (!isDone) continue;
      return this.announced({ session: paidSession, isNew: true });
    }
    throw new Error('a subscription was changed by too many at once');
  }

  /** Told again with every notice, since the process that took the payment may have ended before it could. */
  private async announced(completion: Completion): Promise<Completion> {
    await this.changes.publish({ userId: completion.session.userId });
    return completion;
  }

  private async replace(
    eventName: string,
    sessionBefore: string,
    session: CheckoutSession,
    paidBefore: string,
    period: PaidPeriod,
  ): Promise<boolean> {
    const { sessionId, userId } = session;
    const names = [this.sessionName(sessionId), this.subscriptions, this.openName(userId), eventName];
    const values = [sessionBefore, JSON.stringify(session), userId, paidBefore, JSON.stringify(period)];
    const replaced = await this.commands.eval(
      COMPLETE,
      names.length,
      ...names,
      ...values,
      sessionId,
      PAID_KEPT_MS,
    );
    return replaced === 1;
  }

  /** What a user has paid for, also as text; the text is empty where that is nothing. */
  private async paidBy(userId: string): Promise<{ readonly text: string; readonly paid: PaidPeriod | null }> {
    const text = (await this.commands.hget(this.subscriptions, userId)) ?? '';
    return { text, paid: text === '' ? null : (JSON.parse(text) as PaidPeriod) };
  }

  private sessionName(sessionId: string): string {
    return venueKey(this.venue, `checkout:${sessionId}`);
  }

  private openName(userId: string): string {
    return venueKey(this.venue, `checkouts-of:${userId}`);
  }
}
