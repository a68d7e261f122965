import { beforeEach, describe, expect, test } from 'vitest';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import { unrealizedPnl } from '../../../src/exchange/accounts/valuation.js';
import { type AccountId, BUY, type Ppm, SELL, type Side } from '../../../src/exchange/units.js';
import type { FillEvent } from '../../support/event-recorder.js';
import { BITCOIN, DOGE, dollars, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;
const FREE = { ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm };

beforeEach(() => {
  venue = new TestVenue([FREE]);
  trader = venue.open(1_000_000);
});

/** Trades at exactly this price, whatever the book was. */
function tradeAt(side: Side, quantity: number, price: number): void {
  const [bid, ask] = side === BUY ? [price - 1_000, price] : [price, price + 1_000];
  venue.quote('BTC', { oracle: price, bids: [[bid, 100]], asks: [[ask, 100]] });
  if (side === BUY) venue.marketBuy(trader, 'BTC', quantity);
  else venue.marketSell(trader, 'BTC', quantity);
}

function entryPrice(): number {
  const { cost, lots } = venue.holding(trader, 'BTC');
  return cost / lots / 10;
}

const balance = (): number => venue.account(trader).balance - dollars(1_000_000);

describe('a position', () => {
  test('averages the prices at which it was opened', () => {
    tradeAt(BUY, 1, 60_000);
    tradeAt(BUY, 3, 64_000);
    expect([venue.positionOf(trader, 'BTC'), entryPrice()]).toEqual([4, 63_000]);
    expect(balance()).toBe(0);
  });

  test('keeps its entry price while part of it is closed, and realises the profit of that part', () => {
    tradeAt(BUY, 4, 63_000);
    tradeAt(SELL, 1, 65_000);
    expect([venue.positionOf(trader, 'BTC'), entryPrice()]).toEqual([3, 63_000]);
    expect(balance()).toBe(dollars(2_000));
  });

  test('of a seller gains when the price falls', () => {
    tradeAt(SELL, 2, 64_000);
    expect(venue.positionOf(trader, 'BTC')).toBe(-2);
    tradeAt(BUY, 2, 63_000);
    expect([venue.positionOf(trader, 'BTC'), venue.holding(trader, 'BTC').cost]).toEqual([0, 0]);
    expect(balance()).toBe(dollars(2_000));
  });

  test('that flips is closed first and opened anew at the price of the flip', () => {
    tradeAt(BUY, 1, 64_000);
    tradeAt(SELL, 3, 65_000);
    expect([venue.positionOf(trader, 'BTC'), entryPrice()]).toEqual([-2, 65_000]);
    expect(balance()).toBe(dollars(1_000));
    expect(venue.holding(trader, 'BTC').realizedPnl).toBe(dollars(1_000));
  });

  test('is valued at the mark price', () => {
    tradeAt(BUY, 2, 64_000);
    venue.quote('BTC', { oracle: 64_500, bids: [], asks: [] });
    expect(unrealizedPnl(venue.holding(trader, 'BTC'), venue.market('BTC'))).toBe(dollars(1_000));
  });

  test('that is closed is told once, with quantity 0', () => {
    tradeAt(BUY, 1, 64_000);
    venue.recorder.take();
    tradeAt(SELL, 1, 64_000);
    const told = venue.recorder.take().filter((event) => event.kind === 'position');
    expect(told).toMatchObject([{ lots: 0, cost: 0 }]);
  });
});

describe('open interest', () => {
  test('counts the long positions of the house, which users are short against', () => {
    venue.quote('BTC', { bids: [[63_000, 5]], asks: [[65_000, 5]] });
    venue.marketSell(trader, 'BTC', 2);
    expect(venue.market('BTC').openInterest).toBe(200_000);
    venue.marketBuy(trader, 'BTC', 3);
    expect(venue.market('BTC').openInterest).toBe(100_000);
    venue.flow('BTC', SELL, 1);
    expect(venue.market('BTC').openInterest).toBe(100_000);
  });

  test('is the long side of all users', () => {
    const other = venue.open(1_000_000);
    venue.sell(other, 'BTC', 2, 64_000);
    venue.buy(trader, 'BTC', 2, 64_000);
    expect(venue.market('BTC').openInterest).toBe(200_000);
    venue.buy(other, 'BTC', 2, 64_000);
    venue.sell(trader, 'BTC', 2, 64_000);
    expect(venue.market('BTC').openInterest).toBe(0);
  });
});

describe('fees', () => {
  test('maker and taker pay their own rate of the notional, besides the profit', () => {
    const charged = new TestVenue([BITCOIN]);
    const [maker, taker] = [charged.open(100_000), charged.open(100_000)];
    charged.sell(maker, 'BTC', 0.25, 64_000);
    charged.recorder.take();
    charged.buy(taker, 'BTC', 0.25, 64_000);
    const fills = charged.recorder.take().filter((event): event is FillEvent => event.kind === 'fill');
    expect(fills.map(({ account, liquidity, fee }) => [account, liquidity, fee])).toEqual([
      [maker, 'MAKER', dollars(2.4)],
      [taker, 'TAKER', dollars(7.2)],
    ]);
    expect(charged.account(taker).balance).toBe(dollars(100_000 - 7.2));
    expect(charged.account(taker).feesPaid).toBe(dollars(7.2));
    expect(charged.exchange.state.fees).toBe(dollars(9.6));
  });

  test('a negative rate is a rebate', () => {
    const rebating = new TestVenue([DOGE]);
    const maker = rebating.open(1_000);
    rebating.buy(maker, 'DOGE', 10_000, 0.1);
    rebating.flow('DOGE', SELL, 10_000);
    expect(rebating.account(maker).feesPaid).toBe(dollars(-0.02));
  });

  test('the house pays none, and money is where it should be', () => {
    const charged = new TestVenue([BITCOIN]);
    const taker = charged.open(100_000);
    charged.quote('BTC', { oracle: 64_000, bids: [[63_990, 1]], asks: [[64_010, 1]] });
    charged.marketBuy(taker, 'BTC', 1);
    const fee = dollars(64_010 * 0.00045);
    expect(ledger(charged.exchange.state)).toEqual({
      users: dollars(100_000) - dollars(10) - fee,
      house: dollars(10),
      fees: fee,
      insurance: 0,
      total: dollars(100_000),
      deposits: dollars(100_000),
    });
  });
});
