import { type Account, HOUSE, type Holding } from './accounts/account.js';
import type { ExchangeListener, Fill, FundingPayment, Liquidation, Trade } from './event.js';
import type { Market } from './markets/market.js';
import type { Order } from './orders/order.js';
import type { Seq } from './units.js';

const NOTHING: readonly never[] = [];

/**
 * Numbers the private events and tells them to the listener. Orders and fills are told at once; positions,
 * accounts and markets once at the end of a command, however often it changed them.
 */
export class Announcer {
  /** The positions, accounts and markets that have changed since the last flush, in the order in which they first did. */
  readonly changedHoldings: { account: Account; holding: Holding }[] = [];
  readonly changedAccounts: Account[] = [];
  readonly changedMarkets: Market[] = [];
  /** The orders that have ended and were to be followed by exits, in the order in which they did. */
  private endedParents: Order[] = [];
  /** What was filled and has reduce-only orders that may have to shrink: holdings, and exits with a sibling. */
  private readonly filledHoldings = new Map<Holding, Account>();
  private readonly filledExits = new Set<Order>();

  constructor(private readonly listener: ExchangeListener) {}

  order(account: Account, order: Order): void {
    if (account.id === HOUSE) return;
    nextSeq(account);
    this.listener.onOrder(account, order);
    if (order.exits !== null && !order.isOpen) this.endedParents.push(order);
  }

  /** The orders with exits that have ended since the last call. */
  takeEndedParents(): readonly Order[] {
    const taken = this.endedParents;
    if (taken.length > 0) this.endedParents = [];
    return taken;
  }

  /** Remembers that an order's fill has changed a holding whose reduce-only orders may be too large now. */
  mayExceedPosition(account: Account, holding: Holding, order: Order): void {
    this.filledHoldings.set(holding, account);
    if (order.trigger !== null && order.trigger.sibling > 0) this.filledExits.add(order);
  }

  /** Those holdings since the last call, by account and instrument. */
  takeFilledHoldings(): readonly Holding[] {
    if (this.filledHoldings.size === 0) return NOTHING;
    const taken = [...this.filledHoldings].sort(
      ([holding, account], [otherHolding, otherAccount]) =>
        account.id - otherAccount.id || holding.instrument - otherHolding.instrument,
    );
    this.filledHoldings.clear();
    return taken.map(([holding]) => holding);
  }

  /** The exits with a sibling that have filled since the last call, in full or in part, in the order in which they did. */
  takeFilledExits(): readonly Order[] {
    if (this.filledExits.size === 0) return NOTHING;
    const taken = [...this.filledExits];
    this.filledExits.clear();
    return taken;
  }

  fill(account: Account, fill: Fill): void {
    if (account.id === HOUSE) return;
    nextSeq(account);
    this.listener.onFill(account, fill);
  }

  funding(account: Account, payment: FundingPayment): void {
    if (account.id === HOUSE) return;
    nextSeq(account);
    this.listener.onFunding(account, payment);
  }

  liquidation(account: Account, liquidation: Liquidation): void {
    if (account.id === HOUSE) return;
    nextSeq(account);
    this.listener.onLiquidation(account, liquidation);
  }

  /** Told at once, without a number. */
  faultsSet(account: Account, disconnects: boolean): void {
    this.listener.onFaults(account, disconnects);
  }

  trade(trade: Trade): void {
    this.listener.onTrade(trade);
  }

  holdingChanged(account: Account, holding: Holding): void {
    if (account.id === HOUSE || holding.changed) return;
    holding.changed = true;
    this.changedHoldings.push({ account, holding });
  }

  accountChanged(account: Account): void {
    if (account.id === HOUSE || account.changed) return;
    account.changed = true;
    this.changedAccounts.push(account);
  }

  marketChanged(market: Market): void {
    if (market.changed) return;
    market.changed = true;
    this.changedMarkets.push(market);
  }

  /** Tells what has gathered during a command. */
  flush(): void {
    if (this.changedHoldings.length > 0) this.flushHoldings();
    if (this.changedAccounts.length > 0) this.flushAccounts();
    if (this.changedMarkets.length > 0) this.flushMarkets();
  }

  private flushHoldings(): void {
    for (const { account, holding } of this.changedHoldings) {
      holding.changed = false;
      nextSeq(account);
      this.listener.onPosition(account, holding);
    }
    this.changedHoldings.length = 0;
  }

  private flushAccounts(): void {
    for (const account of this.changedAccounts) {
      account.changed = false;
      nextSeq(account);
      this.listener.onAccount(account);
    }
    this.changedAccounts.length = 0;
  }

  private flushMarkets(): void {
    for (const market of this.changedMarkets) {
      market.changed = false;
      if (market.closedCandles.length > 0) this.flushCandles(market);
      this.listener.onMarket(market.id);
      market.markBefore = market.mark;
    }
    this.changedMarkets.length = 0;
  }

  private flushCandles(market: Market): void {
    for (const { interval, candle } of market.closedCandles) {
      this.listener.onCandleClosed(market.id, interval, candle);
    }
    market.closedCandles.length = 0;
  }
}

function nextSeq(account: Account): void {
  account.seq = (account.seq + 1) as Seq;
}
