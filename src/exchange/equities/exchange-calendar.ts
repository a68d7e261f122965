import type { Millis } from '../units.js';
import { type Day, dayOf, weekdayFrom, weekdayOf, yearOf } from './civil-date.js';
import { newYorkTime, utcDay } from './new-york-time.js';

const [SUNDAY, MONDAY, THURSDAY, SATURDAY] = [0, 1, 4, 6] as const;

/** Days on which the exchange was closed out of turn: the day of mourning for President Carter. */
const EXTRAORDINARY_CLOSURES: readonly Day[] = [dayOf(2025, 1, 9)];

/** One regular session of the New York Stock Exchange. */
export interface SessionHours {
  readonly opensAt: Millis;
  /** The first moment at which it is closed again. */
  readonly closesAt: Millis;
}

/**
 * The session that is on at a moment, or else the next one: 9:30 to 16:00 in New York, to 13:00 on short days.
 * Holidays follow the exchange's published rules (its Rule 7.2), which give its calendars of 2024 to 2030; the
 * same rules are applied to all other years.
 */
export function sessionAt(now: Millis): SessionHours {
  let day = utcDay(now);
  while (!isTradingDay(day) || closeOf(day) <= now) day += 1;
  return { opensAt: newYorkTime(day, 9, 30), closesAt: closeOf(day) };
}

function isTradingDay(day: Day): boolean {
  const weekday = weekdayOf(day);
  return weekday !== SUNDAY && weekday !== SATURDAY && !holidaysOf(yearOf(day)).includes(day);
}

function closeOf(day: Day): Millis {
  return newYorkTime(day, isShortDay(day) ? 13 : 16);
}

/** The trading days before Independence Day and Christmas, and the one after Thanksgiving. */
function isShortDay(day: Day): boolean {
  const year = yearOf(day);
  return day === dayOf(year, 7, 3) || day === dayOf(year, 12, 24) || day === thanksgiving(year) + 1;
}

function holidaysOf(year: number): readonly Day[] {
  return [
    newYearsDay(year),
    // Martin Luther King, Jr. Day and Washington's Birthday: third Mondays.
    weekdayFrom(dayOf(year, 1, 15), MONDAY),
    weekdayFrom(dayOf(year, 2, 15), MONDAY),
    easter(year) - 2,
    // Memorial Day, the last Monday of May; Juneteenth; Independence Day; Labor Day, the first Monday.
    weekdayFrom(dayOf(year, 5, 25), MONDAY),
    observed(dayOf(year, 6, 19)),
    observed(dayOf(year, 7, 4)),
    weekdayFrom(dayOf(year, 9, 1), MONDAY),
    thanksgiving(year),
    observed(dayOf(year, 12, 25)),
    ...EXTRAORDINARY_CLOSURES,
  ];
}

/** On a Saturday it is not observed at all, since the Friday before closes the books of the year. */
function newYearsDay(year: number): Day {
  const day = dayOf(year, 1, 1);
  return weekdayOf(day) === SUNDAY ? day + 1 : day;
}

/** A holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after. */
function observed(day: Day): Day {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

/** The fourth Thursday of November. */
function thanksgiving(year: number): Day {
  return weekdayFrom(dayOf(year, 11, 22), THURSDAY);
}

/** Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher. */
function easter(year: number): Day {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const leapParts = 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4);
  const toSunday = (32 + leapParts) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const position = epact + toSunday - 7 * late + 114;
  return dayOf(year, Math.floor(position / 31), (position % 31) + 1);
}
