import type { Day } from '../equities/civil-date.js';
import { Volume } from '../markets/volume.js';

/** How many whole days of UTC decide an account's fee tier. */
export const FEE_TIER_DAYS = 14;

/** What an account traded on one day of UTC. */
export interface DayVolume {
  readonly day: Day;
  readonly volume: Volume;
}

/** An account's volume in perpetuals by the days of UTC, as far back as fees look, and over its lifetime. */
export class TradedVolume {
  /** Only days with a fill, oldest first; those that decide nothing any more are dropped with the next new day. */
  readonly days: DayVolume[] = [];
  readonly lifetime = new Volume();
  /** The volume that decides the tier on the latest day: that of the whole days before it. */
  private counted = new Volume();

  /** Counts a fill's notional, after its fee was taken: a fill never decides its own fee. */
  add(day: Day, notional: number): void {
    this.begin(day);
    this.days[this.days.length - 1]!.volume.add(notional);
    this.lifetime.add(notional);
  }

  /** What decides the tier on a day that is not before the latest fill's: the 14 whole days before it. */
  countedOn(day: Day): Volume {
    const latest = this.days[this.days.length - 1];
    if (latest === undefined || latest.day === day) return this.counted;
    return this.sumBetween(day - FEE_TIER_DAYS, day);
  }

  /** The volume of a day and the 13 before it: what will decide the tier of the next day as things stand. */
  upTo(day: Day): Volume {
    return this.sumBetween(day - FEE_TIER_DAYS + 1, day + 1);
  }

  /** Puts a day back as it was; days come oldest first. For a snapshot. */
  restoreDay(day: Day, volume: Volume): void {
    this.days.push({ day, volume });
    this.counted = this.sumBetween(day - FEE_TIER_DAYS, day);
  }

  private begin(day: Day): void {
    if (this.days.length > 0 && this.days[this.days.length - 1]!.day === day) return;
    while (this.days.length > 0 && this.days[0]!.day < day - FEE_TIER_DAYS) this.days.shift();
    this.counted = this.sumBetween(day - FEE_TIER_DAYS, day);
    this.days.push({ day, volume: new Volume() });
  }

  private sumBetween(first: Day, end: Day): Volume {
    const sum = new Volume();
    for (const { day, volume } of this.days) if (day >= first && day < end) sum.addVolume(volume);
    return sum;
  }
}
