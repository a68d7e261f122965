import { beforeEach, describe, expect, test } from 'vitest';
import { HOUSE } from '../../../src/exchange/accounts/account.js';
import { positionMargin, valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import type { AccountId, Ppm } from '../../../src/exchange/units.js';
import { BITCOIN, dollars, result, TestVenue } from '../../support/exchange-fixture.js';

const FREE = { ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm };

let venue: TestVenue;
let trader: AccountId;

/** Both sides of the book, and the mark between them, at one price. */
function quoteAt(price: number): void {
  venue.quote('BTC', { oracle: price, bids: [], asks: [] });
  venue.quote('BTC', { bids: [[price - 1, 50]], asks: [[price, 50]] });
}

const own = (): number => venue.holding(trader, 'BTC').isolatedMargin / 1e6;
const balance = (): number => venue.account(trader).balance / 1e6;

beforeEach(() => {
  venue = new TestVenue([FREE]);
  trader = venue.open(20_000);
  venue.setLeverage(trader, 'BTC', 10, 'ISOLATED');
  quoteAt(50_000);
});

describe('an isolated position', () => {
  test('takes notional / leverage out of the balance when it opens', () => {
    venue.marketBuy(trader, 'BTC', 1);
    expect([own(), balance()]).toEqual([5_000, 15_000]);
    venue.marketBuy(trader, 'BTC', 0.5);
    expect([own(), balance()]).toEqual([7_500, 12_500]);
  });

  test('sets it free in proportion when it closes, with the profit of what was closed', () => {
    venue.marketBuy(trader, 'BTC', 1);
    quoteAt(51_000);
    venue.marketSell(trader, 'BTC', 0.4);
    expect([own(), balance()]).toEqual([3_000, 15_000 + 2_000 + 0.4 * 999]);
    venue.marketSell(trader, 'BTC', 0.6);
    expect([own(), balance()]).toEqual([0, 20_999]);
  });

  test('bears a loss of a closed part itself, never the balance', () => {
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { bids: [[44_000, 50]] });
    venue.marketSell(trader, 'BTC', 0.4);
    // Two fifths of the margin, 2,000, do not pay for 0.4 × 6,000 of loss: the rest of the margin does.
    expect([own(), balance()]).toEqual([2_600, 15_000]);
  });

  test('that flips is closed and opened anew', () => {
    venue.marketBuy(trader, 'BTC', 1);
    venue.marketSell(trader, 'BTC', 1.5);
    expect(venue.positionOf(trader, 'BTC')).toBe(-0.5);
    expect([own(), balance()]).toEqual([2_499.95, 17_499.05]);
  });

  test('pays its fees itself, and the rest of them when it is closed', () => {
    venue = new TestVenue([BITCOIN]);
    trader = venue.open(20_000);
    venue.setLeverage(trader, 'BTC', 10, 'ISOLATED');
    quoteAt(50_000);
    venue.marketBuy(trader, 'BTC', 1);
    expect([own(), balance()]).toEqual([4_977.5, 15_000]);
  });

  test('can lose no more than its margin, and is not sold for less', () => {
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { bids: [[44_999, 50]] });
    expect(result(venue.marketSell(trader, 'BTC', 1, { reduceOnly: true }))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(trader, 'BTC', 2))).toBe('INSUFFICIENT_MARGIN');
    venue.quote('BTC', { bids: [[45_000, 50]] });
    expect(result(venue.marketSell(trader, 'BTC', 1, { reduceOnly: true }))).toBe('FILLED');
    expect([own(), balance()]).toEqual([0, 15_000]);
    expect(venue.account(HOUSE).balance).toBe(dollars(5_000));
    const { total, deposits } = ledger(venue.exchange.state);
    expect(total).toBe(deposits);
  });

  test('stands apart from the funds of the account: equity is the sum of both', () => {
    venue.marketBuy(trader, 'BTC', 1);
    quoteAt(49_000);
    const value = valueAccount(venue.account(trader), venue.exchange.markets);
    expect(value).toEqual({
      unrealizedPnl: dollars(-1_000),
      equity: dollars(19_000),
      marginUsed: dollars(4_000),
      maintenanceMargin: 0,
      withdrawable: dollars(15_000),
    });
    expect(positionMargin(venue.holding(trader, 'BTC'), venue.market('BTC'))).toBe(dollars(4_000));
  });

  test('needs free funds for what its orders would open, whatever its own margin is', () => {
    venue.marketBuy(trader, 'BTC', 3);
    expect(result(venue.buy(trader, 'BTC', 1.01, 49_900))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.buy(trader, 'BTC', 1, 49_900))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'BTC', 3, 50_100))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'BTC', 1.2, 50_100))).toBe('INSUFFICIENT_MARGIN');
  });

  test('is not opened where it would be liquidated at once', () => {
    venue.quote('BTC', { asks: [[54_900, 50]] });
    expect(result(venue.marketBuy(trader, 'BTC', 1))).toBe('INSUFFICIENT_MARGIN');
    venue.setLeverage(trader, 'BTC', 5, 'ISOLATED');
    expect(result(venue.marketBuy(trader, 'BTC', 1))).toBe('FILLED');
  });
});

