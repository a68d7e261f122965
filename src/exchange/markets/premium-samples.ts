import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import { divideRounded } from '../fixed-point.js';
import { gridPoints, HOUR_MS } from '../time-grid.js';
import type { Millis, Rate } from '../units.js';

/** How often the premium is looked at, on a grid of the exchange's clock (HL, funding). */
export const PREMIUM_SAMPLE_MS = 5_000;

/** The premiums of the hour that is going on. The sample on the full hour belongs to the hour that ends with it. */
export class PremiumSamples {
  /** The end of the hour that they belong to. */
  private hourEnd = 0;
  private sum = 0;
  private count = 0;

  /** Takes the samples that fall between two moments, the later one included; the premium is the same for all. */
  add(after: Millis, upTo: Millis, premium: Rate): void {
    const hourEnd = endOfHour(upTo);
    if (hourEnd !== this.hourEnd) {
      this.hourEnd = hourEnd;
      this.sum = 0;
      this.count = 0;
    }
    const count = gridPoints(Math.max(after, hourEnd - HOUR_MS), upTo, PREMIUM_SAMPLE_MS);
    this.sum += count * premium;
    this.count += count;
  }

  /** The mean of the samples of the hour that a moment belongs to; null while there is none. */
  averageAt(time: Millis): Rate | null {
    if (this.count === 0 || endOfHour(time) !== this.hourEnd) return null;
    return divideRounded(this.sum, this.count) as Rate;
  }

  encode(writer: ByteWriter): void {
    writer.uint(this.hourEnd);
    writer.int(this.sum);
    writer.uint(this.count);
  }

  decode(reader: ByteReader): void {
    this.hourEnd = reader.uint();
    this.sum = reader.int();
    this.count = reader.uint();
  }
}

/** A full hour is the end of the hour before it. */
function endOfHour(time: Millis): number {
  return Math.ceil(time / HOUR_MS) * HOUR_MS;
}
