import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { maintenanceMargin } from '../../../src/exchange/margin/margin-tiers.js';
import { type AccountId, BUY, type Micros } from '../../../src/exchange/units.js';
import { BITCOIN, dollars, result, TestVenue } from '../../support/exchange-fixture.js';

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
    quoteAround(60_000);
    expect(result(venue.buy(trader, 'BTC', 0.001, 59_000))).toBe('INSUFFICIENT_MARGIN');
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

describe('orders against a position', () => {
  test('that only close it tie up nothing, wherever the mark has gone', () => {
    const trader = venue.open(7_000);
    venue.marketBuy(trader, 'BTC', 1);
    const used = marginUsed(trader);
    const { order } = venue.sell(trader, 'BTC', 1, 100_000);
    expect(marginUsed(trader)).toBe(used);
    venue.quote('BTC', { oracle: 62_000, bids: [], asks: [] });
    venue.cancel(trader, order!.id);
    expect(marginUsed(trader)).toBe(dollars(6_200));
  });

  test('count beyond it at their average price', () => {
    const trader = venue.open(1_000_000);
    venue.marketBuy(trader, 'BTC', 1);
    venue.sell(trader, 'BTC', 1, 70_000);
    venue.sell(trader, 'BTC', 2, 85_000);
    expect(marginUsed(trader)).toBe(dollars((2 * 80_000) / 10));
  });
});

describe('slippage', () => {
  test('against the mark is a loss that must be covered too', () => {
    venue.quote('BTC', {
      oracle: 64_000,
      bids: [[63_990, 50]],
      asks: [
        [64_010, 0.1],
        [65_010, 50],
      ],
    });
    const enough = venue.open(6_400 + 0.1 * 10 + 0.9 * 1_010);
    const short = venue.open(6_400 + 0.1 * 10 + 0.9 * 1_010 - 0.01);
    expect(result(venue.marketBuy(short, 'BTC', 1))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(enough, 'BTC', 1))).toBe('FILLED');
  });

  test('of a sale needs the margin of what it is worth besides', () => {
    venue.quote('BTC', { oracle: 64_000, bids: [[60_000, 5]], asks: [] });
    const [short, enough] = [venue.open(6_400 + 3_999.99), venue.open(6_400 + 4_000)];
    expect(result(venue.marketSell(short, 'BTC', 1))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(enough, 'BTC', 1))).toBe('FILLED');
  });

  test('is covered by a flip, too, that needs no more margin than before', () => {
    const [rich, poor] = [venue.open(7_500 + 2_000), venue.open(7_500)];
    for (const trader of [rich, poor]) venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { oracle: 64_000, bids: [[63_000, 5]], asks: [] });
    expect(result(venue.marketSell(poor, 'BTC', 2))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(rich, 'BTC', 2))).toBe('FILLED');
  });

  test('never costs more than there is, not even to close', () => {
    const trader = venue.open(6_500);
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { oracle: 64_000, bids: [[57_000, 5]], asks: [] });
    expect(result(venue.marketSell(trader, 'BTC', 1, { reduceOnly: true }))).toBe('INSUFFICIENT_MARGIN');
    expect(venue.account(trader).balance).toBeGreaterThan(0);
    venue.quote('BTC', { bids: [[58_000, 5]] });
    expect(result(venue.marketSell(trader, 'BTC', 1, { reduceOnly: true }))).toBe('FILLED');
    expect(venue.account(trader).balance).toBeGreaterThan(0);
  });

  test('in the trader’s favour makes an order need no more than its price over the leverage', () => {
    venue.quote('BTC', { oracle: 64_000, bids: [], asks: [[50_000, 50]] });
    const trader = venue.open(5_000);
    expect(result(venue.marketBuy(trader, 'BTC', 1.00001))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'BTC', 1))).toBe('FILLED');
  });
});

