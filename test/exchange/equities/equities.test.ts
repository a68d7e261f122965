import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { liquidationPrice } from '../../../src/exchange/liquidation/liquidation-price.js';
import type { AccountId } from '../../../src/exchange/units.js';
import { APPLE, BITCOIN, dollars, result, TestVenue } from '../../support/exchange-fixture.js';

/** An equity of which there are no fractions, and that nobody lends. */
const WHOLE = { ...APPLE, symbol: 'BRK.A', fractional: false, shortable: false };

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([BITCOIN, APPLE, WHOLE]);
  trader = venue.open(10_000);
  for (const symbol of ['AAPL', 'BRK.A']) {
    venue.quote(symbol, { oracle: 200, bids: [[200, 1_000]], asks: [[200.01, 1_000]] });
  }
});

function quoteAt(price: number): void {
  venue.quote('AAPL', { oracle: price, bids: [[price, 1_000]], asks: [[price + 0.01, 1_000]] });
}

function toMargin(): void {
  expect(result(venue.configure(trader, { portfolioType: 'MARGIN' }))).toBeNull();
}

describe('a cash portfolio', () => {
  test('has no leverage in equities', () => {
    expect(venue.holding(trader, 'AAPL').leverage).toBe(1);
    expect(result(venue.setLeverage(trader, 'AAPL', 1))).toBeNull();
    expect(result(venue.setLeverage(trader, 'AAPL', 2))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.marketBuy(trader, 'AAPL', 50))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'AAPL', 49))).toBe('FILLED');
  });

  test('sells no more than it has, in all open orders together', () => {
    expect(result(venue.marketSell(trader, 'AAPL', 1))).toBe('INSUFFICIENT_MARGIN');
    venue.marketBuy(trader, 'AAPL', 10);
    expect(result(venue.sell(trader, 'AAPL', 6.5, 210))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'AAPL', 3.5001, 210))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.sell(trader, 'AAPL', 3.5, 210))).toBe('ACTIVE');
  });

  test('needs no maintenance margin, and is not liquidated', () => {
    venue.marketBuy(trader, 'AAPL', 10);
    expect(valueAccount(venue.account(trader), venue.exchange.markets).maintenanceMargin).toBe(0);
    expect(
      liquidationPrice(venue.account(trader), venue.holding(trader, 'AAPL'), venue.exchange.markets),
    ).toBe(null);
  });
});

describe('a margin portfolio', () => {
  beforeEach(toMargin);

  test('buys for twice its equity, or for once where it wants', () => {
    expect(venue.holding(trader, 'AAPL').leverage).toBe(2);
    expect(result(venue.marketBuy(trader, 'AAPL', 100))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'AAPL', 99))).toBe('FILLED');
    expect(result(venue.setLeverage(trader, 'AAPL', 1))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.setLeverage(trader, 'AAPL', 3))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'BRK.A', 1))).toBeNull();
  });

  test('keeps a quarter of a position’s value as maintenance margin, long and short', () => {
    venue.marketBuy(trader, 'AAPL', 50);
    quoteAt(160);
    expect(valueAccount(venue.account(trader), venue.exchange.markets).maintenanceMargin).toBe(
      dollars(2_000),
    );
    venue.marketSell(trader, 'AAPL', 100);
    expect(venue.positionOf(trader, 'AAPL')).toBe(-50);
    quoteAt(100);
    expect(valueAccount(venue.account(trader), venue.exchange.markets).maintenanceMargin).toBe(
      dollars(1_250),
    );
  });

  test('is short for half of the value as initial margin', () => {
    expect(result(venue.marketSell(trader, 'AAPL', 101))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(trader, 'AAPL', 100))).toBe('FILLED');
    expect(venue.positionOf(trader, 'AAPL')).toBe(-100);
    expect(result(venue.marketSell(trader, 'AAPL', 1))).toBe('INSUFFICIENT_MARGIN');
    quoteAt(190);
    expect(result(venue.marketBuy(trader, 'AAPL', 100))).toBe('FILLED');
    expect(venue.account(trader).balance).toBe(dollars(10_999));
  });

  test('sells short by whole shares, but any fraction of what it has', () => {
    expect(result(venue.marketSell(trader, 'AAPL', 1.5))).toBe('QUANTITY_NOT_ON_LOT');
    venue.marketBuy(trader, 'AAPL', 2.5);
    expect(result(venue.sell(trader, 'AAPL', 3, 210))).toBe('QUANTITY_NOT_ON_LOT');
    expect(result(venue.sell(trader, 'AAPL', 0.25, 210))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'AAPL', 3.25, 210))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'AAPL', 0.5, 210))).toBe('QUANTITY_NOT_ON_LOT');
  });

  test('can amend what is left of a short sale that was filled by a fraction', () => {
    venue.quote('AAPL', { bids: [[200, 0.3]] });
    const { order } = venue.sell(trader, 'AAPL', 2, 200);
    expect(venue.positionOf(trader, 'AAPL')).toBe(-0.3);
    expect(result(venue.amend(trader, order!.id, { price: 201 }))).toBe('ACTIVE');
    expect(result(venue.amend(trader, order!.id, { quantity: 2.5 }))).toBe('QUANTITY_NOT_ON_LOT');
  });

  test('closes a fraction whatever else would close it', () => {
    venue.marketBuy(trader, 'AAPL', 2.5);
    expect(result(venue.sell(trader, 'AAPL', 2.5, 220))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'AAPL', 2.5, 230, { reduceOnly: true }))).toBe('ACTIVE');
    venue.send({ kind: 'CANCEL_ALL', account: trader, instrument: null });
    expect(result(venue.sell(trader, 'AAPL', 2.5, 230, { reduceOnly: true }))).toBe('ACTIVE');
    expect(result(venue.marketSell(trader, 'AAPL', 2.5))).toBe('FILLED');
    expect([venue.positionOf(trader, 'AAPL'), venue.account(trader).openCount]).toEqual([0, 0]);
  });

  test('does not go short where the instrument is not lent', () => {
    expect(result(venue.marketSell(trader, 'BRK.A', 1))).toBe('INSUFFICIENT_MARGIN');
    venue.marketBuy(trader, 'BRK.A', 1);
    expect(result(venue.marketSell(trader, 'BRK.A', 2))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(trader, 'BRK.A', 1))).toBe('FILLED');
  });

  test('closes what is short in spite of anything', () => {
    venue.marketSell(trader, 'AAPL', 100);
    quoteAt(230);
    expect(result(venue.marketBuy(trader, 'AAPL', 50.5))).toBe('FILLED');
    expect(venue.positionOf(trader, 'AAPL')).toBe(-49.5);
  });
});

