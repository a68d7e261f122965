import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, BUY } from '../../src/exchange/units.js';
import { valueAccount } from '../../src/exchange/valuation.js';
import { dollars, result, TestVenue } from '../support/exchange-fixture.js';

let venue: TestVenue;

function quoteAround(price: number): void {
  venue.quote('BTC', { oracle: price, bids: [[price - 10, 50]], asks: [[price + 10, 50]] });
}

function marginUsed(account: AccountId): number {
  return valueAccount(venue.account(account), venue.exchange.markets).marginUsed;
}

beforeEach(() => {
  venue = new TestVenue();
  quoteAround(64_000);
});

describe('margin of perpetuals', () => {
  test('an order needs its notional over the leverage', () => {
    const trader = venue.open(6_400);
    expect(result(venue.buy(trader, 'BTC', 1.00001, 64_000))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.buy(trader, 'BTC', 1, 64_000))).toBe('ACTIVE');
    expect(marginUsed(trader)).toBe(dollars(6_400));
    expect(result(venue.buy(trader, 'BTC', 0.001, 64_000))).toBe('INSUFFICIENT_MARGIN');
  });

  test('bids and asks do not add up: only the worse side counts', () => {
    const trader = venue.open(6_500);
    venue.buy(trader, 'BTC', 1, 64_000);
    expect(result(venue.sell(trader, 'BTC', 1, 64_005))).toBe('ACTIVE');
    expect(marginUsed(trader)).toBe(dollars(6_400.5));
  });

  test('an order that closes needs none, even when there is none', () => {
    const trader = venue.open(6_450);
    venue.marketBuy(trader, 'BTC', 1);
    quoteAround(58_000);
    expect(result(venue.buy(trader, 'BTC', 0.001, 57_000))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(trader, 'BTC', 1))).toBe('FILLED');
  });

  test('a sell far below the market is counted at the price it would trade at', () => {
    const trader = venue.open(2_000);
    venue.setLeverage(trader, 'BTC', 40);
    expect(result(venue.sell(trader, 'BTC', 5, 13_000))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.sell(trader, 'BTC', 1, 13_000))).toBe('FILLED');
  });

  test('unrealised profit counts', () => {
    const trader = venue.open(6_500);
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.buy(trader, 'BTC', 0.5, 63_000))).toBe('INSUFFICIENT_MARGIN');
    quoteAround(70_000);
    expect(result(venue.buy(trader, 'BTC', 0.5, 69_900))).toBe('ACTIVE');
  });

  test('cancelling frees it', () => {
    const trader = venue.open(6_400);
    const { order } = venue.buy(trader, 'BTC', 1, 64_000);
    venue.cancel(trader, order!.id);
    expect(marginUsed(trader)).toBe(0);
    expect(result(venue.buy(trader, 'BTC', 1, 64_000))).toBe('ACTIVE');
  });
});

describe('leverage', () => {
  test('is 1 to the most that the instrument allows, and cross', () => {
    const trader = venue.open(1_000);
    expect(result(venue.setLeverage(trader, 'BTC', 40))).toBeNull();
    expect(result(venue.setLeverage(trader, 'BTC', 41))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'BTC', 0))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'AAPL', 2))).toBe('LEVERAGE_NOT_ALLOWED');
    const instrument = venue.market('BTC').id;
    const isolated = { leverage: 2, marginMode: 'ISOLATED' } as const;
    expect(result(venue.send({ kind: 'SET_LEVERAGE', account: trader, instrument, ...isolated }))).toBe(
      'LEVERAGE_NOT_ALLOWED',
    );
  });

  test('can be raised with a position, but not lowered below what is covered', () => {
    const trader = venue.open(7_000);
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.setLeverage(trader, 'BTC', 20))).toBeNull();
    expect(result(venue.setLeverage(trader, 'BTC', 10))).toBeNull();
    expect(result(venue.setLeverage(trader, 'BTC', 5))).toBe('INSUFFICIENT_MARGIN');
    expect(venue.holding(trader, 'BTC').leverage).toBe(10);
  });

  test('a change is told when there is a position', () => {
    const trader = venue.open(10_000);
    venue.marketBuy(trader, 'BTC', 1);
    venue.recorder.take();
    venue.setLeverage(trader, 'BTC', 20);
    expect(venue.recorder.take()).toMatchObject([{ kind: 'position', leverage: 20 }]);
  });
});

describe('cash equities', () => {
  beforeEach(() => {
    venue.quote('AAPL', { oracle: 228, bids: [[227.9, 1_000]], asks: [[228.1, 1_000]] });
  });

  test('are bought with what is there, not with more', () => {
    const trader = venue.open(2_281);
    expect(result(venue.marketBuy(trader, 'AAPL', 10.1))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'AAPL', 10))).toBe('FILLED');
    expect(result(venue.buy(trader, 'AAPL', 0.01, 228))).toBe('INSUFFICIENT_MARGIN');
  });

  test('resting bids tie up the cash', () => {
    const trader = venue.open(2_000);
    expect(result(venue.buy(trader, 'AAPL', 5, 200))).toBe('ACTIVE');
    expect(result(venue.buy(trader, 'AAPL', 6, 200))).toBe('INSUFFICIENT_MARGIN');
  });

  test('cannot be sold short, whatever the cash', () => {
    const trader = venue.open(1_000_000);
    expect(result(venue.marketSell(trader, 'AAPL', 1))).toBe('INSUFFICIENT_MARGIN');
    venue.marketBuy(trader, 'AAPL', 10);
    expect(result(venue.sell(trader, 'AAPL', 6, 230))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'AAPL', 5, 230))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.sell(trader, 'AAPL', 4, 230))).toBe('ACTIVE');
  });

  test('nor by a plain and a reduce-only order together', () => {
    const trader = venue.open(1_000_000);
    venue.marketBuy(trader, 'AAPL', 10);
    venue.sell(trader, 'AAPL', 10, 228.05, { reduceOnly: true });
    expect(result(venue.sell(trader, 'AAPL', 10, 228.06))).toBe('INSUFFICIENT_MARGIN');
    venue.flow('AAPL', BUY, 100);
    expect(venue.positionOf(trader, 'AAPL')).toBe(0);
  });
});
