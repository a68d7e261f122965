const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const moments = new Map<string, number>();

/** The moment of a UTC day, after 12:00 UTC, at which clocks in New York show a time such as 09:30. */
export function momentInNewYork(day: number, time: string): number {
  const key = `${day} ${time}`;
  const known = moments.get(key);
  if (known !== undefined) return known;
  const noon = day * DAY_MS + 12 * HOUR_MS;
  const halfHours = Array.from({ length: 24 }, (_, count) => noon + count * (HOUR_MS / 2));
  const moment = halfHours.find((each) => CLOCK.format(each) === time)!;
  moments.set(key, moment);
  return moment;
}

const NEW_YORK = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hour: 'numeric',
  hourCycle: 'h23',
});

const endsByDay = new Map<number, number>();

/** 16:00 in New York on a day of UTC, as the time zone data of the platform has it. */
function fourPm(day: number): number {
  const known = endsByDay.get(day);
  if (known !== undefined) return known;
  const noon = day * DAY_MS + 12 * HOUR_MS;
  const hours = Array.from({ length: 12 }, (_, hour) => noon + hour * HOUR_MS);
  const end = hours.find((moment) => NEW_YORK.format(moment) === '16')!;
  endsByDay.set(day, end);
  return end;
}

/** The next 16:00 in New York strictly after a moment. */
export function nextFourPmInNewYork(now: number): number {
  const today = Math.floor(now / DAY_MS);
  return fourPm(today) > now ? fourPm(today) : fourPm(today + 1);
}
