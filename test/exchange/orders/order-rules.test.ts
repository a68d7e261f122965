import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountId, InstrumentId } from '../../../src/exchange/units.js';
import { BITCOIN, DOGE, dollars, result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

/** ETH has two price decimals, so that both the decimals and the five figures can bind. */
const ETHER = { ...BITCOIN, symbol: 'ETH', priceDecimals: 2, quantityDecimals: 4 };

beforeEach(() => {
  venue = new TestVenue([BITCOIN, ETHER, DOGE]);
  trader = venue.open(100_000_000);
});

describe('prices', () => {
  test.each([
    ['ETH', 1234.5, 'ACTIVE'],
    ['ETH', 1234.56, 'PRICE_NOT_ON_TICK'],
    ['ETH', 12345, 'ACTIVE'],
    ['ETH', 12345.6, 'PRICE_NOT_ON_TICK'],
    ['BTC', 123456, 'ACTIVE'],
    ['BTC', 1234.5, 'ACTIVE'],
    ['BTC', 12345.6, 'PRICE_NOT_ON_TICK'],
    ['DOGE', 0.12345, 'ACTIVE'],
    ['DOGE', 0.123456, 'PRICE_NOT_ON_TICK'],
    ['DOGE', 0.012345, 'ACTIVE'],
  ])('%s at %d: five significant figures or whole dollars: %s', (symbol, price, expected) => {
    const quantity = symbol === 'DOGE' ? 10_000 : 1;
    expect(result(venue.buy(trader, symbol, quantity, price))).toBe(expected);
  });

  test.each([
    [12_800, 'ACTIVE'],
    [12_799, 'PRICE_TOO_FAR'],
    [115_200, 'ACTIVE'],
    [115_201, 'PRICE_TOO_FAR'],
  ])('%d lies within 80 %% of a mark of 64,000, or not: %s', (price, expected) => {
    venue.quote('BTC', { oracle: 64_000 });
    expect(result(venue.buy(trader, 'BTC', 1, price))).toBe(expected);
  });

  test('without any reference every price up to the instrument’s highest is taken', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 500_000))).toBe('ACTIVE');
    expect(result(venue.buy(trader, 'BTC', 1, 500_001))).toBe('PRICE_TOO_FAR');
  });
});

describe('sizes', () => {
  beforeEach(() => {
    venue.quote('BTC', { oracle: 64_000, bids: [[63_990, 900]], asks: [[64_010, 900]] });
  });

  test('an order is worth ten dollars at least', () => {
    expect(result(venue.buy(trader, 'BTC', 0.0002, 49_999))).toBe('BELOW_MIN_NOTIONAL');
    expect(result(venue.buy(trader, 'BTC', 0.0002, 50_000))).toBe('ACTIVE');
    expect(result(venue.marketBuy(trader, 'BTC', 0.0001))).toBe('BELOW_MIN_NOTIONAL');
  });

  test('unless it closes what is left of a position', () => {
    venue.marketBuy(trader, 'BTC', 0.0003);
    venue.marketSell(trader, 'BTC', 0.0002);
    for (const quantity of [0.00005, 0.00015]) {
      expect(result(venue.marketSell(trader, 'BTC', quantity))).toBe('BELOW_MIN_NOTIONAL');
    }
    expect(result(venue.marketSell(trader, 'BTC', 0.0001, { reduceOnly: true }))).toBe('FILLED');
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('a market order is worth 30 million at most, a limit order ten times that', () => {
    venue.setLeverage(trader, 'BTC', 20);
    expect(result(venue.marketBuy(trader, 'BTC', 468.76))).toBe('ORDER_TOO_LARGE');
    expect(result(venue.marketBuy(trader, 'BTC', 468.75))).toBe('FILLED');
    expect(result(venue.sell(trader, 'BTC', 5_000, 60_001))).toBe('ORDER_TOO_LARGE');
    expect(result(venue.buy(trader, 'BTC', 5_000, 60_000))).toBe('ACTIVE');
  });

  test('a quantity above the instrument’s largest is refused, also where its value is not exact any more', () => {
    const huge = { ...BITCOIN, maxMarketNotional: dollars(9_000_000_000) };
    const other = new TestVenue([huge]);
    const account = other.open(1_000);
    expect(result(other.buy(account, 'BTC', 10_000.00001, 1))).toBe('ORDER_TOO_LARGE');
    expect(result(other.buy(account, 'BTC', 90_000_000_000, 500_000))).toBe('ORDER_TOO_LARGE');
  });
});

describe('the first rule that is broken is told', () => {
  test('an unknown portfolio or instrument, before anything else', () => {
    const command = { kind: 'CANCEL_ALL', account: 99 as AccountId, instrument: null } as const;
    expect(result(venue.send(command))).toBe('FORBIDDEN');
    const leverage = { leverage: 2, marginMode: 'CROSS', instrument: 9 as InstrumentId } as const;
    expect(result(venue.send({ kind: 'SET_LEVERAGE', account: trader, ...leverage }))).toBe('UNKNOWN_SYMBOL');
  });

  test('the price before the size, the size before the margin', () => {
    venue.quote('BTC', { oracle: 64_000 });
    const poor = venue.open(1);
    expect(result(venue.buy(poor, 'BTC', 100_000, 64_000.5))).toBe('PRICE_NOT_ON_TICK');
    expect(result(venue.buy(poor, 'BTC', 100_000, 64_000))).toBe('ORDER_TOO_LARGE');
    expect(result(venue.buy(poor, 'BTC', 1, 64_000))).toBe('INSUFFICIENT_MARGIN');
  });
});
