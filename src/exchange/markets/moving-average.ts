import type { ByteReader, ByteWriter } from '../codec/bytes.js';

/**
 * An exponential moving average of samples that are taken at equal intervals: `numerator ← numerator · decay +
 * sample`, `denominator ← denominator · decay + 1`. The interval would be a factor of both, and cancels. Doubles
 * with these operations are the same on every machine.
 */
export class MovingAverage {
  private numerator = 0;
  private denominator = 0;
  private average = 0;

  /** @param decay what weight a sample keeps from one interval to the next: e^(−interval / time constant). */
  constructor(private readonly decay: number) {}

  /** True before the first sample, when there is no value. */
  get isEmpty(): boolean {
    return this.denominator === 0;
  }

  get value(): number {
    return this.average;
  }

  /** Takes so many equal samples, one after the other; true when the value moved. */
  add(sample: number, count: number): boolean {
    const before = this.average;
    for (let index = 0; index < count; index++) if (!this.step(sample)) break;
    this.average = this.numerator / this.denominator;
    return this.average !== before;
  }

  /** Whether one more sample of this value would change anything. */
  wouldMove(sample: number): boolean {
    const isFixed =
      this.numerator * this.decay + sample === this.numerator &&
      this.denominator * this.decay + 1 === this.denominator;
    return !isFixed;
  }

  encode(writer: ByteWriter): void {
    writer.float(this.numerator);
    writer.float(this.denominator);
  }

  decode(reader: ByteReader): void {
    this.numerator = reader.float();
    this.denominator = reader.float();
    this.average = this.isEmpty ? 0 : this.numerator / this.denominator;
  }

  /**
   * False when the sample changed nothing, so that no further one of its kind will. Equal samples come to that
   * after some 40 time constants, and samples of zero after 800, which bounds the longest stretch of them.
   */
  private step(sample: number): boolean {
    if (!this.wouldMove(sample)) return false;
    this.numerator = this.numerator * this.decay + sample;
    this.denominator = this.denominator * this.decay + 1;
    return true;
  }
}
