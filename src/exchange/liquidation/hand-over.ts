import { canSettle } from '../accounts/exact-sums.js';
import { valueAt } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import type { Market } from '../markets/market.js';
import { bookFill } from '../matching/matching.js';
import type { Order } from '../orders/order.js';
import type { ExchangeState } from '../state.js';
import type { Lots, PriceMicros } from '../units.js';

/**
 * Lets two orders fill each other at a reference price, outside of the book and without fees. It is no trade of
 * the market: the last price, the candles and the volume know nothing of it. Nothing happens where a sum would
 * leave the exact integers.
 */
export function handOver(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  taker: Order,
  maker: Order,
  lots: Lots,
  price: PriceMicros,
): void {
  const notional = valueAt(lots, price, market.tickMicros);
  if (!canSettle(state, market, taker, maker, lots, notional)) return;
  if (!canSettle(state, market, maker, taker, lots, notional)) return;
  state.lastTradeId += 1;
  const deal = { lots, notional, price, isCharged: false };
  for (const order of [maker, taker]) {
    const liquidity = order === maker ? 'MAKER' : 'TAKER';
    const fillId = state.lastTradeId * 2 + (order === maker ? 0 : 1);
    order.filledLots = (order.filledLots + lots) as Lots;
    bookFill(state, announcer, market, order, deal, liquidity, fillId);
  }
  announcer.marketChanged(market);
}
