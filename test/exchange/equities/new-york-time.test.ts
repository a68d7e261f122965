import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextDayEnd } from '../../../src/exchange/equities/new-york-time.js';
import type { Millis } from '../../../src/exchange/units.js';

const HOUR_MS = 3_600_000;
const NEW_YORK = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function at(text: string): Millis {
  return Date.parse(text) as Millis;
}

test.each([
  ['2026-01-15T12:00:00.000Z', '2026-01-15T21:00:00.000Z'],
  ['2026-07-15T12:00:00.000Z', '2026-07-15T20:00:00.000Z'],
  ['2026-07-15T19:59:59.999Z', '2026-07-15T20:00:00.000Z'],
  ['2026-07-15T20:00:00.000Z', '2026-07-16T20:00:00.000Z'],
  ['2026-12-31T21:00:00.000Z', '2027-01-01T21:00:00.000Z'],
  ['2026-03-07T20:59:59.999Z', '2026-03-07T21:00:00.000Z'],
  ['2026-03-07T21:00:00.000Z', '2026-03-08T20:00:00.000Z'],
  ['2026-10-31T20:00:00.000Z', '2026-11-01T21:00:00.000Z'],
  ['2028-02-28T21:00:00.000Z', '2028-02-29T21:00:00.000Z'],
])('after %s the day ends at %s', (now, end) => {
  expect(new Date(nextDayEnd(at(now))).toISOString()).toBe(end);
});

test('every day from 2007 to 2099 ends at 16:00 by the time zone data of this machine', () => {
  let now = at('2007-03-12T00:00:00.000Z');
  const last = at('2099-12-31T00:00:00.000Z');
  while (now < last) {
    const end = nextDayEnd(now);
    if (NEW_YORK.format(end) !== '16:00:00') expect.fail(`${new Date(end).toISOString()} is not 16:00`);
    const hours = (end - now) / HOUR_MS;
    if (hours > 25) expect.fail(`${new Date(now).toISOString()} is followed by a gap of ${hours} hours`);
    now = end;
  }
});

test('the end is always ahead, by no more than 25 hours, and the same until it is reached', () => {
  const anyMoment = fc.integer({ min: at('2007-03-12T00:00:00.000Z'), max: at('2199-01-01T00:00:00.000Z') });
  fc.assert(
    fc.property(anyMoment, fc.nat({ max: 2 ** 31 }), (moment, later) => {
      const now = moment as Millis;
      const end = nextDayEnd(now);
      expect(end).toBeGreaterThan(now);
      expect(end - now).toBeLessThanOrEqual(25 * HOUR_MS);
      expect(nextDayEnd((now + (later % (end - now))) as Millis)).toBe(end);
    }),
  );
});
