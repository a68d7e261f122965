import { beforeEach, describe, expect, test } from 'vitest';
import type { Order } from '../../../src/exchange/orders/order.js';
import { type AccountId, BUY, SELL } from '../../../src/exchange/units.js';
import type { OrderEvent } from '../../support/event-recorder.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  quoteAround(64_000);
});

function quoteAround(price: number, quantity = 9): void {
  venue.quote('BTC', { oracle: price, bids: [[price - 10, quantity]], asks: [[price + 10, quantity]] });
}

const BRACKET = { takeProfit: { triggerPrice: 66_000 }, stopLoss: { triggerPrice: 63_000 } } as const;

function summary({ type, status, reason, lots }: Order): [string, string, string | null, number] {
  return [type, status, reason, lots / 100_000];
}

describe('a take profit and a stop loss of an order', () => {
  test('are placed when it has filled completely, one on each side of the position', () => {
    const { order } = venue.buy(trader, 'BTC', 2, 63_500, BRACKET);
    venue.flow('BTC', SELL, 10);
    expect([order!.filledLots, venue.account(trader).openCount]).toEqual([100_000, 1]);
    venue.flow('BTC', SELL, 1);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    expect(summary(profit)).toEqual(['TAKE_PROFIT', 'PENDING', null, 2]);
    expect(summary(loss)).toEqual(['STOP', 'PENDING', null, 2]);
    for (const exit of [profit, loss]) {
      expect([exit.side, exit.reduceOnly, exit.trigger!.parent]).toEqual([SELL, true, order!.id]);
    }
  });

  test('follow a market order at once, also one that the book could not fill', () => {
    const { order } = venue.marketBuy(trader, 'BTC', 12, BRACKET);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'UNFILLED_REMAINDER']);
    expect(venue.openOrders(trader).map(summary)).toEqual([
      ['TAKE_PROFIT', 'PENDING', null, 9],
      ['STOP', 'PENDING', null, 9],
    ]);
  });

  test('are not placed for what its owner ends, or its time', () => {
    const canceled = venue.buy(trader, 'BTC', 2, 63_500, BRACKET).order!;
    venue.flow('BTC', SELL, 10);
    venue.cancel(trader, canceled.id);
    venue.buy(trader, 'BTC', 2, 63_500, { ...BRACKET, timeInForce: 'DAY' });
    venue.flow('BTC', SELL, 1);
    venue.wait(86_400_000);
    expect(venue.positionOf(trader, 'BTC')).toBe(2);
    expect(venue.openOrders(trader)).toEqual([]);
  });

  test('end one another: what is filled first leaves its sibling cancelled', () => {
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    venue.recorder.take();
    quoteAround(66_010);
    expect(summary(profit)).toEqual(['TAKE_PROFIT', 'FILLED', null, 1]);
    expect(summary(loss)).toEqual(['STOP', 'CANCELED', 'SIBLING_FILLED', 1]);
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('the stop loss fires the other way', () => {
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    quoteAround(62_990);
    expect([profit.reason, loss.status]).toEqual(['SIBLING_FILLED', 'FILLED']);
  });

  test('of a short position lie the other way round', () => {
    const exits = { takeProfit: { triggerPrice: 62_000 }, stopLoss: { triggerPrice: 65_000 } } as const;
    venue.marketSell(trader, 'BTC', 1, exits);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    expect([profit.side, loss.side]).toEqual([BUY, BUY]);
    quoteAround(61_990);
    expect([profit.status, loss.reason]).toEqual(['FILLED', 'SIBLING_FILLED']);
  });

  test('may have limits, and then rest beside each other until one has filled', () => {
    const takeProfit = { triggerPrice: 66_000, limitPrice: 66_500 };
    venue.marketBuy(trader, 'BTC', 1, { takeProfit, stopLoss: { triggerPrice: 63_000, limitPrice: 62_900 } });
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    expect([profit.type, loss.type]).toEqual(['TAKE_PROFIT_LIMIT', 'STOP_LIMIT']);
    quoteAround(66_100);
    expect([profit.status, loss.status]).toEqual(['ACTIVE', 'PENDING']);
    expect(result(venue.amend(trader, profit.id, { price: 66_600 }))).toBe('ACTIVE');
    expect(result(venue.amend(trader, profit.id, { price: 66_500 }))).toBe('ACTIVE');
    venue.flow('BTC', BUY, 9.25);
    expect([profit.filledLots, loss.lots]).toEqual([25_000, 75_000]);
    venue.flow('BTC', BUY, 0.75);
    expect([profit.status, loss.reason]).toEqual(['FILLED', 'SIBLING_FILLED']);
  });

  test('close no more than their order together, whatever else the position has', () => {
    venue.marketBuy(trader, 'BTC', 2);
    const takeProfit = { triggerPrice: 66_000, limitPrice: 66_500 };
    venue.marketBuy(trader, 'BTC', 1, { takeProfit, stopLoss: { triggerPrice: 63_000 } });
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    quoteAround(66_100);
    venue.quote('BTC', { asks: [] });
    venue.flow('BTC', BUY, 0.3);
    expect([profit.filledLots, loss.lots]).toEqual([30_000, 70_000]);
    quoteAround(62_990, 0.5);
    expect([loss.status, loss.reason, loss.filledLots]).toEqual(['CANCELED', 'UNFILLED_REMAINDER', 50_000]);
    expect([profit.status, profit.openLots]).toEqual(['ACTIVE', 20_000]);
    expect(venue.positionOf(trader, 'BTC')).toBe(2.2);
  });

  test('are told of in their order: the one that filled, then the other', () => {
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    venue.recorder.take();
    quoteAround(66_010);
    const told = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
    expect(told.map(({ orderId, status, reason }) => [orderId, status, reason])).toEqual([
      [profit.id, 'ACTIVE', null],
      [profit.id, 'FILLED', null],
      [loss.id, 'CANCELED', 'SIBLING_FILLED'],
    ]);
  });

  test('shrink with the position, and end with it', () => {
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    venue.marketSell(trader, 'BTC', 0.4);
    expect(venue.openOrders(trader).map(({ lots }) => lots)).toEqual([60_000, 60_000]);
    const exits = venue.openOrders(trader);
    venue.marketSell(trader, 'BTC', 0.6);
    expect(exits.map(({ reason }) => reason)).toEqual(['REDUCE_ONLY', 'REDUCE_ONLY']);
  });

  test('are of what the order has added to the position', () => {
    venue.marketSell(trader, 'BTC', 1);
    venue.marketBuy(trader, 'BTC', 3, BRACKET);
    expect(venue.openOrders(trader).map(({ lots }) => lots)).toEqual([200_000, 200_000]);
    venue.marketSell(trader, 'BTC', 5);
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    expect(venue.openOrders(trader)).toEqual([]);
  });

  test('are told after the order that they belong to', () => {
    venue.recorder.take();
    const { order } = venue.marketBuy(trader, 'BTC', 1, BRACKET);
    const told = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
    const names = told.map(({ orderId, status }) => [orderId - order!.id, status]);
    expect(names).toEqual([
      [0, 'ACTIVE'],
      [0, 'FILLED'],
      [1, 'PENDING'],
      [2, 'PENDING'],
    ]);
  });

  test.each([
    ['INVALID_TRIGGER_PRICE', { takeProfit: { triggerPrice: 63_500 } }],
    ['INVALID_TRIGGER_PRICE', { stopLoss: { triggerPrice: 63_500 } }],
    ['PRICE_NOT_ON_TICK', { stopLoss: { triggerPrice: 63_000.5 } }],
    ['PRICE_TOO_FAR', { takeProfit: { triggerPrice: 130_000 } }],
    ['PRICE_TOO_FAR', { takeProfit: { triggerPrice: 66_000, limitPrice: 130_000 } }],
  ])('are refused with %s beside a limit of 63,500', (error, exits) => {
    const { order } = venue.buy(trader, 'BTC', 1, 63_500, exits);
    expect([order!.status, order!.reason]).toEqual(['REJECTED', error]);
  });

  test('are judged by the mark for a market order, by the stop price for a stop', () => {
    const profit = (triggerPrice: number) => ({ takeProfit: { triggerPrice } });
    expect(result(venue.marketBuy(trader, 'BTC', 1, profit(64_000)))).toBe('INVALID_TRIGGER_PRICE');
    expect(result(venue.marketBuy(trader, 'BTC', 1, profit(64_001)))).toBe('FILLED');
    const stop = { type: 'STOP', stopPrice: 65_000 } as const;
    expect(result(venue.buy(trader, 'BTC', 1, 0, { ...stop, ...profit(64_900) }))).toBe(
      'INVALID_TRIGGER_PRICE',
    );
    expect(result(venue.buy(trader, 'BTC', 1, 0, { ...stop, ...profit(65_100) }))).toBe('PENDING');
  });

  test('keep an amended order on their right side', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 63_500, { stopLoss: { triggerPrice: 63_000 } });
    expect(result(venue.amend(trader, order!.id, { price: 62_900 }))).toBe('INVALID_TRIGGER_PRICE');
    expect(result(venue.amend(trader, order!.id, { price: 63_100 }))).toBe('ACTIVE');
  });

  test('may be cancelled one by one, and amended as long as they would not fire', () => {
    venue.marketBuy(trader, 'BTC', 1, BRACKET);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    expect(result(venue.amend(trader, loss.id, { stopPrice: 64_500 }))).toBe('INVALID_TRIGGER_PRICE');
    expect(result(venue.amend(trader, loss.id, { stopPrice: 63_900, quantity: 0.5 }))).toBe('PENDING');
    venue.cancel(trader, profit.id);
    quoteAround(63_890);
    expect([loss.status, venue.positionOf(trader, 'BTC')]).toEqual(['FILLED', 0.5]);
  });

  test('are rejected where there is no more room for them', () => {
    for (let count = 0; count < 100; count++) venue.marketBuy(trader, 'BTC', 0.01, BRACKET);
    expect(venue.account(trader).openCount).toBe(200);
    venue.recorder.take();
    venue.marketBuy(trader, 'BTC', 0.01, BRACKET);
    const told = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
    expect(told.slice(2).map(({ reason }) => reason)).toEqual([
      'TOO_MANY_OPEN_ORDERS',
      'TOO_MANY_OPEN_ORDERS',
    ]);
  });
});

