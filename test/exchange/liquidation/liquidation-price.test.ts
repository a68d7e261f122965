import { describe, expect, test } from 'vitest';
import type { MarginMode } from '../../../src/exchange/accounts/account.js';
import { isolatedEquity } from '../../../src/exchange/accounts/valuation.js';
import { liquidationPrice } from '../../../src/exchange/liquidation/liquidation-price.js';
import { type AccountId, BUY, type Ppm, SELL, type Side } from '../../../src/exchange/units.js';
import { BITCOIN, dollars, TestVenue } from '../../support/exchange-fixture.js';

interface Vector {
  readonly what: string;
  readonly quantityDecimals: number;
  readonly maxLeverage: number;
  readonly side: Side;
  readonly size: number;
  readonly entry: number;
  /** The margin when it was opened, apart from profit and loss. */
  readonly margin: number;
  readonly mark: number;
  readonly expected: number;
}

const ether = { quantityDecimals: 4, maxLeverage: 50 };

/** Positions of the real venue, with the liquidation prices that it gave them. */
const VECTORS: readonly Vector[] = [
  {
    what: 'ETH long of the documentation',
    ...ether,
    side: BUY,
    ...{ size: 0.0335, entry: 2986.3, margin: 4.981226, mark: 2985.9, expected: 2866.26936529 },
  },
  {
    what: 'BTC long',
    ...{ quantityDecimals: 5, maxLeverage: 50, side: BUY },
    ...{ size: 0.00077, entry: 62_739, margin: 24.137992, mark: 62_739, expected: 31_708.03843631 },
  },
  {
    what: 'SOL long',
    ...{ quantityDecimals: 2, maxLeverage: 20, side: BUY },
    ...{ size: 0.6, entry: 173.06, margin: 20.735658, mark: 173.06, expected: 142.05186667 },
  },
  {
    what: 'ETH short',
    ...ether,
    side: SELL,
    ...{ size: 0.019, entry: 2642.8, margin: 25.091876, mark: 2642.8, expected: 3924.18322043 },
  },
  {
    what: 'another ETH short',
    ...ether,
    side: SELL,
    ...{ size: 0.0327, entry: 2552, margin: 20.833393, mark: 2552, expected: 3157.53150453 },
  },
];

function venueOf({
  quantityDecimals,
  maxLeverage,
}: Pick<Vector, 'quantityDecimals' | 'maxLeverage'>): TestVenue {
  const free = { makerFee: 0 as Ppm, takerFee: 0 as Ppm };
  const marginTiers = [{ lowerBound: dollars(0), maxLeverage }];
  const decimals = { quantityDecimals, priceDecimals: 6 - quantityDecimals };
  return new TestVenue([{ ...BITCOIN, ...free, ...decimals, marginTiers, defaultLeverage: maxLeverage }]);
}

/** Opens a position at exactly a price, which is the mark then. */
function open(
  venue: TestVenue,
  deposit: number,
  { side, size, entry }: Pick<Vector, 'side' | 'size' | 'entry'>,
  mode: MarginMode,
): AccountId {
  const trader = venue.open(deposit);
  venue.setLeverage(trader, 'BTC', venue.market('BTC').instrument.defaultLeverage, mode);
  if (side === BUY) venue.quote('BTC', { oracle: entry, asks: [[entry, size]] });
  else venue.quote('BTC', { oracle: entry, bids: [[entry, size]] });
  if (side === BUY) venue.marketBuy(trader, 'BTC', size);
  else venue.marketSell(trader, 'BTC', size);
  return trader;
}

function priceOf(venue: TestVenue, trader: AccountId): number | null {
  return liquidationPrice(venue.account(trader), venue.holding(trader, 'BTC'), venue.exchange.markets);
}

test.each(VECTORS)('isolated: $what at $expected', (vector) => {
  const venue = venueOf(vector);
  const trader = open(venue, 1_000, vector, 'ISOLATED');
  const own = venue.holding(trader, 'BTC').isolatedMargin / 1e6;
  venue.adjustMargin(trader, 'BTC', Math.round((vector.margin - own) * 1e6) / 1e6);
  venue.quote('BTC', { oracle: vector.mark });
  expect(venue.holding(trader, 'BTC').isolatedMargin).toBe(dollars(vector.margin));
  const price = priceOf(venue, trader)!;
  expect(Math.abs(price / vector.expected - 1)).toBeLessThan(1e-7);
});

