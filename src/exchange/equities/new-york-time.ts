import type { Millis } from '../units.js';
import { type Day, dayOf, weekdayFrom, yearOf } from './civil-date.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How far New York is behind UTC, in summer and in winter. */
const DAYLIGHT_MINUTES = 4 * 60;
const STANDARD_MINUTES = 5 * 60;
const DAY_END_HOUR = 16;
const SUNDAY = 0;

/**
 * The next 16:00 in New York strictly after `now`, when DAY orders end. It follows the rules of the United
 * States since 2007 by arithmetic alone, because time zone data differs between machines and releases.
 */
export function nextDayEnd(now: Millis): Millis {
  const today = utcDay(now);
  const end = newYorkTime(today, DAY_END_HOUR);
  return end > now ? end : newYorkTime(today + 1, DAY_END_HOUR);
}

/** The day of UTC that a moment lies in. From 5:00 to 19:00 in New York it is the day there too. */
export function utcDay(moment: Millis): Day {
  return Math.floor(moment / DAY_MS);
}

/** The moment at which clocks in New York show a time of a day, for times after the change of the clocks at 2:00. */
export function newYorkTime(day: Day, hour: number, minute = 0): Millis {
  const behindMinutes = isDaylightSaving(day) ? DAYLIGHT_MINUTES : STANDARD_MINUTES;
  return (day * DAY_MS + (hour * 60 + minute + behindMinutes) * MINUTE_MS) as Millis;
}

/** Whether the clocks are ahead: from the second Sunday of March to before November's first. */
function isDaylightSaving(day: Day): boolean {
  const year = yearOf(day);
  return day >= weekdayFrom(dayOf(year, 3, 8), SUNDAY) && day < weekdayFrom(dayOf(year, 11, 1), SUNDAY);
}
