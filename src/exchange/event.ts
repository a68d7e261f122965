import type { Account, Holding } from './accounts/account.js';
import type { Candle, CandleInterval } from './markets/candles.js';
import type { Order } from './orders/order.js';
import type { InstrumentId, Lots, Micros, PriceMicros, Rate, Side, Ticks } from './units.js';

export interface Fill {
  /** Unique over the venue; a trade's maker and taker fills have different ones. */
  readonly fillId: number;
  readonly order: Order;
  /** In whole ticks, but for what changed hands at the mark price in a liquidation. */
  readonly price: PriceMicros;
  readonly lots: Lots;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly fee: Micros;
  /** Profit of what this fill closed, without the fee. */
  readonly realizedPnl: Micros;
  readonly positionAfter: Lots;
}

/** One payment between a position and the house, at a funding time. */
export interface FundingPayment {
  readonly instrument: InstrumentId;
  /** The position that paid or was paid, signed. */
  readonly lots: Lots;
  /** For one hour; longs pay where it is positive. */
  readonly rate: Rate;
  readonly oracle: PriceMicros;
  /** Positive where the account received it. */
  readonly amount: Micros;
}

/**
 * How a position was taken from its account: sold to the book, taken over by the house with the account's margin,
 * or closed against opposite positions.
 */
export const LIQUIDATION_METHODS = ['MARKET', 'BACKSTOP', 'ADL'] as const;
export type LiquidationMethod = (typeof LIQUIDATION_METHODS)[number];

/** One position of an account below its maintenance margin, as it stood when it was liquidated. */
export interface Liquidation {
  readonly instrument: InstrumentId;
  readonly method: LiquidationMethod;
  /** The position before, signed, and what it was entered for; entry price = cost / lots. */
  readonly lots: Lots;
  readonly cost: Micros;
  /** In dollars; null where the formula gives no positive price. */
  readonly liquidationPrice: number | null;
  readonly mark: PriceMicros;
  /** Of the account, or of the isolated position alone, before anything was closed. */
  readonly accountValue: Micros;
  readonly maintenanceMargin: Micros;
  /** What the account lost by it: negative for a loss, of an isolated position no more than its margin. Without fees. */
  readonly realizedPnl: Micros;
}

export interface Trade {
  readonly tradeId: number;
  readonly instrument: InstrumentId;
  readonly ticks: Ticks;
  readonly lots: Lots;
  /** The side of the taker. */
  readonly side: Side;
}

/**
 * Where the exchange tells what happened, synchronously, while a command is applied. The objects are the
 * exchange's own and change later: a listener takes what it needs at once. Before each of the private ones
 * the account's `seq` was raised by one. The house has no private events.
 */
export interface ExchangeListener {
  onOrder(account: Account, order: Order): void;
  onFill(account: Account, fill: Fill): void;
  onPosition(account: Account, holding: Holding): void;
  onAccount(account: Account): void;
  onFunding(account: Account, payment: FundingPayment): void;
  onLiquidation(account: Account, liquidation: Liquidation): void;
  /** What goes wrong for an account has changed, which raises no `seq`; `disconnects`: its sessions are to be cut. */
  onFaults(account: Account, disconnects: boolean): void;
  onTrade(trade: Trade): void;
  onCandleClosed(instrument: InstrumentId, interval: CandleInterval, candle: Candle): void;
  /** Once a command in which the book, the oracle or the last price of an instrument changed. */
  onMarket(instrument: InstrumentId): void;
}

/** Takes no notice: for replays that only want the state. */
export const DEAF_LISTENER: ExchangeListener = {
  onOrder() {},
  onFill() {},
  onPosition() {},
  onAccount() {},
  onFunding() {},
  onLiquidation() {},
  onFaults() {},
  onTrade() {},
  onCandleClosed() {},
  onMarket() {},
};
