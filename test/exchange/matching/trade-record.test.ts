import { beforeEach, expect, test } from 'vitest';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { DEAF_LISTENER } from '../../../src/exchange/event.js';
import type { AccountId, Ppm } from '../../../src/exchange/units.js';
import { APPLE, BITCOIN, dollars, TestVenue } from '../../support/exchange-fixture.js';

const FREE = { ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm };

let venue: TestVenue;
let trader: AccountId;

/** The book at one price, a dollar to each side. */
function quoteAt(price: number, size = 50): void {
  venue.quote('BTC', { oracle: price, bids: [], asks: [] });
  venue.quote('BTC', { bids: [[price - 1, size]], asks: [[price + 1, size]] });
}

/** Counts, and the profits in dollars. */
function record(): unknown {
  const { closed, winning, losing, best, worst } = venue.account(trader).tradeRecord;
  return { closed, winning, losing, best: best / 1e6, worst: worst / 1e6 };
}

beforeEach(() => {
  venue = new TestVenue([FREE, APPLE]);
  trader = venue.open(20_000);
  quoteAt(50_000);
});

test('what opens a position is no trade yet', () => {
  venue.marketBuy(trader, 'BTC', 0.1);
  expect(record()).toEqual({ closed: 0, winning: 0, losing: 0, best: 0, worst: 0 });
});

test('a trade is what one order closed, in however many fills', () => {
  venue.marketBuy(trader, 'BTC', 0.3);
  venue.quote('BTC', {
    bids: [
      [51_001, 0.1],
      [50_001, 0.1],
      [49_001, 50],
    ],
    asks: [[52_000, 50]],
  });
  venue.marketSell(trader, 'BTC', 0.3);
  expect(record()).toEqual({ closed: 1, winning: 0, losing: 0, best: 0, worst: 0 });
});

test('best and worst are of all trades, also when all of them have lost', () => {
  for (const price of [49_000, 48_000]) {
    quoteAt(50_000);
    venue.marketBuy(trader, 'BTC', 0.1);
    quoteAt(price);
    venue.marketSell(trader, 'BTC', 0.1);
  }
  expect(record()).toEqual({ closed: 2, winning: 0, losing: 2, best: -100.2, worst: -200.2 });
});

test('an order that turns a position around closes the old one', () => {
  venue.marketBuy(trader, 'BTC', 0.1);
  quoteAt(51_000);
  venue.marketSell(trader, 'BTC', 0.3);
  expect(record()).toEqual({ closed: 1, winning: 1, losing: 0, best: 99.8, worst: 99.8 });
});

test('two resting orders that one command of somebody else fills are one trade', () => {
  const other = venue.open(1_000_000);
  venue.quote('BTC', { bids: [], asks: [[50_001, 1]] });
  venue.marketBuy(trader, 'BTC', 0.2);
  venue.sell(trader, 'BTC', 0.1, 50_101);
  venue.sell(trader, 'BTC', 0.1, 50_201);
  venue.quote('BTC', { asks: [] });
  venue.buy(other, 'BTC', 0.2, 50_201);
  expect(record()).toEqual({ closed: 1, winning: 1, losing: 0, best: 30, worst: 30 });
});

test('a liquidation is a trade', () => {
  venue.marketBuy(trader, 'BTC', 3);
  quoteAt(43_500);
  expect(venue.positionOf(trader, 'BTC')).toBe(0);
  expect(record()).toMatchObject({ closed: 1, losing: 1 });
});

test('the volume is that of all fills, of whichever kind of instrument', () => {
  venue.quote('AAPL', { oracle: 200, bids: [[199, 100]], asks: [[200, 100]] });
  venue.marketBuy(trader, 'AAPL', 10);
  venue.marketBuy(trader, 'BTC', 0.1);
  venue.marketSell(trader, 'BTC', 0.1);
  const { dollars: whole, micros } = venue.account(trader).tradeRecord.volume;
  expect(whole + micros / 1e6).toBe(2_000 + 5_000.1 + 4_999.9);
});

test('a restored snapshot goes on with it', () => {
  venue.marketBuy(trader, 'BTC', 0.1);
  quoteAt(49_000);
  venue.marketSell(trader, 'BTC', 0.05);
  const restored = restoreSnapshot(encodeSnapshot(venue.exchange), DEAF_LISTENER);
  const { tradeRecord } = restored.state.account(trader)!;
  expect(tradeRecord).toEqual(venue.account(trader).tradeRecord);
  expect(tradeRecord).toMatchObject({ closed: 1, worst: dollars(-50.1) });
});
