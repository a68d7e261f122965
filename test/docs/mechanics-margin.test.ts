import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../src/exchange/accounts/account-value.js';
import { isolatedEquity } from '../../src/exchange/accounts/valuation.js';
import { liquidationPrice } from '../../src/exchange/liquidation/liquidation-price.js';
import { maintenanceMargin } from '../../src/exchange/margin/margin-tiers.js';
import type { AccountId, Micros, Ppm } from '../../src/exchange/units.js';
import { BITCOIN, dollars, TestVenue } from '../support/exchange-fixture.js';
import { workedExample } from './worked-example.js';

const FREE = { ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm };

let venue: TestVenue;
let trader: AccountId;

function begin(deposit: number): void {
  venue = new TestVenue([FREE]);
  trader = venue.open(deposit);
}

/** A book with so many on both sides at one price; none where the quantity is 0. */
function quoteAt(price: number, quantity = 50): void {
  venue.quote('BTC', { oracle: price, bids: [], asks: [] });
  if (quantity > 0) venue.quote('BTC', { bids: [[price - 1, quantity]], asks: [[price, quantity]] });
}

const inDollars = (amount: Micros): number => amount / 1e6;
const value = () => valueAccount(venue.account(trader), venue.exchange.markets);
const used = (): number => inDollars(value().marginUsed);
const balance = (): number => inDollars(venue.account(trader).balance);
const own = (): number => inDollars(venue.holding(trader, 'BTC').isolatedMargin);
const position = (): number => venue.positionOf(trader, 'BTC');

function priceOfLiquidation(): number {
  const price = liquidationPrice(venue.account(trader), venue.holding(trader, 'BTC'), venue.exchange.markets);
  return Number(price!.toFixed(8));
}

describe('margin', () => {
  test('maintenance', () => {
    const lines = [100_000, 150_000_000, 200_000_000].map((notional) => {
      const margin = inDollars(maintenanceMargin(dollars(notional), BITCOIN.marginTiers));
      return `BTC, notional ${notional}: maintenance margin ${margin}`;
    });
    expect(lines).toEqual(workedExample('maintenance'));
  });

  test('orders', () => {
    begin(10_000);
    quoteAt(50_000, 0);
    const lines = ['deposit 10000, leverage 10, mark 50000'];
    venue.buy(trader, 'BTC', 1, 49_000);
    lines.push(`bid for 1 at 49000: margin used ${used()}`);
    venue.sell(trader, 'BTC', 1, 51_000);
    lines.push(`ask for 1 at 51000 besides: margin used ${used()}`);
    venue.flow('BTC', -1, 1);
    venue.flow('BTC', 1, 1);
    lines.push(`both filled at those prices, mark 50000: balance ${balance()}, margin used ${used()}`);
    venue.quote('BTC', { asks: [[50_000, 1]] });
    venue.marketBuy(trader, 'BTC', 1);
    lines.push(`bought 1 at 50000: margin used ${used()}`);
    venue.sell(trader, 'BTC', 1, 60_000);
    venue.sell(trader, 'BTC', 1, 70_000);
    lines.push(`asks for 1 at 60000 and 1 at 70000: margin used ${used()}`);
    expect(lines).toEqual(workedExample('orders'));
  });

  test('isolated', () => {
    begin(20_000);
    venue.setLeverage(trader, 'BTC', 10, 'ISOLATED');
    quoteAt(50_000);
    venue.marketBuy(trader, 'BTC', 1);
    const lines = ['deposit 20000, isolated, leverage 10, bought 1 at 50000'];
    const state = (): string => `balance ${balance()}, isolated margin ${own()}`;
    lines.push(state());
    venue.quote('BTC', { oracle: 51_000, bids: [], asks: [] });
    venue.quote('BTC', { bids: [[51_000, 1]] });
    venue.marketSell(trader, 'BTC', 0.4);
    lines.push(`sold 0.4 at 51000: ${state()}`);
    venue.adjustMargin(trader, 'BTC', 1_000);
    lines.push(`added 1000: ${state()}`);
    const equity = inDollars(isolatedEquity(venue.holding(trader, 'BTC'), venue.market('BTC')));
    const whole = inDollars(value().equity);
    lines.push(`mark 51000: equity of the position ${equity}, equity of the account ${whole}`);
    expect(lines).toEqual(workedExample('isolated'));
  });
});

