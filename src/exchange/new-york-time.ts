import type { Millis } from './units.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 16:00 in New York on the clock of UTC, in summer and in winter. */
const DAYLIGHT_DAY_END_MS = 20 * HOUR_MS;
const STANDARD_DAY_END_MS = 21 * HOUR_MS;
const MARCH_TO_NOVEMBER_DAYS = 245;
/** 1970-01-01 was a Thursday, four days after a Sunday. */
const FIRST_WEEKDAY = 4;

/**
 * The next 16:00 in New York strictly after `now`, when DAY orders end. It follows the rules of the United
 * States since 2007 by arithmetic alone, because time zone data differs between machines and releases.
 */
export function nextDayEnd(now: Millis): Millis {
  const today = Math.floor(now / DAY_MS);
  const end = dayEnd(today);
  return (end > now ? end : dayEnd(today + 1)) as Millis;
}

/** Days are counted from 1970-01-01. At 16:00 in New York, UTC has the same date. */
function dayEnd(day: number): number {
  return day * DAY_MS + (isDaylightSaving(day) ? DAYLIGHT_DAY_END_MS : STANDARD_DAY_END_MS);
}

/** Whether the clocks are ahead in the afternoon: from the second Sunday of March to before November's first. */
function isDaylightSaving(day: number): boolean {
  const march = firstOfMarch(yearOf(day));
  return day >= sundayFrom(march + 7) && day < sundayFrom(march + MARCH_TO_NOVEMBER_DAYS);
}

/** The first Sunday on the day or after it. */
function sundayFrom(day: number): number {
  return day + ((7 - ((day + FIRST_WEEKDAY) % 7)) % 7);
}

function firstOfMarch(year: number): number {
  const yearDays = firstOfJanuary(year + 1) - firstOfJanuary(year);
  return firstOfJanuary(year) + yearDays - 306;
}

/** The days from 1970 to the year, with the leap days of the years before it. */
function firstOfJanuary(year: number): number {
  const leapDays =
    Math.floor((year - 1969) / 4) - Math.floor((year - 1901) / 100) + Math.floor((year - 1601) / 400);
  return 365 * (year - 1970) + leapDays;
}

function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 366);
  while (firstOfJanuary(year + 1) <= day) year += 1;
  return year;
}