describe('a portfolio’s type', () => {
  test('is CASH at first, and told with the account when it changes', () => {
    expect(venue.account(trader).portfolioType).toBe('CASH');
    venue.recorder.take();
    toMargin();
    expect(venue.recorder.take()).toMatchObject([{ kind: 'account', account: trader }]);
    expect(venue.configure(77 as AccountId, { portfolioType: 'MARGIN' }).error).toBe('FORBIDDEN');
  });

  test('changes the leverage of equities that are held, and of no perpetual', () => {
    venue.marketBuy(trader, 'AAPL', 1);
    const before = venue.holding(trader, 'BTC').leverage;
    venue.recorder.take();
    toMargin();
    expect(venue.recorder.take().map(({ kind }) => kind)).toEqual(['position', 'account']);
    expect(venue.holding(trader, 'AAPL').leverage).toBe(2);
    expect(venue.holding(trader, 'BTC').leverage).toBe(before);
  });

  test.each<[string, () => void]>([
    ['a position that is short', () => venue.marketSell(trader, 'AAPL', 1)],
    ['a position that is not covered', () => venue.marketBuy(trader, 'AAPL', 60)],
    ['an order that would sell short', () => venue.sell(trader, 'AAPL', 1, 250)],
    ['an order that is not covered', () => venue.buy(trader, 'AAPL', 90, 150)],
  ])('stays MARGIN with %s', (_, trade) => {
    toMargin();
    trade();
    expect(result(venue.configure(trader, { portfolioType: 'CASH', broker: 'alpaca' }))).toBe(
      'INSUFFICIENT_MARGIN',
    );
    const { portfolioType, broker } = venue.account(trader);
    expect([portfolioType, broker, venue.holding(trader, 'AAPL').leverage]).toEqual(['MARGIN', 'default', 2]);
  });

  test('becomes CASH again when everything is paid for', () => {
    toMargin();
    venue.marketBuy(trader, 'AAPL', 40);
    venue.sell(trader, 'AAPL', 40, 250);
    expect(result(venue.configure(trader, { portfolioType: 'CASH' }))).toBeNull();
    expect(venue.holding(trader, 'AAPL').leverage).toBe(1);
    expect(result(venue.marketSell(trader, 'AAPL', 1))).toBe('INSUFFICIENT_MARGIN');
  });
});

describe('an equity without fractions', () => {
  test('is ordered by whole shares, in amendments too', () => {
    expect(result(venue.buy(trader, 'BRK.A', 1.5, 190))).toBe('QUANTITY_NOT_ON_LOT');
    const { order } = venue.buy(trader, 'BRK.A', 2, 190);
    expect(result(venue.amend(trader, order!.id, { quantity: 2.5 }))).toBe('QUANTITY_NOT_ON_LOT');
    expect(result(venue.amend(trader, order!.id, { quantity: 3 }))).toBe('ACTIVE');
  });

  test('of which a fraction is held, from before, can still be closed', () => {
    venue.send({ kind: 'LIST', instrument: { ...WHOLE, fractional: true } });
    venue.marketBuy(trader, 'BRK.A', 2.5);
    venue.send({ kind: 'LIST', instrument: WHOLE });
    expect(result(venue.marketSell(trader, 'BRK.A', 1.5))).toBe('QUANTITY_NOT_ON_LOT');
    expect(result(venue.marketSell(trader, 'BRK.A', 2.5))).toBe('FILLED');
  });
});
