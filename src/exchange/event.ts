import type { Account, Holding } from './account.js';
import type { Candle, CandleInterval } from './candles.js';
import type { Order } from './order.js';
import type { InstrumentId, Lots, Micros, Side, Ticks } from './units.js';

export interface Fill {
  /** Unique over the venue; a trade's maker and taker fills have different ones. */
  readonly fillId: number;
  readonly order: Order;
  readonly ticks: Ticks;
  readonly lots: Lots;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly fee: Micros;
  /** Profit of what this fill closed, without the fee. */
  readonly realizedPnl: Micros;
  readonly positionAfter: Lots;
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
  onTrade() {},
  onCandleClosed() {},
  onMarket() {},
};
