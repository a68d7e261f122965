import type { Market } from '../../exchange/markets/market.js';
import { ORDER_TYPES, type Order, TIMES_IN_FORCE } from '../../exchange/orders/order.js';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import { BUY } from '../../exchange/units.js';
import { averagePrice, price, quantity } from './amounts.js';
import { conditionText } from './condition-text.js';
import { InstantFormat } from './instant.js';

/** How many combinations of the choices below an instrument has. */
const COMBINATIONS = ORDER_TYPES.length * TIMES_IN_FORCE.length * 8;

/** The parts of an order's text that are the same for many orders. */
interface FixedParts {
  readonly terms: string;
  readonly conditions: string;
}

/**
 * Writes orders as JSON text. Every order passes here once or more, so what depends on the instrument and on a
 * few choices is written once for each combination of them; what comes from a client is escaped.
 */
export class OrderText {
  private readonly created = new InstantFormat();
  private readonly updated = new InstantFormat();
  private readonly fixedParts: FixedParts[] = [];

  /** `portfolioId` and `market` are those of the order, `venueTag` is the exchange's. */
  write(order: Order, portfolioId: string, market: Market, venueTag: string): string {
    const { terms, conditions } = this.partsOf(order, market);
    const createdAt = this.created.format(order.createdAt);
    return (
      `{"orderId":"${orderUuid(venueTag, order.id)}","portfolioId":"${portfolioId}"${terms}` +
      `,"quantity":${quantity(market, order.lots)}` +
      (order.ticks > 0 ? `,"limitPrice":${price(market, order.ticks)}${conditions}` : conditions) +
      (order.clientOrderId === null ? '' : `,"clientOrderId":${JSON.stringify(order.clientOrderId)}`) +
      (order.trigger === null && order.exits === null ? '' : conditionText(order, market, venueTag)) +
      (order.expiresAt > 0 ? `,"expiresAt":"${new Date(order.expiresAt).toISOString()}"` : '') +
      fillText(order, market) +
      `"status":"${order.status}"${order.reason === null ? '' : `,"reason":"${order.reason}"`}` +
      `,"createdAt":"${createdAt}","updatedAt":"${this.updated.format(order.updatedAt)}"}`
    );
  }

  private partsOf(order: Order, market: Market): FixedParts {
    const choices =
      (ORDER_TYPES.indexOf(order.type) * TIMES_IN_FORCE.length + TIMES_IN_FORCE.indexOf(order.timeInForce)) *
        8 +
      (order.side === BUY ? 1 : 0) +
      (order.postOnly ? 2 : 0) +
      (order.reduceOnly ? 4 : 0);
    const place = market.id * COMBINATIONS + choices;
    let parts = this.fixedParts[place];
    if (parts === undefined) {
      parts = fixedParts(order, market);
      this.fixedParts[place] = parts;
    }
    return parts;
  }
}

function fixedParts(order: Order, market: Market): FixedParts {
  const { symbol, assetClass } = market.instrument;
  const side = order.side === BUY ? 'BUY' : 'SELL';
  const intent = `${side}_TO_${order.reduceOnly ? 'CLOSE' : 'OPEN'}`;
  return {
    terms:
      `,"symbol":"${symbol}","assetClass":"${assetClass}","orderType":"${order.type}",` +
      `"positionIntent":"${intent}","side":"${side}"`,
    conditions: `,"timeInForce":"${order.timeInForce}","postOnly":${order.postOnly},"reduceOnly":${order.reduceOnly}`,
  };
}

function fillText(order: Order, market: Market): string {
  if (order.filledLots === 0) return ',"filledQuantity":0,"avgFillPrice":null,';
  const average = averagePrice(market, order.filledNotional, order.filledLots);
  return `,"filledQuantity":${quantity(market, order.filledLots)},"avgFillPrice":${average},`;
}
