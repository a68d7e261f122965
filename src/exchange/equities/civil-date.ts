/** A date as a number of days from 1970-01-01. */
export type Day = number;

/** 1970-01-01 was a Thursday, four days after a Sunday. */
const FIRST_WEEKDAY = 4;
/** The days before each month of a year that is not a leap year. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** The day of a date in the Gregorian calendar; months are 1 to 12. */
export function dayOf(year: number, month: number, dayOfMonth: number): Day {
  const yearDays = firstOfJanuary(year + 1) - firstOfJanuary(year);
  const leapDay = month > 2 ? yearDays - 365 : 0;
  return firstOfJanuary(year) + DAYS_BEFORE_MONTH[month - 1]! + leapDay + dayOfMonth - 1;
}

export function yearOf(day: Day): number {
  let year = 1970 + Math.floor(day / 366);
  while (firstOfJanuary(year + 1) <= day) year += 1;
  return year;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: Day): number {
  return (day + FIRST_WEEKDAY) % 7;
}

/** The first such weekday on the day or after it. */
export function weekdayFrom(day: Day, weekday: number): Day {
  return day + ((weekday - weekdayOf(day) + 7) % 7);
}

/** The days from 1970 to the year, with the leap days of the years before it. */
function firstOfJanuary(year: number): Day {
  const leapDays =
    Math.floor((year - 1969) / 4) - Math.floor((year - 1901) / 100) + Math.floor((year - 1601) / 400);
  return 365 * (year - 1970) + leapDays;
}
