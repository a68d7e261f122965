import type { Account, Holding, MarginMode } from './account.js';
import { feeOfFill } from './fees.js';
import { availableMargin, marginRequired, type Stance } from './initial-margin.js';
import { maintenanceMargin } from './margin-tiers.js';
import type { Market } from './market.js';
import type { Order } from './order.js';
import { emptyMargin, type Position, type Purse, payInto, settle } from './settlement.js';
import type { ExchangeState } from './state.js';
import { BUY, type Lots, type Micros, type Millis } from './units.js';
import { valueAt } from './valuation.js';

/**
 * How an account would stand in one instrument after trades that have not been made. Margin is looked at again
 * when a maker is about to trade, since its account may have lost since the order was placed.
 */
export class TrialStance implements Position, Purse, Stance {
  lots: Lots;
  cost: Micros;
  realizedPnl: Micros;
  isolatedMargin: Micros;
  balance: Micros;
  readonly leverage: number;
  readonly marginMode: MarginMode;
  plainBidLots: Lots;
  bidNotional: Micros;
  plainAskLots: Lots;
  askNotional: Micros;

  private constructor(
    { balance }: Purse,
    stance: Position & Stance,
    private readonly account: Account,
    private readonly market: Market,
    private readonly at: Millis,
    /** The margin that is available but for this instrument and the balance; negative where it is tied up. */
    private elsewhere: number,
  ) {
    this.lots = stance.lots;
    this.cost = stance.cost;
    this.realizedPnl = stance.realizedPnl;
    this.isolatedMargin = stance.isolatedMargin;
    this.balance = balance;
    this.leverage = stance.leverage;
    this.marginMode = stance.marginMode;
    this.plainBidLots = stance.plainBidLots;
    this.bidNotional = stance.bidNotional;
    this.plainAskLots = stance.plainAskLots;
    this.askNotional = stance.askNotional;
  }

  static of(state: ExchangeState, account: Account, holding: Holding, market: Market): TrialStance {
    const stance = new TrialStance(account, holding, account, market, state.time, 0);
    stance.elsewhere = availableMargin(account, state.markets) - stance.available;
    return stance;
  }

  /** How much of the position an order would close. */
  closableBy(maker: Order): Lots {
    return Math.max(0, -maker.side * this.lots) as Lots;
  }

  /**
   * How much of a quantity a maker may trade at its price: all, unless it opens a position for which the account
   * would be short of initial margin at the present mark; then no more than it closes. Fees do not count. While
   * no mark is known, none is looked at.
   */
  tradable(maker: Order, lots: Lots): Lots {
    const closing = this.closableBy(maker);
    if (lots <= closing || this.market.mark === 0) return lots;
    const after = new TrialStance(this, this, this.account, this.market, this.at, this.elsewhere);
    after.trade(maker, lots);
    return after.available >= 0 && after.standsAlone ? lots : closing;
  }

  /** Fills a maker up to a quantity as a match would, and returns how much that is. */
  fill(maker: Order, wanted: Lots): Lots {
    let filled = 0;
    while (filled < wanted) {
      const lots = this.tradable(maker, (wanted - filled) as Lots);
      if (lots === 0) {
        this.release(maker, maker.openLots - filled);
        break;
      }
      this.trade(maker, lots);
      const notional = (lots * maker.ticks) as Micros;
      payInto(this, this, -feeOfFill(this.account, this.market, lots, notional, 'MAKER', this.at) as Micros);
      if (this.lots === 0 && this.isolatedMargin !== 0) emptyMargin(nobody(), this, this);
      filled += lots;
    }
    return filled as Lots;
  }

  /** Books a trade of a quantity that is signed, for a notional that is not. */
  book(signedLots: Lots, notional: Micros): void {
    settle(nobody(), this, this, signedLots, notional);
  }

  /** False for an isolated position that would be liquidated at once, at the present mark. */
  get standsAlone(): boolean {
    const { mark, tickMicros, instrument } = this.market;
    if (this.marginMode === 'CROSS' || this.lots === 0 || mark === 0) return true;
    const value = valueAt(this.lots, mark, tickMicros);
    const maintenance = maintenanceMargin(Math.abs(value), instrument.marginTiers);
    return this.isolatedMargin + value - this.cost >= maintenance;
  }

  private trade(maker: Order, lots: Lots): void {
    this.book((maker.side * lots) as Lots, (lots * maker.ticks) as Micros);
    this.release(maker, lots);
  }

  /** Takes lots of a maker off what rests. */
  private release(maker: Order, lots: number): void {
    if (maker.reduceOnly) return;
    if (maker.side === BUY) {
      this.plainBidLots = (this.plainBidLots - lots) as Lots;
      this.bidNotional = (this.bidNotional - lots * maker.ticks) as Micros;
    } else {
      this.plainAskLots = (this.plainAskLots - lots) as Lots;
      this.askNotional = (this.askNotional - lots * maker.ticks) as Micros;
    }
  }

  private get available(): number {
    const { mark, tickMicros } = this.market;
    const profit = this.marginMode === 'CROSS' ? valueAt(this.lots, mark, tickMicros) - this.cost : 0;
    return this.balance + profit + this.elsewhere - marginRequired(this, this.market);
  }
}

/** Pays in place of the house: what is only considered costs it nothing. */
function nobody(): Purse {
  return { balance: 0 as Micros };
}
