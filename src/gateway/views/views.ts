import type { Account, Holding } from '../../exchange/accounts/account.js';
import { positionMargin, valueAccount } from '../../exchange/accounts/account-value.js';
import { unrealizedPnl } from '../../exchange/accounts/valuation.js';
import type { Fill, FundingPayment, Liquidation } from '../../exchange/event.js';
import type { Exchange } from '../../exchange/exchange.js';
import { liquidationPrice } from '../../exchange/liquidation/liquidation-price.js';
import type { Order } from '../../exchange/orders/order.js';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import { BUY } from '../../exchange/units.js';
import {
  averagePrice,
  computedPrice,
  dollars,
  fillPrice,
  hourlyRate,
  quantity,
  referencePrice,
} from './amounts.js';
import { marketText } from './market-text.js';
import { OrderText } from './order-text.js';
import { profileText } from './profile-text.js';

/**
 * The exchange's objects as JSON text of the native protocol. The text is written by hand because every order
 * passes here; the tests hold it against `JSON.parse`. Texts that come from clients are escaped.
 */
export class Views {
  private readonly orderText = new OrderText();
  private announcedOrder: Order | null = null;
  private announcedText = '';
  private marketsText = '';
  /** The position of the exchange that the text of the markets is true at. */
  private marketsAt = -1;

  constructor(private readonly exchange: Exchange) {}

  /**
   * The text of an order that has just changed. It is kept for `order`, because the answer to the command
   * follows with the same order; every change of an order is announced, so the text cannot be outdated. Only a
   * trailing stop moves unannounced.
   */
  announcedOrderText(order: Order): string {
    this.announcedOrder = null;
    this.announcedText = this.order(order);
    if (order.trigger === null) this.announcedOrder = order;
    return this.announcedText;
  }

  order(order: Order): string {
    if (order === this.announcedOrder) return this.announcedText;
    const { state } = this.exchange;
    const market = state.market(order.instrument)!;
    const { portfolioId } = state.account(order.account)!;
    return this.orderText.write(order, portfolioId, market, state.venueTag);
  }

  fill({ fillId, order, price, lots, liquidity, fee, realizedPnl, positionAfter }: Fill): string {
    const { state } = this.exchange;
    const market = state.market(order.instrument)!;
    return (
      `{"fillId":${fillId},"orderId":"${orderUuid(state.venueTag, order.id)}",` +
      `"clientOrderId":${order.clientOrderId === null ? 'null' : JSON.stringify(order.clientOrderId)},` +
      `"symbol":"${market.instrument.symbol}","side":"${order.side === BUY ? 'BUY' : 'SELL'}",` +
      `"price":${fillPrice(price)},"quantity":${quantity(market, lots)},"liquidity":"${liquidity}",` +
      `"fee":${dollars(fee)},"realizedPnl":${dollars(realizedPnl)},` +
      `"positionAfter":${quantity(market, positionAfter)}}`
    );
  }

  funding({ instrument, lots, rate, oracle, amount }: FundingPayment): string {
    const market = this.exchange.markets[instrument]!;
    return (
      `{"symbol":"${market.instrument.symbol}","positionSize":${quantity(market, lots)},` +
      `"fundingRate":${hourlyRate(rate)},"oraclePrice":${referencePrice(oracle)},` +
      `"paymentAmount":${dollars(amount)}}`
    );
  }

  liquidation(liquidation: Liquidation): string {
    const market = this.exchange.markets[liquidation.instrument]!;
    const { lots, cost, mark, accountValue, maintenanceMargin, realizedPnl, method } = liquidation;
    return (
      `{"symbol":"${market.instrument.symbol}","positionSize":${quantity(market, lots)},` +
      `"entryPrice":${averagePrice(market, cost, lots)},` +
      `"liquidationPrice":${computedPrice(liquidation.liquidationPrice)},` +
      `"markPrice":${referencePrice(mark)},"accountValueBefore":${dollars(accountValue)},` +
      `"maintenanceMargin":${dollars(maintenanceMargin)},"realizedLoss":${dollars(realizedPnl)},` +
      `"method":"${method}"}`
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
      `"liquidationPrice":${computedPrice(liquidation)},` +
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
      `"fundingPaid":${dollars(account.fundingPaid)},"deposits":${dollars(account.deposits)},` +
      `${profileText(this.exchange, account)}}`
    );
  }

  /** All markets. The text is kept until something happens, since it is long and may be asked for again and again. */
  markets(): string {
    const { markets, position } = this.exchange;
    if (this.marketsAt !== position) {
      this.marketsText = `[${markets.map((market) => marketText(this.exchange, market)).join(',')}]`;
      this.marketsAt = position;
    }
    return this.marketsText;
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