describe('the protection of a position', () => {
  beforeEach(() => {
    venue.marketBuy(trader, 'BTC', 1);
  });

  test('follows the size of the position, up and down', () => {
    expect(venue.protect(trader, 'BTC', BRACKET).error).toBeNull();
    const sizes = () => venue.openOrders(trader).map(({ lots }) => lots / 100_000);
    expect(sizes()).toEqual([1, 1]);
    venue.marketBuy(trader, 'BTC', 2);
    expect(sizes()).toEqual([3, 3]);
    venue.marketSell(trader, 'BTC', 2.5);
    expect(sizes()).toEqual([0.5, 0.5]);
  });

  test('closes the whole position, and ends the other', () => {
    venue.protect(trader, 'BTC', BRACKET);
    venue.marketBuy(trader, 'BTC', 2);
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    quoteAround(62_900);
    expect(summary(loss)).toEqual(['STOP', 'FILLED', null, 3]);
    expect(profit.reason).toBe('SIBLING_FILLED');
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test.each([1, 3])('ends when %d is sold', (quantity) => {
    venue.protect(trader, 'BTC', BRACKET);
    const exits = venue.openOrders(trader);
    venue.marketSell(trader, 'BTC', quantity);
    expect(exits.map(({ reason }) => reason)).toEqual(['REDUCE_ONLY', 'REDUCE_ONLY']);
  });

  test('is set, replaced and removed one exit at a time', () => {
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_000 } });
    const [loss] = venue.openOrders(trader) as [Order];
    venue.protect(trader, 'BTC', { takeProfit: { triggerPrice: 66_000, limitPrice: 66_000 } });
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_500 } });
    expect([loss.status, loss.reason]).toEqual(['CANCELED', null]);
    const [profit, newLoss] = venue.openOrders(trader) as [Order, Order];
    expect([profit.type, newLoss.trigger!.ticks]).toEqual(['TAKE_PROFIT_LIMIT', 635_000]);
    venue.protect(trader, 'BTC', { takeProfit: null });
    expect(venue.openOrders(trader)).toEqual([newLoss]);
  });

  test('replaced, ends the other still', () => {
    venue.protect(trader, 'BTC', BRACKET);
    venue.protect(trader, 'BTC', { takeProfit: { triggerPrice: 65_000 } });
    const [loss, profit] = venue.openOrders(trader) as [Order, Order];
    quoteAround(65_010);
    expect([profit.status, loss.reason]).toEqual(['FILLED', 'SIBLING_FILLED']);
  });

  test('is refused without a position, on the wrong side, and off the ticks; what was there stays', () => {
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_000 } });
    const refusals = [
      { takeProfit: { triggerPrice: 64_000 }, stopLoss: { triggerPrice: 62_000 } },
      { stopLoss: { triggerPrice: 64_000 } },
    ];
    for (const exits of refusals) {
      expect(venue.protect(trader, 'BTC', exits).error).toBe('INVALID_TRIGGER_PRICE');
    }
    expect(venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_000.5 } }).error).toBe(
      'PRICE_NOT_ON_TICK',
    );
    expect(venue.openOrders(trader).map(({ trigger }) => trigger!.ticks)).toEqual([630_000]);
    expect(venue.protect(trader, 'AAPL', { stopLoss: { triggerPrice: 100 } }).error).toBe(
      'REDUCE_ONLY_WOULD_INCREASE',
    );
  });

  test('stays as it is when there is no room for the new one', () => {
    const stop = { type: 'STOP', stopPrice: 62_000, reduceOnly: true } as const;
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_000 } });
    for (let count = 0; count < 199; count++) venue.sell(trader, 'BTC', 0.1, 0, stop);
    const [loss] = venue.openOrders(trader) as [Order];
    venue.recorder.take();
    expect(venue.protect(trader, 'BTC', BRACKET).error).toBe('TOO_MANY_OPEN_ORDERS');
    expect([loss.status, venue.recorder.take()]).toEqual(['PENDING', []]);
    expect(venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_500 } }).error).toBeNull();
    expect([loss.status, venue.account(trader).openCount]).toEqual(['CANCELED', 200]);
    expect(venue.protect(trader, 'BTC', { takeProfit: null, stopLoss: null }).error).toBeNull();
  });

  test('has no quantity of its own to amend', () => {
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 63_000 } });
    const [loss] = venue.openOrders(trader) as [Order];
    expect(result(venue.amend(trader, loss.id, { quantity: 0.5 }))).toBe('INVALID_REQUEST');
    expect(result(venue.amend(trader, loss.id, { stopPrice: 63_200 }))).toBe('PENDING');
  });

  test('of an equity has both exits, though it cannot be sold twice', () => {
    venue.quote('AAPL', { oracle: 228, bids: [[227, 100]], asks: [[229, 100]] });
    venue.marketBuy(trader, 'AAPL', 10);
    const takeProfit = { triggerPrice: 230, limitPrice: 230 };
    venue.protect(trader, 'AAPL', { takeProfit, stopLoss: { triggerPrice: 220 } });
    const [profit, loss] = venue.openOrders(trader) as [Order, Order];
    venue.quote('AAPL', { bids: [[219, 100]], asks: [[231, 100]] });
    venue.marketBuy(venue.open(1_000_000), 'AAPL', 1);
    expect([profit.status, loss.status]).toEqual(['ACTIVE', 'PENDING']);
    venue.flow('AAPL', SELL, 1);
    expect([profit.reason, loss.status]).toEqual(['SIBLING_FILLED', 'FILLED']);
  });
});
