import { describe, expect, test } from 'vitest';
import { monthAfter } from '../../src/billing/calendar-month.js';
import { PRICES } from '../../src/billing/plans.js';
import { daysRemaining, renewed, statusAt, subscriptionOf } from '../../src/billing/subscription.js';
import type { Millis } from '../../src/exchange/units.js';
import { newUser } from '../identity/fresh-credentials.js';

const REGISTERED = '2026-01-01T00:00:00.000Z';

function at(text: string): Millis {
  return Date.parse(text) as Millis;
}

test.each([
  ['2026-01-01T12:00:00Z', '2026-02-01T12:00:00Z'],
  ['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['2028-01-31T23:59:59Z', '2028-02-29T23:59:59Z'],
  ['2026-12-15T00:00:00Z', '2027-01-15T00:00:00Z'],
  ['2026-02-28T00:00:00Z', '2026-03-28T00:00:00Z'],
])('a month after %s is %s', (from, to) => {
  expect(monthAfter(at(from))).toBe(at(to));
});

describe('a subscription', () => {
  const trial = subscriptionOf(newUser({ createdAt: REGISTERED }), null);

  test('is a trial of three days on basic to begin with', () => {
    expect(trial).toMatchObject({ plan: 'basic', isTrial: true, endsAt: at('2026-01-04T00:00:00Z') });
    expect(statusAt(trial, at('2026-01-03T23:59:59Z'))).toBe('trialing');
    expect(statusAt(trial, at('2026-01-04T00:00:00Z'))).toBe('expired');
    expect(daysRemaining(trial, at(REGISTERED))).toBe(3);
    expect(daysRemaining(trial, at('2026-01-03T23:59:59Z'))).toBe(1);
    expect(daysRemaining(trial, at('2026-02-01T00:00:00Z'))).toBe(0);
  });

  test('that is paid in the trial holds at once, and its month follows the trial', () => {
    const now = at('2026-01-02T00:00:00Z');
    expect(renewed(trial, 0, 'pro', now)).toEqual({
      ...{ plan: 'pro', startsAt: now, endsAt: at('2026-02-04T00:00:00Z'), payments: 1 },
    });
  });

  test('that is paid later begins with the payment', () => {
    const now = at('2026-03-10T00:00:00Z');
    expect(renewed(trial, 0, 'basic', now)).toMatchObject({
      startsAt: now,
      endsAt: at('2026-04-10T00:00:00Z'),
    });
  });

  test('is prolonged by the same plan, and replaced by another one', () => {
    const paid = {
      plan: 'basic',
      startsAt: at('2026-03-10T00:00:00Z'),
      endsAt: at('2026-04-10T00:00:00Z'),
    } as const;
    const before = subscriptionOf(newUser({ createdAt: REGISTERED }), { ...paid, payments: 1 });
    const now = at('2026-03-20T00:00:00Z');
    expect(renewed(before, 1, 'basic', now)).toEqual({
      ...paid,
      endsAt: at('2026-05-10T00:00:00Z'),
      payments: 2,
    });
    expect(renewed(before, 1, 'pro', now)).toMatchObject({
      startsAt: now,
      endsAt: at('2026-04-20T00:00:00Z'),
    });
  });
});

test('the first month costs two fifths less on every plan', () => {
  for (const { monthCents, firstDiscountCents } of Object.values(PRICES)) {
    expect(firstDiscountCents).toBe(monthCents * 0.4);
  }
});