describe('margin.adjust', () => {
  test('adds no more than is withdrawable', () => {
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.adjustMargin(trader, 'BTC', 15_000.000001))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.adjustMargin(trader, 'BTC', 15_000))).toBeNull();
    expect([own(), balance()]).toEqual([20_000, 0]);
  });

  test('removes down to the initial margin', () => {
    venue.marketBuy(trader, 'BTC', 1);
    venue.adjustMargin(trader, 'BTC', 1_000);
    venue.quote('BTC', { oracle: 50_000, bids: [] });
    expect(result(venue.adjustMargin(trader, 'BTC', -1_000.000001))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.adjustMargin(trader, 'BTC', -1_000))).toBeNull();
  });

  test('or to a tenth of the value, where that is more', () => {
    venue.setLeverage(trader, 'BTC', 40, 'ISOLATED');
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { oracle: 50_000, bids: [] });
    venue.adjustMargin(trader, 'BTC', 3_751);
    expect(result(venue.adjustMargin(trader, 'BTC', -1.000001))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.adjustMargin(trader, 'BTC', -1))).toBeNull();
  });

  test('needs an isolated position, and an amount', () => {
    expect(result(venue.adjustMargin(trader, 'BTC', 1))).toBe('POSITION_NOT_FOUND');
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.adjustMargin(trader, 'BTC', 0))).toBe('INVALID_REQUEST');
    const other = venue.open(20_000);
    venue.marketBuy(other, 'BTC', 1);
    expect(result(venue.adjustMargin(other, 'BTC', 1))).toBe('POSITION_NOT_ISOLATED');
  });

  test('is told as a change of position and account', () => {
    venue.marketBuy(trader, 'BTC', 1);
    venue.recorder.take();
    venue.adjustMargin(trader, 'BTC', 100);
    expect(venue.recorder.take()).toMatchObject([
      { kind: 'position', isolatedMargin: dollars(5_100), marginMode: 'ISOLATED' },
      { kind: 'account', balance: dollars(14_900) },
    ]);
  });
});

describe('the leverage of an isolated position', () => {
  test('can be raised, which leaves the margin where it is', () => {
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.setLeverage(trader, 'BTC', 20, 'ISOLATED'))).toBeNull();
    expect(own()).toBe(5_000);
  });

  test('can be lowered once its margin covers it', () => {
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.setLeverage(trader, 'BTC', 5, 'ISOLATED'))).toBe('INSUFFICIENT_MARGIN');
    venue.adjustMargin(trader, 'BTC', 5_000);
    venue.quote('BTC', { oracle: 50_000, bids: [] });
    expect(result(venue.setLeverage(trader, 'BTC', 5, 'ISOLATED'))).toBeNull();
  });

  test('the mode cannot be changed with a position, or with orders that may open one', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 49_000);
    expect(result(venue.setLeverage(trader, 'BTC', 10, 'CROSS'))).toBe('LEVERAGE_NOT_ALLOWED');
    venue.cancel(trader, order!.id);
    expect(result(venue.setLeverage(trader, 'BTC', 10, 'CROSS'))).toBeNull();
    venue.marketBuy(trader, 'BTC', 1);
    expect(result(venue.setLeverage(trader, 'BTC', 10, 'ISOLATED'))).toBe('LEVERAGE_NOT_ALLOWED');
  });
});
