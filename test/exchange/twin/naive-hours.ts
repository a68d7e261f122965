import { CLOSED_DAYS, SHORT_DAYS } from '../equities/nyse-calendar.js';
import { momentInNewYork } from '../wall-clock.js';

const DAY_MS = 86_400_000;

interface Change {
  readonly at: number;
  readonly opens: boolean;
}

/** The bells of a date, by the exchange's own list of days and the platform's time zones. */
function bellsOf(day: number): Change[] {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const weekday = new Date(day * DAY_MS).getUTCDay();
  if (weekday === 0 || weekday === 6 || CLOSED_DAYS.includes(date)) return [];
  return [
    { at: momentInNewYork(day, '09:30'), opens: true },
    { at: momentInNewYork(day, SHORT_DAYS.includes(date) ? '13:00' : '16:00'), opens: false },
  ];
}

/** The next bell strictly after a moment. */
export function nextBell(now: number): Change {
  for (let day = Math.floor(now / DAY_MS); ; day++) {
    const bell = bellsOf(day).find(({ at }) => at > now);
    if (bell !== undefined) return bell;
  }
}

/** Whether the exchange is open: the next bell is the closing one. */
export function isOpenAt(now: number): boolean {
  return !nextBell(now).opens;
}

/** The next closing bell. */
export function nextClose(now: number): number {
  const bell = nextBell(now);
  return bell.opens ? nextBell(bell.at).at : bell.at;
}
