import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account, Holding } from '../../exchange/accounts/account.js';
import type { ExchangeListener, Fill, FundingPayment, Liquidation, Trade } from '../../exchange/event.js';
import type { Candle, CandleInterval } from '../../exchange/markets/candles.js';
import type { Order, OrderStatus } from '../../exchange/orders/order.js';
import type { InstrumentId } from '../../exchange/units.js';
import type { Views } from '../views/views.js';

/**
 * Puts every private event that an exchange tells into the words of its channel, the same in every process. Takes no notice
 * of anything else.
 */
export abstract class PrivateEventListener implements ExchangeListener {
  /** The objects of the exchange that tells, as JSON text. */
  abstract get views(): Views;

  onOrder(account: Account, order: Order): void {
    this.onPrivate(account, 'orders', this.views.announcedOrderText(order), order.status);
  }

  onFill(account: Account, fill: Fill): void {
    this.onPrivate(account, 'fills', this.views.fill(fill));
  }

  onPosition(account: Account, holding: Holding): void {
    this.onPrivate(account, 'positions', this.views.position(account, holding));
  }

  onAccount(account: Account): void {
    this.onPrivate(account, 'account', this.views.account(account));
  }

  onFunding(account: Account, payment: FundingPayment): void {
    this.onPrivate(account, 'funding', this.views.funding(payment));
  }

  onLiquidation(account: Account, liquidation: Liquidation): void {
    this.onPrivate(account, 'liquidations', this.views.liquidation(liquidation));
  }

  onFaults(_account: Account, _disconnects: boolean): void {}

  onTrade(_trade: Trade): void {}

  onCandleClosed(_instrument: InstrumentId, _interval: CandleInterval, _candle: Candle): void {}

  onMarket(_instrument: InstrumentId): void {}

  /** Takes the event that the account's `seq` was just raised for; with that of an order comes its status. */
  protected abstract onPrivate(
    account: Account,
    channel: PrivateChannel,
    data: string,
    orderStatus?: OrderStatus,
  ): void;
}
