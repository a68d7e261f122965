import type { Account, Holding } from '../../src/exchange/accounts/account.js';
import type {
  ExchangeListener,
  Fill,
  FundingPayment,
  Liquidation,
  LiquidationMethod,
  Trade,
} from '../../src/exchange/event.js';
import type { Candle, CandleInterval } from '../../src/exchange/markets/candles.js';
import type { Order } from '../../src/exchange/orders/order.js';
import type { InstrumentId } from '../../src/exchange/units.js';

export interface OrderEvent {
  readonly kind: 'order';
  readonly account: number;
  readonly seq: number;
  readonly orderId: number;
  readonly instrument: number;
  readonly side: number;
  readonly lots: number;
  readonly filledLots: number;
  readonly filledNotional: number;
  readonly ticks: number;
  readonly status: string;
  readonly reason: string | null;
  readonly updatedAt: number;
}

export interface FillEvent {
  readonly kind: 'fill';
  readonly account: number;
  readonly seq: number;
  readonly orderId: number;
  readonly fillId: number;
  /** In micro-dollars a unit. */
  readonly price: number;
  readonly lots: number;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly fee: number;
  readonly realizedPnl: number;
  readonly positionAfter: number;
}

export interface PositionEvent {
  readonly kind: 'position';
  readonly account: number;
  readonly seq: number;
  readonly instrument: number;
  readonly lots: number;
  readonly cost: number;
  readonly realizedPnl: number;
  readonly fundingPaid: number;
  readonly leverage: number;
  readonly marginMode: string;
  readonly isolatedMargin: number;
}

export interface AccountEvent {
  readonly kind: 'account';
  readonly account: number;
  readonly seq: number;
  readonly balance: number;
  readonly deposits: number;
  readonly feesPaid: number;
  readonly fundingPaid: number;
}

export interface FundingEvent extends FundingPayment {
  readonly kind: 'funding';
  readonly account: number;
  readonly seq: number;
}

/** Without the liquidation price, which is no integer: it has tests of its own. */
export interface LiquidationEvent {
  readonly kind: 'liquidation';
  readonly account: number;
  readonly seq: number;
  readonly instrument: number;
  readonly method: LiquidationMethod;
  readonly lots: number;
  readonly cost: number;
  readonly mark: number;
  readonly accountValue: number;
  readonly maintenanceMargin: number;
  readonly realizedPnl: number;
}

export interface TradeEvent {
  readonly kind: 'trade';
  readonly tradeId: number;
  readonly instrument: number;
  readonly ticks: number;
  readonly lots: number;
  readonly side: number;
}

export type PrivateEvent =
  | OrderEvent
  | FillEvent
  | PositionEvent
  | AccountEvent
  | FundingEvent
  | LiquidationEvent;
export type RecordedEvent = PrivateEvent | TradeEvent;

/** Keeps what the exchange told, copied at once, since the exchange's own objects change later. */
export class EventRecorder implements ExchangeListener {
  events: RecordedEvent[] = [];
  /** The instruments that were told to have changed, and how often. */
  readonly marketChanges = new Map<number, number>();
  closedCandleCount = 0;
  /** Whose faults were set, and whether the sessions were to be cut. */
  readonly faultChanges: { readonly account: number; readonly disconnects: boolean }[] = [];

  onOrder(account: Account, order: Order): void {
    this.events.push({
      kind: 'order',
      account: account.id,
      seq: account.seq,
      orderId: order.id,
      instrument: order.instrument,
      side: order.side,
      lots: order.lots,
      filledLots: order.filledLots,
      filledNotional: order.filledNotional,
      ticks: order.ticks,
      status: order.status,
      reason: order.reason,
      updatedAt: order.updatedAt,
    });
  }

  onFill(account: Account, fill: Fill): void {
    this.events.push({
      kind: 'fill',
      account: account.id,
      seq: account.seq,
      orderId: fill.order.id,
      fillId: fill.fillId,
      price: fill.price,
      lots: fill.lots,
      liquidity: fill.liquidity,
      fee: fill.fee,
      realizedPnl: fill.realizedPnl,
      positionAfter: fill.positionAfter,
    });
  }

  onPosition(account: Account, holding: Holding): void {
    this.events.push({
      kind: 'position',
      account: account.id,
      seq: account.seq,
      instrument: holding.instrument,
      lots: holding.lots,
      cost: holding.cost,
      realizedPnl: holding.realizedPnl,
      fundingPaid: holding.fundingPaid,
      leverage: holding.leverage,
      marginMode: holding.marginMode,
      isolatedMargin: holding.isolatedMargin,
    });
  }

  onAccount(account: Account): void {
    this.events.push({
      kind: 'account',
      account: account.id,
      seq: account.seq,
      balance: account.balance,
      deposits: account.deposits,
      feesPaid: account.feesPaid,
      fundingPaid: account.fundingPaid,
    });
  }

  onFunding(account: Account, payment: FundingPayment): void {
    this.events.push({ kind: 'funding', account: account.id, seq: account.seq, ...payment });
  }

  onLiquidation(account: Account, liquidation: Liquidation): void {
    this.events.push({
      kind: 'liquidation',
      account: account.id,
      seq: account.seq,
      instrument: liquidation.instrument,
      method: liquidation.method,
      lots: liquidation.lots,
      cost: liquidation.cost,
      mark: liquidation.mark,
      accountValue: liquidation.accountValue,
      maintenanceMargin: liquidation.maintenanceMargin,
      realizedPnl: liquidation.realizedPnl,
    });
  }

  onTrade(trade: Trade): void {
    this.events.push({
      kind: 'trade',
      tradeId: trade.tradeId,
      instrument: trade.instrument,
      ticks: trade.ticks,
      lots: trade.lots,
      side: trade.side,
    });
  }

  onFaults(account: Account, disconnects: boolean): void {
    this.faultChanges.push({ account: account.id, disconnects });
  }

  onCandleClosed(_instrument: InstrumentId, _interval: CandleInterval, _candle: Candle): void {
    this.closedCandleCount += 1;
  }

  onMarket(instrument: InstrumentId): void {
    this.marketChanges.set(instrument, (this.marketChanges.get(instrument) ?? 0) + 1);
  }

  /** The events since the last call. */
  take(): RecordedEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }
}
