import type { Account, Holding, MarginMode } from '../accounts/account.js';
import { feeOfFill } from '../accounts/fees.js';
import { emptyMargin, isExact, type Position, type Purse, payInto, settle } from '../accounts/settlement.js';
import { crossFunds, fundsIn, valueAt } from '../accounts/valuation.js';
import type { Market } from '../markets/market.js';
import type { Order } from '../orders/order.js';
import type { ExchangeState } from '../state.js';
import { BUY, type Lots, type Micros, type Millis, type Side } from '../units.js';
import { availableMargin, marginRequired, type Stance } from './initial-margin.js';
import { maintenanceMargin } from './margin-tiers.js';

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
    /** What the cross positions in other instruments add to the funds. */
    private fundsElsewhere: number,
    /** What the house would pay, below 0, for the margin that is missing where an isolated position is closed. */
    private readonly house: Purse,
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
    const stance = new TrialStance(account, holding, account, market, state.time, 0, 0, nobody());
    stance.elsewhere = availableMargin(account, state.markets) - stance.available;
    stance.fundsElsewhere = crossFunds(account, state.markets) - stance.ownFunds;
    return stance;
  }

  /** How much of the position an order would close. */
  closableBy(maker: Order): Lots {
    return Math.max(0, -maker.side * this.lots) as Lots;
  }

  /**
   * How much of a quantity a maker may trade at its price: all, unless it opens a position for which the account
   * would be short of initial margin at the present mark; then no more than it closes. None of what would lose
   * more than there is. Fees do not count. While no mark is known, neither is looked at.
   */
  tradable(maker: Order, lots: Lots): Lots {
    const closing = Math.min(lots, this.closableBy(maker)) as Lots;
    if (this.couldTrade(maker, lots, closing)) return lots;
    return closing > 0 && closing < lots && this.couldTrade(maker, closing, closing) ? closing : (0 as Lots);
  }

  private couldTrade(maker: Order, lots: Lots, closing: Lots): boolean {
    const { account, market, at, elsewhere, fundsElsewhere } = this;
    const after = new TrialStance(this, this, account, market, at, elsewhere, fundsElsewhere, nobody());
    after.trade(maker, lots);
    if (!after.isExact) return false;
    if (market.mark === 0) return true;
    const loss = lossAgainstMark(market, maker.side, lots, (lots * maker.ticks) as Micros);
    if (loss > 0 && after.isOverdrawn) return false;
    return lots === closing || (after.available >= 0 && after.standsAlone);
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
      if (this.lots === 0 && this.isolatedMargin !== 0) emptyMargin(this.house, this, this);
      filled += lots;
    }
    return filled as Lots;
  }

  /** Books a trade of a quantity that is signed, for a notional that is not. */
  book(signedLots: Lots, notional: Micros): void {
    settle(this.house, this, this, signedLots, notional);
  }

  /** False once a sum has left the exact integers: such a trade cannot be made. */
  get isExact(): boolean {
    return isExact(this, this);
  }

  /**
   * Whether more is lost than there is: the cross funds are below 0, or that of the isolated position, or the house
   * would have to pay for one that was closed.
   */
  get isOverdrawn(): boolean {
    if (this.marginMode === 'CROSS') return this.ownFunds + this.fundsElsewhere < 0;
    return this.house.balance < 0 || this.isolatedMargin + this.profit < 0;
  }

  /** False for an isolated position that would be liquidated at once, at the present mark. */
  get standsAlone(): boolean {
    const { mark, tickMicros, instrument } = this.market;
    if (this.marginMode === 'CROSS' || this.lots === 0 || mark === 0) return true;
    const value = valueAt(this.lots, mark, tickMicros);
    const maintenance = maintenanceMargin(Math.abs(value), instrument.marginTiers);
    return this.isolatedMargin + this.profit >= maintenance;
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
    return this.balance + this.crossProfit + this.elsewhere - marginRequired(this, this.market);
  }

  /** The unrealized profit, which only that of a cross position shares with the account. */
  private get profit(): number {
    return valueAt(this.lots, this.market.mark, this.market.tickMicros) - this.cost;
  }

  /** The balance with what this position adds to it. */
  private get ownFunds(): number {
    return this.balance + (this.marginMode === 'CROSS' ? fundsIn(this, this.market) : 0);
  }

  private get crossProfit(): number {
    return this.marginMode === 'CROSS' ? this.profit : 0;
  }
}

/** What a trade loses by being made at a worse price than the mark: 0 while no mark is known. */
export function lossAgainstMark(market: Market, side: Side, lots: Lots, notional: Micros): Micros {
  const { mark, tickMicros } = market;
  return (mark === 0 ? 0 : Math.max(0, side * (notional - valueAt(lots, mark, tickMicros)))) as Micros;
}

/** Pays in place of the house: what is only considered costs it nothing. */
function nobody(): Purse {
  return { balance: 0 as Micros };
}
