/**
 * The integers the exchange counts in. Each is a plain number at run time and a type of its own for the
 * compiler, so a price can never be added to a quantity. All stay within ±(2^53 − 1).
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A price in ticks: `10^-priceDecimals` dollars each. */
export type Ticks = Unit<'Ticks'>;
/** A quantity in lots: `10^-quantityDecimals` units each. Signed where it is a position. */
export type Lots = Unit<'Lots'>;
/** An amount of money in micro-dollars. One tick times one lot is exactly one of them. */
export type Micros = Unit<'Micros'>;
/** A reference price (oracle, mark) in micro-dollars a unit: finer than a tick. */
export type PriceMicros = Unit<'PriceMicros'>;
/** A rate in millionths of the amount it applies to. */
export type Ppm = Unit<'Ppm'>;
/** 1 as `Ppm`: all of the amount. */
export const PPM_ONE = 1e6 as Ppm;
/** A rate, such as that of funding, in 10^-12 of the amount it applies to. */
export type Rate = Unit<'Rate'>;
/** 1 as a `Rate`: all of the amount. */
export const RATE_ONE = 1e12 as Rate;
/** A moment of the exchange's clock, in milliseconds since 1970-01-01 UTC. */
export type Millis = Unit<'Millis'>;
/** An order's number: 1, 2, 3 … over the whole venue. */
export type OrderId = Unit<'OrderId'>;
/** A portfolio's number: 1 is the house, users follow. */
export type AccountId = Unit<'AccountId'>;
/** An instrument's number: its place in the list of instruments. */
export type InstrumentId = Unit<'InstrumentId'>;
/** A position in a portfolio's private events: 1, 2, 3 … */
export type Seq = Unit<'Seq'>;
/** A position in the journal: how many entries were applied since the venue began. */
export type Position = Unit<'Position'>;

/** Which side of the book: bids are 1, asks −1, so that it can be multiplied with a quantity. */
export type Side = 1 | -1;
export const BUY: Side = 1;
export const SELL: Side = -1;
