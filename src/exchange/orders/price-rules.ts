import type { ErrorCode } from '../error-code.js';
import { powerOfTen } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import type { PriceMicros, Side, Ticks } from '../units.js';
import { isTakeProfit, type Order } from './order.js';
import { type Exit, type Exits, trailedTicks } from './trigger.js';

/** How far a price may lie from the mark, in percent of the mark. */
const PRICE_BAND_PERCENT = 80;

/**
 * Prices have at most a number of significant figures, whole dollars excepted (Hyperliquid's tick rule), and
 * lie within 80 % of the mark; those of predictions need not.
 */
export function brokenPriceRule(market: Market, ticks: Ticks): ErrorCode | null {
  if (ticks === 0) return null;
  const { priceDecimals, significantFigures, maxTicks } = market.instrument;
  if (ticks > maxTicks) return 'PRICE_TOO_FAR';
  if (significantFigures > 0 && ticks % powerOfTen(priceDecimals) !== 0) {
    let figures: number = ticks;
    while (figures % 10 === 0) figures /= 10;
    if (figures >= powerOfTen(significantFigures)) return 'PRICE_NOT_ON_TICK';
  }
  return brokenBand(market, ticks);
}

function brokenBand(market: Market, ticks: Ticks): ErrorCode | null {
  // Predictions have bounds of their own, within which a price may be any multiple of another.
  if (market.instrument.assetClass === 'PREDICTION') return null;
  const { mark } = market;
  const distance = Math.abs(ticks * market.tickMicros - mark);
  return mark > 0 && distance * 100 > mark * PRICE_BAND_PERCENT ? 'PRICE_TOO_FAR' : null;
}

/**
 * The rules for where a stop may stand: those of every price; for a trailing one, which finds its price itself,
 * only how far it is; and an exit must not be where it would fire at once.
 */
export function brokenStopRule(market: Market, order: Order, stopTicks: Ticks): ErrorCode | null {
  const trigger = order.trigger!;
  const price = market.triggerPrice;
  if (trigger.isTrailing) {
    if (trigger.trailTicks > market.instrument.maxTicks) return 'PRICE_TOO_FAR';
    if (price === 0) return null;
    return brokenBand(market, trailedTicks(trigger, order.side, price, market.tickMicros));
  }
  const broken = brokenPriceRule(market, stopTicks);
  if (broken !== null || !trigger.isExit) return broken;
  const asExit: Exit = { ticks: stopTicks, limitTicks: 0 as Ticks };
  const isProfit = isTakeProfit(order.type);
  const exits = { takeProfit: isProfit ? asExit : null, stopLoss: isProfit ? null : asExit };
  return brokenExitRule(market, -order.side as Side, price, exits);
}

/**
 * The exits of a position of a side, entered at a price, lie where they will not fire at once: the take profit
 * beyond that price, the stop loss before it (Hyperliquid's “Invalid TP/SL price”). A price of 0 is not known.
 */
export function brokenExitRule(
  market: Market,
  side: Side,
  entry: PriceMicros,
  { takeProfit, stopLoss }: Exits,
): ErrorCode | null {
  for (const exit of [takeProfit, stopLoss]) {
    if (exit === null) continue;
    const broken = brokenPriceRule(market, exit.ticks) ?? brokenPriceRule(market, exit.limitTicks);
    if (broken !== null) return broken;
    const gain = side * (exit.ticks * market.tickMicros - entry);
    if (entry > 0 && (exit === takeProfit ? gain <= 0 : gain >= 0)) return 'INVALID_TRIGGER_PRICE';
  }
  return null;
}
