import type { Account, Holding } from '../../exchange/account.js';
import type { Fill } from '../../exchange/event.js';
import type { Exchange } from '../../exchange/exchange.js';
import { formatDecimal } from '../../exchange/fixed-point.js';
import { maxLeverage } from '../../exchange/instrument.js';
import { liquidationPrice } from '../../exchange/liquidation-price.js';
import type { Market } from '../../exchange/market.js';
import type { Order } from '../../exchange/order.js';
import { orderUuid } from '../../exchange/order-uuid.js';
import { BUY } from '../../exchange/units.js';
import { positionMargin, unrealizedPnl, valueAccount } from '../../exchange/valuation.js';
import { averagePrice, dollars, price, quantity, referencePrice } from './amounts.js';
import { InstantFormat } from './instant.js';

/**
 * The exchange's objects as JSON text of the native protocol. The text is written by hand because every order
 * passes here; the tests hold it against `JSON.parse`. Texts that come from clients are escaped.
 */
export class Views {
  private readonly created = new InstantFormat();
  private readonly updated = new InstantFormat();
  private announcedOrder: Order | null = null;
  private announcedText = '';

  constructor(private readonly exchange: Exchange) {}

  /**
   * The text of an order that has just changed. It is kept for `order`, because the answer to the command
   * follows with the same order; every change of an order is announced, so the text cannot be outdated.
   */
  announcedOrderText(order: Order): string {
    this.announcedOrder = null;
    this.announcedText = this.order(order);
    this.announcedOrder = order;
    return this.announcedText;
  }

  order(order: Order): string {
    if (order === this.announcedOrder) return this.announcedText;
    const { state } = this.exchange;
    const market = state.market(order.instrument)!;
    const { symbol, assetClass } = market.instrument;
    const side = order.side === BUY ? 'BUY' : 'SELL';
    const intent = `${side}_TO_${order.reduceOnly ? 'CLOSE' : 'OPEN'}`;
    return (
      `{"orderId":"${orderUuid(state.venueTag, order.id)}",` +
      `"portfolioId":"${state.account(order.account)!.portfolioId}","symbol":"${symbol}",` +
      `"assetClass":"${assetClass}","orderType":"${order.type}","positionIntent":"${intent}",` +
      `"side":"${side}","quantity":${quantity(market, order.lots)},` +
      (order.ticks > 0 ? `"limitPrice":${price(market, order.ticks)},` : '') +
      `"timeInForce":"${order.timeInForce}","postOnly":${order.postOnly},"reduceOnly":${order.reduceOnly},` +
      (order.clientOrderId === null ? '' : `"clientOrderId":${JSON.stringify(order.clientOrderId)},`) +
      (order.expiresAt > 0 ? `"expiresAt":"${new Date(order.expiresAt).toISOString()}",` : '') +
      `"filledQuantity":${quantity(market, order.filledLots)},` +
      `"avgFillPrice":${averagePrice(market, order.filledNotional, order.filledLots)},` +
      `"status":"${order.status}",` +
      (order.reason === null ? '' : `"reason":"${order.reason}",`) +
      `"createdAt":"${this.created.format(order.createdAt)}",` +
      `"updatedAt":"${this.updated.format(order.updatedAt)}"}`
    );
  }

  fill({ fillId, order, ticks, lots, liquidity, fee, realizedPnl, positionAfter }: Fill): string {
    const { state } = this.exchange;
    const market = state.market(order.instrument)!;
    return (
      `{"fillId":${fillId},"orderId":"${orderUuid(state.venueTag, order.id)}",` +
      `"clientOrderId":${order.clientOrderId === null ? 'null' : JSON.stringify(order.clientOrderId)},` +
      `"symbol":"${market.instrument.symbol}","side":"${order.side === BUY ? 'BUY' : 'SELL'}",` +
      `"price":${price(market, ticks)},"quantity":${quantity(market, lots)},"liquidity":"${liquidity}",` +
      `"fee":${dollars(fee)},"realizedPnl":${dollars(realizedPnl)},` +
      `"positionAfter":${quantity(market, positionAfter)}}`
    );
  }

  position(account: Account, holding: Holding): string {
    const { markets } = this.exchange;
    const market = markets[holding.instrument]!;
    const liquidation = liquidationPrice(account, holding, markets);
    return (
      `{"symbol":"${market.instrument.symbol}","quantity":${quantity(market, holding.lots)},` +
      `"entryPrice":${averagePrice(market, holding.cost, holding.lots)},` +
      `"markPrice":${referencePrice(market.mark)},"leverage":${holding.leverage},` +
      `"marginMode":"${holding.marginMode}","margin":${dollars(positionMargin(holding, market))},` +
      `"unrealizedPnl":${dollars(unrealizedPnl(holding, market))},` +
      `"realizedPnl":${dollars(holding.realizedPnl)},` +
      `"liquidationPrice":${liquidation === null ? 'null' : Number(liquidation.toFixed(8))},` +
      `"fundingPaid":${dollars(holding.fundingPaid)}}`
    );
  }

  account(account: Account): string {
    const value = valueAccount(account, this.exchange.markets);
    return (
      `{"portfolioId":"${account.portfolioId}","balance":${dollars(account.balance)},` +
      `"equity":${dollars(value.equity)},"unrealizedPnl":${dollars(value.unrealizedPnl)},` +
      `"marginUsed":${dollars(value.marginUsed)},"maintenanceMargin":${dollars(value.maintenanceMargin)},` +
      `"withdrawable":${dollars(value.withdrawable)},"feesPaid":${dollars(account.feesPaid)},` +
      `"fundingPaid":${dollars(account.fundingPaid)},"deposits":${dollars(account.deposits)}}`
    );
  }

  market(market: Market): string {
    const { instrument } = market;
    return JSON.stringify({
      symbol: instrument.symbol,
      assetClass: instrument.assetClass,
      name: instrument.name,
      priceDecimals: instrument.priceDecimals,
      quantityDecimals: instrument.quantityDecimals,
      significantFigures: instrument.significantFigures === 0 ? null : instrument.significantFigures,
      minNotional: instrument.minNotional / 1e6,
      maxLeverage: maxLeverage(instrument),
      marginTiers: instrument.marginTiers.map((tier) => ({
        lowerBound: tier.lowerBound / 1e6,
        maxLeverage: tier.maxLeverage,
      })),
      makerFee: Number(formatDecimal(instrument.makerFee, 6)),
      takerFee: Number(formatDecimal(instrument.takerFee, 6)),
      status: 'OPEN',
    });
  }

  /** The open positions of an account. */
  positions(account: Account): string {
    const open = account.holdings.filter((holding) => holding !== null && holding.lots !== 0);
    return `[${open.map((holding) => this.position(account, holding!)).join(',')}]`;
  }

  /** The open orders of an account, oldest first. */
  openOrders(account: Account): string {
    const texts: string[] = [];
    for (let order = account.firstOpen; order !== null; order = order.openNext) texts.push(this.order(order));
    return `[${texts.join(',')}]`;
  }
}
