import type { Exits } from '../../../src/exchange/orders/trigger.js';
import { absolute, roundedQuotient } from './naive-account.js';
import type { NaiveOrder, NaiveStop } from './naive-book.js';
import { type NaiveMarket, tickValue, triggerPrice } from './naive-market.js';

/** A price lies on a tick, and near enough to the mark. */
export function judgePrice(market: NaiveMarket, ticks: number): string | null {
  if (ticks === 0) return null;
  const { priceDecimals, significantFigures, maxTicks } = market.instrument;
  if (ticks > maxTicks) return 'PRICE_TOO_FAR';
  const isWhole = ticks % 10 ** priceDecimals === 0;
  const figures = String(ticks).replace(/0+$/, '').length;
  if (significantFigures > 0 && !isWhole && figures > significantFigures) return 'PRICE_NOT_ON_TICK';
  return judgeDistance(market, ticks);
}

function judgeDistance(market: NaiveMarket, ticks: number): string | null {
  if (market.instrument.assetClass === 'PREDICTION') return null;
  const distance = absolute(BigInt(ticks) * tickValue(market) - market.mark);
  return market.mark > 0n && distance * 10n > market.mark * 8n ? 'PRICE_TOO_FAR' : null;
}

/** Where a stop may stand; a trailing one finds its place itself, and is only judged by how far that is. */
export function judgeStop(
  market: NaiveMarket,
  order: NaiveOrder,
  stop: NaiveStop,
  stopTicks: number,
): string | null {
  const price = triggerPrice(market);
  if (stop.trailTicks > 0 || stop.trailPpm > 0) {
    if (stop.trailTicks > market.instrument.maxTicks) return 'PRICE_TOO_FAR';
    return price === 0n ? null : judgeDistance(market, trailedFrom(market, order.side, stop, price));
  }
  const error = judgePrice(market, stopTicks);
  if (error !== null || !stop.isExit || price === 0n) return error;
  const isAbove = BigInt(stopTicks) * tickValue(market) > price;
  const isBelow = BigInt(stopTicks) * tickValue(market) < price;
  const belongsAbove = /PROFIT/.test(order.type) === order.side < 0;
  return (belongsAbove ? isAbove : isBelow) ? null : 'INVALID_TRIGGER_PRICE';
}

/** The exits of a position of a side: the profit lies beyond where it is entered, the loss before it. */
export function judgeExits(market: NaiveMarket, side: number, entry: bigint, exits: Exits): string | null {
  for (const [exit, isProfit] of [[exits.takeProfit, true] as const, [exits.stopLoss, false] as const]) {
    if (exit === null) continue;
    const error = judgePrice(market, exit.ticks) ?? judgePrice(market, exit.limitTicks);
    if (error !== null) return error;
    const at = BigInt(exit.ticks) * tickValue(market);
    const isRight = isProfit === side > 0 ? at > entry : at < entry;
    if (entry > 0n && !isRight) return 'INVALID_TRIGGER_PRICE';
  }
  return null;
}

/** Rounded to the tick that is farther from firing. */
export function trailedFrom(market: NaiveMarket, side: number, stop: NaiveStop, best: bigint): number {
  const tick = tickValue(market);
  const distance =
    stop.trailTicks > 0
      ? BigInt(stop.trailTicks) * tick
      : roundedQuotient(best * BigInt(stop.trailPpm), 1_000_000n);
  if (side > 0) return Number((best + distance + tick - 1n) / tick);
  return best < distance ? 0 : Number((best - distance) / tick);
}
