import type { Millis } from '../exchange/units.js';

/** The same time of the same day of the next month in UTC, or of that month's last day where it is shorter. */
export function monthAfter(time: Millis): Millis {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 2, 0);
  date.setUTCDate(Math.min(day, date.getUTCDate()));
  return date.getTime() as Millis;
}
