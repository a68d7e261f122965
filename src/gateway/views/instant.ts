import type { Millis } from '../../exchange/units.js';

/** Formats moments as ISO 8601 in UTC, and keeps the last: all events of a turn have the same. */
export class InstantFormat {
  private last = -1;
  private text = '';

  format(time: Millis): string {
    if (time !== this.last) {
      this.last = time;
      this.text = new Date(time).toISOString();
    }
    return this.text;
  }
}
