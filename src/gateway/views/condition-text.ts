import { formatDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Order } from '../../exchange/orders/order.js';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import type { Exit, Trigger } from '../../exchange/orders/trigger.js';
import { price } from './amounts.js';

/** A percentage of four decimals is a whole number of millionths. */
const PERCENT_DECIMALS = 4;

/** The fields of an order that waits, or is to be followed by others, as JSON text; each after a comma. */
export function conditionText({ trigger, exits }: Order, market: Market, venueTag: string): string {
  return (
    (trigger === null ? '' : triggerText(trigger, market, venueTag)) +
    exitText('takeProfit', exits?.takeProfit ?? null, market) +
    exitText('stopLoss', exits?.stopLoss ?? null, market)
  );
}

function triggerText(trigger: Trigger, market: Market, venueTag: string): string {
  const { ticks, trailTicks, trailPpm, parent } = trigger;
  return (
    (ticks > 0 ? `,"stopPrice":${price(market, ticks)}` : '') +
    (trailTicks > 0 ? `,"trailAmount":${price(market, trailTicks)}` : '') +
    (trailPpm > 0 ? `,"trailPercent":${formatDecimal(trailPpm, PERCENT_DECIMALS)}` : '') +
    (parent > 0 ? `,"parentOrderId":"${orderUuid(venueTag, parent)}"` : '')
  );
}

function exitText(field: string, exit: Exit | null, market: Market): string {
  if (exit === null) return '';
  const limit = exit.limitTicks > 0 ? `,"limitPrice":${price(market, exit.limitTicks)}` : '';
  return `,"${field}":{"triggerPrice":${price(market, exit.ticks)}${limit}}`;
}
