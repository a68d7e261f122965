import type { AssetClass, Side } from './order.js';

/** A price and the quantity there. */
export type Level = readonly [price: number, quantity: number];

export type CandleInterval = '1m' | '5m' | '15m' | '1h' | '4h' | '1d';

/** An instrument and its rules. Fees are parts of the notional. */
export interface Market {
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly name: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  readonly significantFigures: number | null;
  readonly minNotional: number;
  readonly maxLeverage: number;
  readonly marginTiers: readonly { readonly lowerBound: number; readonly maxLeverage: number }[];
  readonly makerFee: number;
  readonly takerFee: number;
  readonly feeTiers: readonly {
    readonly volumeAbove: number;
    readonly makerFee: number;
    readonly takerFee: number;
  }[];
  readonly fractional: boolean;
  readonly shortable: boolean;
  readonly status: 'OPEN' | 'CLOSED' | 'SETTLED';
  readonly nextOpen?: string;
  readonly nextClose?: string;
  readonly prediction?: {
    readonly marketId: string;
    readonly outcome: string;
    readonly reference: string;
    readonly strike: number;
    readonly settlesAt: string;
  };
  readonly settlementPrice?: number | null;
}

/** The answer to `book.get`, best levels first. */
export interface BookDepth {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly seq: number;
}

/** `side` is the taker's. */
export interface Trade {
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly side: Side;
  readonly time: string;
}

/** Null is what is not known, or what the instrument does not have; `fundingRate` is hourly. */
export interface Ticker {
  readonly symbol: string;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly mark: number | null;
  readonly oracle: number | null;
  readonly fundingRate: number | null;
  readonly nextFundingTime: string | null;
  readonly openInterest: number;
  readonly volume24h: number;
  /** In percent. */
  readonly change24h: number | null;
}

export interface Candle {
  readonly start: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  readonly closed: boolean;
}
