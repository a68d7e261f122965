import type { Account, Holding, Watch } from '../accounts/account.js';
import type { PriceMicros } from '../units.js';

/** An alarm that no mark price sets off, for each side. */
const NEVER_LONG = 0;
const NEVER_SHORT = Number.POSITIVE_INFINITY;

/**
 * The positions of users in one instrument by the price at which they must be looked at, so that a mark that
 * moves costs one comparison a side. It follows from the rest of the state and decides nothing but when to look.
 */
export class Watchlist {
  private watches: Watch[] = [];
  /** The alarms that are set off first; when a position was closed or eased since, sooner than needed. */
  private firstLong = NEVER_LONG;
  private firstShort = NEVER_SHORT;

  /** Watches a position that is safe up to a mark price, in place of what was watched of it before. */
  set(account: Account, holding: Holding, alarm: number): void {
    let watch = holding.watch;
    if (watch === null) {
      watch = { account, holding, alarm };
      holding.watch = watch;
      this.watches.push(watch);
    }
    watch.alarm = alarm;
    if (holding.lots > 0) this.firstLong = Math.max(this.firstLong, alarm);
    else this.firstShort = Math.min(this.firstShort, alarm);
  }

  /** Has every position looked at with the next change of this market: its rules are others now. */
  setAllOff(): void {
    for (const watch of this.watches) watch.alarm = watch.holding.lots > 0 ? NEVER_SHORT : NEVER_LONG;
    this.firstLong = NEVER_SHORT;
    this.firstShort = NEVER_LONG;
  }

  /** Whether there may be anybody to look at, given the present mark. */
  isAlarmedAt(mark: PriceMicros): boolean {
    return mark < this.firstLong || mark > this.firstShort;
  }

  /** The accounts to be looked at; their alarms are off until they are set anew. */
  take(mark: PriceMicros): ReadonlySet<Account> {
    const accounts = new Set<Account>();
    const kept: Watch[] = [];
    this.firstLong = NEVER_LONG;
    this.firstShort = NEVER_SHORT;
    for (const watch of this.watches) {
      const { holding, account, alarm } = watch;
      if (holding.lots === 0) {
        holding.watch = null;
        continue;
      }
      kept.push(watch);
      const isLong = holding.lots > 0;
      if (isLong ? mark < alarm : mark > alarm) accounts.add(account);
      else if (isLong) this.firstLong = Math.max(this.firstLong, alarm);
      else this.firstShort = Math.min(this.firstShort, alarm);
    }
    this.watches = kept;
    return accounts;
  }
}