describe('liquidation', () => {
  beforeEach(() => {
    begin(10_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.quote('BTC', { oracle: 50_000, bids: [[50_000, 2]] });
  });

  function openLong(): void {
    venue.quote('BTC', { bids: [], asks: [[50_000, 2]] });
    venue.marketBuy(trader, 'BTC', 2);
  }

  test('cross-long', () => {
    openLong();
    const lines = ['deposit 10000, bought 2 BTC at 50000, maintenance 1.25 %'];
    lines.push(`liquidation price ${priceOfLiquidation()}`);
    venue.quote('BTC', { oracle: 45_569.63, bids: [[45_569, 5]] });
    lines.push(`mark 45569.63: position ${position()}`);
    venue.quote('BTC', { oracle: 45_569.62 });
    lines.push(`mark 45569.62, bids at 45569: position ${position()}, balance ${balance()}`);
    expect(lines).toEqual(workedExample('cross-long'));
  });

  test('cross-short', () => {
    venue.marketSell(trader, 'BTC', 2);
    const lines = ['deposit 10000, sold 2 BTC at 50000', `liquidation price ${priceOfLiquidation()}`];
    venue.quote('BTC', { oracle: 54_321, asks: [[54_321, 5]] });
    const bought = `a fifth is bought back: position ${position()}`;
    lines.push(`mark 54321, asks at 54321: worth ${2 * 54_321}, ${bought}`);
    expect(lines).toEqual(workedExample('cross-short'));
  });

  test('backstop', () => {
    const lines = ['deposit 10000, bought 2 BTC at 50000, no bids'];
    const insurance = (): number => inDollars(venue.exchange.state.insurance);
    const state = (): string => `balance ${balance()}, insurance ${insurance()}`;
    const methods = () =>
      venue.recorder.take().flatMap((event) => (event.kind === 'liquidation' ? [event.method] : []));
    openLong();
    venue.quote('BTC', { oracle: 45_378.16 });
    lines.push(`mark 45378.16: position ${position()}`);
    venue.quote('BTC', { oracle: 45_378.15 });
    lines.push(`mark 45378.15: ${methods()}, position ${position()}, ${state()}`);
    begin(10_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.quote('BTC', { oracle: 50_000 });
    openLong();
    venue.quote('BTC', { oracle: 46_000 });
    venue.quote('BTC', { oracle: 44_000 });
    lines.push(`mark 44000 instead, from 46000: ${methods()}, position ${position()} at 46000, ${state()}`);
    expect(lines).toEqual(workedExample('backstop'));
  });

  test('isolated-price', () => {
    const rows = [
      ['ETH long', 0.0335, 2_986.3, 4.981226, 2_985.9, 4],
      ['BTC long', 0.00077, 62_739, 24.137992, 62_739, 5],
    ] as const;
    const lines = rows.map(([what, size, entry, margin, mark, quantityDecimals]) => {
      const marginTiers = [{ lowerBound: dollars(0), maxLeverage: 50 }];
      const decimals = { quantityDecimals, priceDecimals: 6 - quantityDecimals };
      venue = new TestVenue([{ ...FREE, ...decimals, marginTiers }]);
      trader = venue.open(1_000);
      venue.setLeverage(trader, 'BTC', 50, 'ISOLATED');
      venue.quote('BTC', { oracle: entry, asks: [[entry, size]] });
      venue.marketBuy(trader, 'BTC', size);
      venue.adjustMargin(trader, 'BTC', Math.round((margin - own()) * 1e6) / 1e6);
      venue.quote('BTC', { oracle: mark });
      const terms = `${what} ${size} at ${entry}, margin ${margin}, mark ${mark}, maintenance 1 %`;
      return `${terms}: liquidation price ${priceOfLiquidation()}`;
    });
    expect(lines).toEqual(workedExample('isolated-price'));
  });
});
