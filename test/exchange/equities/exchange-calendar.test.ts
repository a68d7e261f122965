import { expect, test } from 'vitest';
import { sessionAt } from '../../../src/exchange/equities/exchange-calendar.js';
import type { Millis } from '../../../src/exchange/units.js';
import { CLOSED_DAYS, SHORT_DAYS } from './nyse-calendar.js';

const DAY_MS = 86_400_000;
const NEW_YORK = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

function at(text: string): Millis {
  return Date.parse(text) as Millis;
}

/** A moment as `YYYY-MM-DD HH:MM` on New York's clocks. */
function inNewYork(moment: Millis): string {
  return NEW_YORK.format(moment).replace(',', '');
}

function textOf(moment: string): string[] {
  const { opensAt, closesAt } = sessionAt(at(moment));
  return [inNewYork(opensAt), inNewYork(closesAt)];
}

test('of the years 2024 to 2030 every weekday is a session but the holidays, and the short days are short', () => {
  const sessions: string[] = [];
  let session = sessionAt(at('2024-01-01T00:00:00Z'));
  while (session.opensAt < at('2031-01-01T00:00:00Z')) {
    sessions.push(`${inNewYork(session.opensAt)} ${inNewYork(session.closesAt).slice(-5)}`);
    session = sessionAt(session.closesAt);
  }
  const expected: string[] = [];
  for (
    let day = at('2024-01-01T00:00:00Z');
    day < at('2031-01-01T00:00:00Z');
    day = (day + DAY_MS) as Millis
  ) {
    const date = new Date(day).toISOString().slice(0, 10);
    const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
    if (isWeekend || CLOSED_DAYS.includes(date)) continue;
    expected.push(`${date} 09:30 ${SHORT_DAYS.includes(date) ? '13:00' : '16:00'}`);
  }
  expect(sessions).toEqual(expected);
  expect(sessions).toHaveLength(1757);
});

test.each([
  ['before the bell', '2026-01-05T14:29:59.999Z', '2026-01-05 09:30', '2026-01-05 16:00'],
  ['at the bell', '2026-01-05T14:30:00.000Z', '2026-01-05 09:30', '2026-01-05 16:00'],
  ['at the last moment', '2026-01-05T20:59:59.999Z', '2026-01-05 09:30', '2026-01-05 16:00'],
  ['at the close', '2026-01-05T21:00:00.000Z', '2026-01-06 09:30', '2026-01-06 16:00'],
  [
    'late in the evening, when UTC has the next date',
    '2026-01-06T03:00:00.000Z',
    '2026-01-06 09:30',
    '2026-01-06 16:00',
  ],
  ['on a Friday evening', '2026-01-09T21:00:00.000Z', '2026-01-12 09:30', '2026-01-12 16:00'],
  [
    'on the weekend when summer time begins',
    '2026-03-07T12:00:00.000Z',
    '2026-03-09 09:30',
    '2026-03-09 16:00',
  ],
  ['on the weekend when it ends', '2026-10-31T12:00:00.000Z', '2026-11-02 09:30', '2026-11-02 16:00'],
  ['at the close of a short day', '2026-11-27T18:00:00.000Z', '2026-11-30 09:30', '2026-11-30 16:00'],
])('%s', (_, moment, open, close) => {
  expect(textOf(moment)).toEqual([open, close]);
});

test.each([
  ['2026-03-06T12:00:00Z', '2026-03-06T14:30:00.000Z'],
  ['2026-03-09T12:00:00Z', '2026-03-09T13:30:00.000Z'],
  ['2026-10-30T12:00:00Z', '2026-10-30T13:30:00.000Z'],
  ['2026-11-02T12:00:00Z', '2026-11-02T14:30:00.000Z'],
])('after %s the bell rings at %s', (moment, bell) => {
  expect(new Date(sessionAt(at(moment)).opensAt).toISOString()).toBe(bell);
});
