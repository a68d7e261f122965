import { expect, test } from 'vitest';
import { valueAccount } from '../../src/exchange/accounts/account-value.js';
import { feeRates } from '../../src/exchange/accounts/fees.js';
import { utcDay } from '../../src/exchange/equities/new-york-time.js';
import { liquidationPrice } from '../../src/exchange/liquidation/liquidation-price.js';
import type { Order } from '../../src/exchange/orders/order.js';
import { type Millis, SELL } from '../../src/exchange/units.js';
import type { FillEvent } from '../support/event-recorder.js';
import { APPLE, BITCOIN, TestVenue } from '../support/exchange-fixture.js';
import { workedExample } from './worked-example.js';

const DAY_MS = 86_400_000;

/** The fee of the only fill since the last call. */
function feeOf(venue: TestVenue): number {
  const fills = venue.recorder.take().filter((event): event is FillEvent => event.kind === 'fill');
  expect(fills).toHaveLength(1);
  return fills[0]!.fee / 1e6;
}

test('the fee tiers', () => {
  const venue = new TestVenue([BITCOIN]);
  const trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 50_000, bids: [[50_000, 100]], asks: [[50_001, 100]] });
  const rates = () => {
    const { makerFee, takerFee } = feeRates(venue.account(trader), BITCOIN, venue.exchange.time);
    return `maker ${makerFee / 1e6}, taker ${takerFee / 1e6}`;
  };
  venue.marketSell(trader, 'BTC', 60);
  const lines = [`Monday   ${rates()}`, `Monday   sells 60 BTC at 50000, taker: fee ${feeOf(venue)}`];
  venue.quote('BTC', { bids: [] });
  venue.buy(trader, 'BTC', 60, 50_000);
  venue.flow('BTC', SELL, 60);
  lines.push(`Monday   buys 60 BTC at 50000, maker: fee ${feeOf(venue)}`);
  const { dollars } = venue.account(trader).volume.upTo(utcDay(venue.exchange.time));
  lines.push(`Monday   volume14d ${dollars}, still ${rates()}`);
  venue.passTimeTo(venue.now + DAY_MS);
  lines.push(`Tuesday  ${rates()}`);
  venue.marketBuy(trader, 'BTC', 1);
  lines.push(`Tuesday  buys 1 BTC at 50001, taker: fee ${feeOf(venue)}`);
  venue.passTimeTo(venue.now + 14 * DAY_MS);
  lines.push(`15 days after Monday  ${rates()}`);
  expect(lines).toEqual(workedExample('fee-tiers'));
});

test('commissions, leverage and a short sale', () => {
  const venue = new TestVenue([APPLE]);
  const trader = venue.open(10_000);
  venue.quote('AAPL', { oracle: 200, bids: [[200, 500]], asks: [[200.01, 500]] });
  const statement = () => {
    const { equity, marginUsed, maintenanceMargin } = valueAccount(
      venue.account(trader),
      venue.exchange.markets,
    );
    return `equity ${equity / 1e6}, margin used ${marginUsed / 1e6}, maintenance ${maintenanceMargin / 1e6}`;
  };
  const outcome = (quantity: number) => {
    const { error, order } = venue.marketSell(trader, 'AAPL', quantity);
    return error ?? order!.status;
  };
  const lines = [`CASH     sells 50 AAPL short: ${outcome(50)}`];
  venue.configure(trader, { portfolioType: 'MARGIN', broker: 'interactive-brokers' });
  lines.push(`MARGIN   sells 50.5 AAPL short: ${outcome(50.5)}`);
  venue.recorder.take();
  lines.push(`MARGIN   sells 50 AAPL short at 200: ${outcome(50)}, commission ${feeOf(venue)}`);
  lines.push(`mark 200 ${statement()}`);
  const holding = venue.holding(trader, 'AAPL');
  const price = liquidationPrice(venue.account(trader), holding, venue.exchange.markets)!;
  lines.push(`mark 200 liquidation price ${price.toFixed(4)}`);
  expect(lines).toEqual(workedExample('short-sale'));
});

test('a weekend', () => {
  const venue = new TestVenue([]);
  venue.now = Date.UTC(2026, 0, 9, 20) as Millis;
  venue.send({ kind: 'LIST', instrument: { ...APPLE, hours: 'NYSE' } });
  const trader = venue.open(100_000);
  venue.quote('AAPL', { oracle: 200, bids: [[199, 500]], asks: [[201, 500]] });
  const lines: string[] = [];
  const tell = (what: string, order: Order) => {
    const time = new Date(venue.exchange.time).toISOString().slice(0, 16);
    lines.push(`${time}Z  ${what}: ${order.status}${order.reason === null ? '' : `, ${order.reason}`}`);
  };
  const day = venue.buy(trader, 'AAPL', 1, 195, { timeInForce: 'DAY' }).order!;
  const gtc = venue.buy(trader, 'AAPL', 1, 195).order!;
  tell('a DAY bid', day);
  tell('a GTC bid', gtc);
  venue.passTimeTo(Date.UTC(2026, 0, 9, 21));
  tell('the DAY bid', day);
  tell('the GTC bid', gtc);
  const market = venue.marketBuy(trader, 'AAPL', 10, { timeInForce: 'DAY' }).order!;
  tell('a market order', market);
  tell('an IOC order', venue.buy(trader, 'AAPL', 1, 205, { timeInForce: 'IOC' }).order!);
  venue.passTimeTo(Date.UTC(2026, 0, 12, 14, 30));
  tell('the market order', market);
  expect(lines).toEqual(workedExample('weekend'));
});
