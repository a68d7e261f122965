import { formatDecimal, multiplyDivide } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Lots, Micros, Ppm, PriceMicros, Rate, Ticks } from '../../exchange/units.js';

/** How many decimals of an average price are shown. */
const AVERAGE_DECIMALS = 6;
const RATE_DECIMALS = 12;
const FEE_DECIMALS = 6;

/** Money in dollars, as a JSON number. */
export function dollars(amount: Micros): string {
  return formatDecimal(amount, 6);
}

/** An order price in dollars. */
export function price(market: Market, ticks: Ticks): string {
  return formatDecimal(ticks, market.instrument.priceDecimals);
}

/** A reference price (mark, oracle) in dollars; `null` while it is not known. */
export function referencePrice(amount: PriceMicros): string {
  return amount === 0 ? 'null' : formatDecimal(amount, 6);
}

/** What a fill was made at, in dollars; a prediction that did not come true is sold for 0. */
export function fillPrice(amount: PriceMicros): string {
  return formatDecimal(amount, 6);
}

/** A price in dollars that a formula gives, to eight decimals; null where it gives none. */
export function computedPrice(amount: number | null): number | null {
  return amount === null ? null : Number(amount.toFixed(8));
}

/** A rate as a JSON number, without an exponent. */
export function hourlyRate(rate: Rate): string {
  return formatDecimal(rate, RATE_DECIMALS);
}

/** A part of a notional, as a JSON number. */
export function feeRate(rate: Ppm): string {
  return formatDecimal(rate, FEE_DECIMALS);
}

export function quantity(market: Market, lots: Lots): string {
  return formatDecimal(lots, market.instrument.quantityDecimals);
}

/** The average price of a quantity that cost a notional, to a millionth of a dollar; `null` for nothing. */
export function averagePrice(market: Market, notional: Micros, lots: Lots): string {
  if (lots === 0) return 'null';
  const size = Math.abs(lots);
  const cost = Math.abs(notional);
  if (cost % size === 0) return formatDecimal(cost / size, market.instrument.priceDecimals);
  return formatDecimal(multiplyDivide(cost, market.tickMicros, size), AVERAGE_DECIMALS);
}
