import { beforeEach, expect, test } from 'vitest';
import type { Order } from '../../src/exchange/orders/order.js';
import { type AccountId, BUY } from '../../src/exchange/units.js';
import { TestVenue } from '../support/exchange-fixture.js';
import { workedExample } from './worked-example.js';

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  quoteAround(64_000);
});

function quoteAround(price: number): void {
  venue.quote('BTC', { oracle: price, bids: [[price - 10, 9]], asks: [[price + 10, 9]] });
}

function text({ side, type, lots, status, reason }: Order): string {
  const words = [side === BUY ? 'BUY' : 'SELL', type, lots / 100_000, status, reason];
  return words.filter((word) => word !== null).join(' ');
}

test('a stop slips at most 10 % from the mark that fires it', () => {
  const { order } = venue.buy(trader, 'BTC', 3, 0, { type: 'STOP', stopPrice: 65_000 });
  venue.quote('BTC', {
    oracle: 65_000,
    bids: [[64_900, 9]],
    asks: [
      [71_500, 1],
      [71_500.1, 9],
    ],
  });
  const { ticks, filledLots, filledNotional, status, reason } = order!;
  expect([
    `limit ${ticks / 10}`,
    `filled ${filledLots / 100_000} at ${filledNotional / filledLots / 10}`,
    `then ${status} ${reason}`,
  ]).toEqual(workedExample('stop'));
});

test('a trailing stop follows the best price', () => {
  const trailing = { type: 'TRAILING_STOP', trailPercent: 1.2345 } as const;
  const { order } = venue.sell(trader, 'BTC', 1, 0, trailing);
  const lines = [64_000, 64_800, 64_100, 63_990].map((mark) => {
    quoteAround(mark);
    return `mark ${mark} stop ${order!.trigger!.ticks / 10} ${order!.status}`;
  });
  expect(lines).toEqual(workedExample('trailing-stop'));
});

test('exits follow a filled order, shrink with the position, and end one another', () => {
  const exits = { takeProfit: { triggerPrice: 66_000 }, stopLoss: { triggerPrice: 63_000 } };
  const { order } = venue.marketBuy(trader, 'BTC', 2, exits);
  const children = venue.openOrders(trader);
  const told = () => children.map(text).join(', ');
  const lines = [text(order!), told()];
  venue.marketSell(trader, 'BTC', 0.5);
  lines.push(told());
  quoteAround(66_010);
  lines.push(told(), `position ${venue.positionOf(trader, 'BTC')}`);
  expect(lines).toEqual(workedExample('exits'));
});