test('the equity of the documentation’s isolated position is its margin used', () => {
  const vector = VECTORS[0]!;
  const venue = venueOf(vector);
  const trader = open(venue, 1_000, vector, 'ISOLATED');
  const own = venue.holding(trader, 'BTC').isolatedMargin / 1e6;
  venue.adjustMargin(trader, 'BTC', Math.round((vector.margin - own) * 1e6) / 1e6);
  venue.quote('BTC', { oracle: vector.mark });
  expect(isolatedEquity(venue.holding(trader, 'BTC'), venue.market('BTC'))).toBe(dollars(4.967826));
  expect(priceOf(venue, trader)).toBeCloseTo(2866.26938037, 8);
});

describe('cross', () => {
  const bitcoin = { quantityDecimals: 5, maxLeverage: 40 };

  test.each([
    [BUY, 45_569.62025316],
    [SELL, 54_320.98765432],
  ] as const)('10,000 dollars and 2 BTC at 50,000, side %i: %d', (side, expected) => {
    const venue = venueOf(bitcoin);
    const trader = open(venue, 10_000, { side, size: 2, entry: 50_000 }, 'CROSS');
    expect(priceOf(venue, trader)).toBeCloseTo(expected, 8);
  });

  test('moves with the profit of other positions and their maintenance', () => {
    const free = { makerFee: 0 as Ppm, takerFee: 0 as Ppm };
    const ether = { ...BITCOIN, ...free, symbol: 'ETH' };
    const venue = new TestVenue([{ ...BITCOIN, ...free }, ether]);
    const trader = venue.open(10_000);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 9]] });
    venue.quote('ETH', { oracle: 3_000, asks: [[3_000, 9]] });
    venue.marketBuy(trader, 'BTC', 1);
    venue.marketBuy(trader, 'ETH', 2);
    venue.quote('ETH', { oracle: 3_100 });
    // 10,200 of value less 625 + 77.5 of maintenance, over 1 BTC, over 1 − 1.25 %.
    expect(priceOf(venue, trader)).toBeCloseTo(50_000 - 9_497.5 / 0.9875, 8);
  });

  test('uses the tier that applies at that price', () => {
    const marginTiers = [
      { lowerBound: dollars(0), maxLeverage: 40 },
      { lowerBound: dollars(90_000), maxLeverage: 20 },
    ];
    const free = { makerFee: 0 as Ppm, takerFee: 0 as Ppm };
    const venue = new TestVenue([{ ...BITCOIN, ...free, marginTiers }]);
    const trader = open(venue, 20_000, { side: BUY, size: 2, entry: 50_000 }, 'CROSS');
    // Value falls to 2 × 40,506.33 = 81,012.66, in the lower tier: 1.25 % and no deduction.
    expect(priceOf(venue, trader)).toBeCloseTo(80_000 / 2 / 0.9875, 8);
  });

  test('exactly on the bound of a tier is found', () => {
    for (let bound = 45_000; bound < 46_000; bound += 7) {
      const marginTiers = [
        { lowerBound: dollars(0), maxLeverage: 40 },
        { lowerBound: dollars(bound), maxLeverage: 25 },
      ];
      const venue = new TestVenue([{ ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm, marginTiers }]);
      const trader = venue.open(50_000 - bound + bound / 80);
      venue.setLeverage(trader, 'BTC', 25);
      venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 1]] });
      venue.marketBuy(trader, 'BTC', 1);
      const { markets } = venue.exchange;
      expect(liquidationPrice(venue.account(trader), venue.holding(trader, 'BTC'), markets)).toBeCloseTo(
        bound,
      );
    }
  });

  test('is null where it would not be positive, and of cash equities', () => {
    const venue = new TestVenue();
    const trader = open(venue, 1_000_000, { side: BUY, size: 1, entry: 50_000 }, 'CROSS');
    expect(priceOf(venue, trader)).toBeNull();
    venue.quote('AAPL', { oracle: 228, asks: [[228, 10]] });
    venue.marketBuy(trader, 'AAPL', 1);
    const stock = venue.holding(trader, 'AAPL');
    expect(liquidationPrice(venue.account(trader), stock, venue.exchange.markets)).toBeNull();
  });

  test('of a stock that can be margined: its tier of 2 means 25 % of maintenance', () => {
    const marginTiers = [{ lowerBound: dollars(0), maxLeverage: 2 }];
    const stock = { ...BITCOIN, assetClass: 'EQUITY' as const, marginTiers, takerFee: 0 as Ppm };
    const venue = new TestVenue([{ ...stock, defaultLeverage: 2 }]);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 0.2]] });
    const trader = venue.open(6_000);
    venue.configure(trader, { portfolioType: 'MARGIN' });
    venue.marketBuy(trader, 'BTC', 0.2);
    expect(priceOf(venue, trader)).toBeCloseTo(4_000 / 0.2 / 0.75, 8);
  });
});
