import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Exit, Exits, TriggerTerms } from '../../exchange/orders/trigger.js';
import type { Ppm, Ticks } from '../../exchange/units.js';
import { PERCENT_DECIMALS } from './amount-faults.js';
import type { ExitRequest, OrderRequest } from './order-schema.js';

/** A price in ticks: 0 when it is left out, null when it lies on none. */
export function priceTicks(market: Market, price: number | string | undefined): Ticks | null {
  if (price === undefined) return 0 as Ticks;
  return parseDecimal(price, market.instrument.priceDecimals) as Ticks | null;
}

/** What a stop waits for, null for the other orders; undefined when an amount cannot be said in units. */
export function triggerOf(market: Market, request: OrderRequest): TriggerTerms | null | undefined {
  const { stopPrice, trailAmount, trailPercent } = request;
  if (stopPrice === undefined && trailAmount === undefined && trailPercent === undefined) return null;
  const ticks = priceTicks(market, stopPrice);
  const trailTicks = priceTicks(market, trailAmount);
  const trailPpm = trailPercent === undefined ? 0 : parseDecimal(trailPercent, PERCENT_DECIMALS);
  if (ticks === null || trailTicks === null || trailPpm === null || trailPpm >= 1_000_000) return undefined;
  return { ticks, trailTicks, trailPpm: trailPpm as Ppm };
}

/** What is to follow an order, null for nothing; undefined when a price lies on no tick. */
export function exitsOf(market: Market, { takeProfit, stopLoss }: OrderRequest): Exits | null | undefined {
  if (takeProfit === undefined && stopLoss === undefined) return null;
  const profit = takeProfit === undefined ? null : exitOf(market, takeProfit);
  const loss = stopLoss === undefined ? null : exitOf(market, stopLoss);
  const isMissing =
    (takeProfit !== undefined && profit === null) || (stopLoss !== undefined && loss === null);
  return isMissing ? undefined : { takeProfit: profit, stopLoss: loss };
}

/** One exit; null when a price lies on no tick. */
export function exitOf(market: Market, { triggerPrice, limitPrice }: ExitRequest): Exit | null {
  const ticks = priceTicks(market, triggerPrice);
  const limitTicks = priceTicks(market, limitPrice);
  return ticks === null || limitTicks === null ? null : { ticks, limitTicks };
}
