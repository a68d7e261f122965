import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Fault } from './fault.js';
import type { OrderRequest } from './order-schema.js';

/** A percentage of four decimals is a whole number of millionths. */
export const PERCENT_DECIMALS = 4;
const HUNDRED_PERCENT = 100;

/** The fields of a request that are counted in an instrument's units. */
export type Amounts = Partial<
  Pick<
    OrderRequest,
    'quantity' | 'limitPrice' | 'stopPrice' | 'trailAmount' | 'trailPercent' | 'takeProfit' | 'stopLoss'
  >
>;

/** A quantity or a price that the instrument has no unit for, and a percentage that is none. */
export function amountFaults(market: Market, request: Amounts): readonly Fault[] {
  const { symbol, quantityDecimals, priceDecimals } = market.instrument;
  const faults: Fault[] = [];
  const rule = (field: string, decimals: number) =>
    `${field} of ${symbol} must have at most ${decimals} decimals and 15 digits`;
  const { quantity } = request;
  if (quantity !== undefined && parseDecimal(quantity, quantityDecimals) === null) {
    const message = rule('quantity', quantityDecimals);
    faults.push({ field: 'quantity', message, error: 'QUANTITY_NOT_ON_LOT' });
  }
  for (const [field, price] of prices(request)) {
    if (price === undefined || parseDecimal(price, priceDecimals) !== null) continue;
    faults.push({ field, message: rule(field, priceDecimals), error: 'PRICE_NOT_ON_TICK' });
  }
  return [...faults, ...percentFaults(request)];
}

function prices(request: Amounts): readonly (readonly [field: string, price: number | string | undefined])[] {
  return [
    ['limitPrice', request.limitPrice],
    ['stopPrice', request.stopPrice],
    ['trailAmount', request.trailAmount],
    ['takeProfit.triggerPrice', request.takeProfit?.triggerPrice],
    ['takeProfit.limitPrice', request.takeProfit?.limitPrice],
    ['stopLoss.triggerPrice', request.stopLoss?.triggerPrice],
    ['stopLoss.limitPrice', request.stopLoss?.limitPrice],
  ];
}

function percentFaults({ trailPercent }: Amounts): readonly Fault[] {
  if (trailPercent === undefined) return [];
  const isPercent =
    parseDecimal(trailPercent, PERCENT_DECIMALS) !== null && Number(trailPercent) < HUNDRED_PERCENT;
  if (isPercent) return [];
  const message = `trailPercent must be below ${HUNDRED_PERCENT}, with at most ${PERCENT_DECIMALS} decimals`;
  return [{ field: 'trailPercent', message, error: 'INVALID_REQUEST' }];
}
