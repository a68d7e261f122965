import type { Millis } from '../../exchange/units.js';

const DAY_MS = 86_400_000;

/** Formats moments as ISO 8601 in UTC. The date and the last result are kept: most moments are of one day. */
export class InstantFormat {
  private last = -1;
  private text = '';
  private day = -1;
  private date = '';

  format(time: Millis): string {
    if (time === this.last) return this.text;
    const sinceMidnight = time % DAY_MS;
    const day = time - sinceMidnight;
    if (day !== this.day) {
      this.day = day;
      this.date = new Date(day).toISOString().slice(0, 11);
    }
    const seconds = Math.floor(sinceMidnight / 1_000);
    const minutes = Math.floor(seconds / 60);
    this.last = time;
    this.text =
      `${this.date}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}` +
      `.${three(sinceMidnight % 1_000)}Z`;
    return this.text;
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function three(value: number): string {
  return value < 100 ? `0${two(value)}` : `${value}`;
}
