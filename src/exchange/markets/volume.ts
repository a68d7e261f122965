const DOLLAR_MICROS = 1_000_000;

/**
 * An amount traded, exact beyond 2^53 micro-dollars, which a busy account passes within a day: whole dollars, and
 * the micro-dollars that are not a whole one.
 */
export class Volume {
  dollars = 0;
  micros = 0;

  add(amountMicros: number): void {
    this.micros += amountMicros;
    if (this.micros < DOLLAR_MICROS) return;
    const whole = Math.floor(this.micros / DOLLAR_MICROS);
    this.dollars += whole;
    this.micros -= whole * DOLLAR_MICROS;
  }

  addVolume(other: Volume): void {
    this.dollars += other.dollars;
    this.add(other.micros);
  }

  /** Whether it is more than so many whole dollars. */
  exceeds(dollars: number): boolean {
    return this.dollars > dollars || (this.dollars === dollars && this.micros > 0);
  }
}