describe('a resting order', () => {
  test('is cancelled instead of traded with when its account is short of margin by now', () => {
    const [maker, taker] = [venue.open(13_000), venue.open(1_000_000)];
    venue.marketBuy(maker, 'BTC', 1);
    const { order } = venue.buy(maker, 'BTC', 1, 63_995);
    venue.deposit(maker, -300);
    expect(result(venue.marketSell(taker, 'BTC', 1))).toBe('FILLED');
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'INSUFFICIENT_MARGIN']);
    expect(venue.positionOf(maker, 'BTC')).toBe(1);
  });

  test('that closes always trades, and of one that would flip only that part', () => {
    const [maker, taker] = [venue.open(6_500), venue.open(1_000_000)];
    venue.marketBuy(maker, 'BTC', 1);
    const { order } = venue.sell(maker, 'BTC', 2, 64_005);
    venue.deposit(maker, -5_000);
    expect(result(venue.marketBuy(taker, 'BTC', 2))).toBe('FILLED');
    expect(order).toMatchObject({ status: 'CANCELED', filledLots: 100_000 });
    expect(venue.positionOf(maker, 'BTC')).toBe(0);
  });

  test('that would lose more than there is, is cancelled, even if it closes', () => {
    const [maker, taker] = [venue.open(6_500), venue.open(1_000_000)];
    venue.marketBuy(maker, 'BTC', 1);
    venue.quote('BTC', { bids: [], asks: [] });
    const { order } = venue.sell(maker, 'BTC', 1, 64_011);
    venue.quote('BTC', { oracle: 72_000 });
    venue.deposit(maker, -6_900);
    expect(result(venue.buy(taker, 'BTC', 1, 64_011, { timeInForce: 'FOK' }))).toBe('WOULD_NOT_FILL');
    expect(result(venue.buy(taker, 'BTC', 1, 64_011))).toBe('ACTIVE');
    expect(order).toMatchObject({ status: 'CANCELED', reason: 'INSUFFICIENT_MARGIN', filledLots: 0 });
  });

  test('whose sums would leave the exact integers counts for nothing, and ends no process', () => {
    const [maker, taker] = [venue.open(1_000_000), venue.open(7_000)];
    venue.marketBuy(maker, 'BTC', 1);
    quoteAround(63_000);
    venue.quote('BTC', { asks: [] });
    const amount = (Number.MAX_SAFE_INTEGER - venue.exchange.state.deposits) as Micros;
    expect(venue.send({ kind: 'DEPOSIT', account: maker, amount }).error).toBeNull();
    expect(result(venue.sell(maker, 'BTC', 1, 71_100))).toBe('ACTIVE');
    expect(result(venue.marketBuy(taker, 'BTC', 1))).toBe('NO_LIQUIDITY');
  });

  test('without the margin does not count for a fill-or-kill', () => {
    const [maker, taker] = [venue.open(13_000), venue.open(1_000_000)];
    venue.quote('BTC', { bids: [] });
    venue.buy(maker, 'BTC', 1, 63_000);
    venue.deposit(maker, -10_000);
    const sale = venue.sell(taker, 'BTC', 1, 63_000, { timeInForce: 'FOK' });
    expect(result(sale)).toBe('WOULD_NOT_FILL');
  });
});

describe('withdrawable', () => {
  test('leaves a tenth of the positions’ value, however high the leverage', () => {
    const trader = venue.open(20_000);
    venue.setLeverage(trader, 'BTC', 20);
    venue.quote('BTC', { asks: [[64_000, 50]] });
    venue.marketBuy(trader, 'BTC', 0.1875);
    const { withdrawable, equity } = valueAccount(venue.account(trader), venue.exchange.markets);
    expect(equity - withdrawable).toBe(dollars(1_200));
  });
});

describe('maintenance margin', () => {
  const { marginTiers } = BITCOIN;
  test.each([
    [100_000, 1_250],
    [150_000_000, 1_875_000],
    [150_000_001, 1_875_000.025],
    [200_000_000, 3_125_000],
  ])('of %d dollars of BTC is %d', (notional, expected) => {
    expect(maintenanceMargin(dollars(notional), marginTiers)).toBe(dollars(expected));
    const upper = notional / 40 - 1_875_000;
    if (notional >= 150_000_000) expect(expected).toBeCloseTo(upper, 6);
  });

  test('is exact over many tiers, and rounded once', () => {
    const tiers = [1, 3, 7].map((maxLeverage, index) => ({ lowerBound: index as Micros, maxLeverage }));
    // 1/2 + 1/6 + 2/14 micro-dollars = 0.81 of one.
    expect(maintenanceMargin(4, tiers)).toBe(1);
  });
});

describe('margin tiers', () => {
  const small = [
    { lowerBound: dollars(0), maxLeverage: 40 },
    { lowerBound: dollars(10_000), maxLeverage: 25 },
  ];

  test('an order that would take the position beyond its leverage’s tier is refused', () => {
    venue = new TestVenue([{ ...BITCOIN, marginTiers: small }]);
    quoteAround(64_000);
    const trader = venue.open(1_000_000);
    venue.setLeverage(trader, 'BTC', 40);
    expect(result(venue.buy(trader, 'BTC', 0.15625, 64_000))).toBe('ACTIVE');
    expect(result(venue.buy(trader, 'BTC', 0.0002, 64_000))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.sell(trader, 'BTC', 0.15, 64_009))).toBe('ACTIVE');
    venue.setLeverage(trader, 'BTC', 25);
    expect(result(venue.buy(trader, 'BTC', 0.0002, 64_000))).toBe('ACTIVE');
    expect(result(venue.setLeverage(trader, 'BTC', 26))).toBe('LEVERAGE_NOT_ALLOWED');
  });
});

describe('leverage', () => {
  test('is 1 to the most that the instrument allows, and never isolated for stocks', () => {
    const trader = venue.open(1_000);
    expect(result(venue.setLeverage(trader, 'BTC', 40))).toBeNull();
    expect(result(venue.setLeverage(trader, 'BTC', 41))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'BTC', 0))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'AAPL', 2))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'AAPL', 1, 'ISOLATED'))).toBe('LEVERAGE_NOT_ALLOWED');
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

test('no loss to another portfolio is the house’s to pay', () => {
  const [loser, gainer] = [venue.open(400), venue.open(100_000)];
  venue.setLeverage(loser, 'BTC', 40, 'ISOLATED');
  venue.marketBuy(loser, 'BTC', 0.1);
  venue.quote('BTC', { bids: [], asks: [] });
  venue.buy(gainer, 'BTC', 0.1, 20_000);
  const dump = venue.sell(loser, 'BTC', 0.1, 20_000, { timeInForce: 'IOC', reduceOnly: true });
  expect(result(dump)).toBe('INSUFFICIENT_MARGIN');
  expect([venue.positionOf(loser, 'BTC'), venue.positionOf(gainer, 'BTC')]).toEqual([0.1, 0]);
});
