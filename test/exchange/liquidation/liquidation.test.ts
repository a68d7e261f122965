import { beforeEach, describe, expect, test } from 'vitest';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import { type AccountId, type Millis, type Ppm, SELL } from '../../../src/exchange/units.js';
import type { LiquidationEvent, RecordedEvent } from '../../support/event-recorder.js';
import { APPLE, BITCOIN, dollars, TestVenue } from '../../support/exchange-fixture.js';

const FREE = { ...BITCOIN, makerFee: 0 as Ppm, takerFee: 0 as Ppm };
const ETHER = { ...FREE, symbol: 'ETH' };

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([FREE, ETHER]);
});

/** Opens a position of 2 BTC at 50,000 with 10,000 dollars: below maintenance under 45,569.62, over 54,320.98. */
function openTwo(side: 'LONG' | 'SHORT'): void {
  trader = venue.open(10_000);
  venue.setLeverage(trader, 'BTC', 40);
  venue.quote('BTC', { oracle: 50_000, bids: [[50_000, 2]], asks: [] });
  if (side === 'SHORT') venue.marketSell(trader, 'BTC', 2);
  venue.quote('BTC', { oracle: 50_000, bids: [], asks: [[50_000, 2]] });
  if (side === 'LONG') venue.marketBuy(trader, 'BTC', 2);
  venue.quote('BTC', { bids: [], asks: [] });
  venue.recorder.take();
}

function liquidations(events: readonly RecordedEvent[]): LiquidationEvent[] {
  return events.filter((event) => event.kind === 'liquidation');
}

const equity = (): number => venue.account(trader).balance;

describe('a market liquidation', () => {
  test('does not come before the mark is below the liquidation price', () => {
    openTwo('LONG');
    venue.quote('BTC', { oracle: 45_569.63, bids: [[45_000, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(2);
    venue.quote('BTC', { oracle: 45_569.62, bids: [[45_000, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('tells the whole story in order', () => {
    openTwo('LONG');
    venue.buy(trader, 'BTC', 0.001, 30_000);
    venue.buy(trader, 'BTC', 0.001, 31_000);
    venue.recorder.take();
    venue.quote('BTC', { oracle: 45_500, bids: [[45_490, 5]] });
    const told = venue.recorder.take().filter((event) => event.kind !== 'trade');
    expect(
      told.map((event) => (event.kind === 'order' ? `${event.status} ${event.reason}` : event.kind)),
    ).toEqual([
      'CANCELED LIQUIDATION',
      'CANCELED LIQUIDATION',
      'ACTIVE LIQUIDATION',
      'fill',
      'FILLED LIQUIDATION',
      'liquidation',
      'position',
      'account',
    ]);
    expect(liquidations(told)).toMatchObject([
      {
        method: 'MARKET',
        lots: 200_000,
        cost: dollars(100_000),
        mark: dollars(45_500),
        accountValue: dollars(1_000),
        maintenanceMargin: dollars(1_137.5),
        realizedPnl: dollars(-9_020),
      },
    ]);
    expect(equity()).toBe(dollars(980));
  });

  test('of over 100,000 dollars sends a fifth at first, and all of it within 30 seconds', () => {
    openTwo('SHORT');
    venue.quote('BTC', { oracle: 54_320.98, asks: [[54_320.9, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(-2);
    venue.quote('BTC', { oracle: 54_321, asks: [[54_321, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(-1.6);
    venue.now = (venue.now + 29_999) as Millis;
    venue.quote('BTC', { oracle: 54_600, asks: [[54_600, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('after 30 seconds it is a fifth again', () => {
    trader = venue.open(20_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.quote('BTC', { oracle: 50_000, bids: [[50_000, 8]] });
    venue.marketSell(trader, 'BTC', 8);
    venue.quote('BTC', { oracle: 51_900, bids: [], asks: [[51_900, 50]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(-6.4);
    venue.now = (venue.now + 30_000) as Millis;
    venue.quote('BTC', { oracle: 52_020, asks: [[52_020, 50]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(-5.12);
  });

  test('goes on with all of it when the fifth is not enough', () => {
    openTwo('SHORT');
    venue.quote('BTC', {
      oracle: 54_600,
      asks: [
        [54_601, 0.4],
        [54_700, 5],
      ],
    });
    const [first, second] = liquidations(venue.recorder.take());
    expect([first?.lots, second?.lots]).toEqual([-200_000, -160_000]);
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('stops as soon as the margin is met again', () => {
    trader = venue.open(10_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.setLeverage(trader, 'ETH', 40);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 2]] });
    venue.quote('ETH', { oracle: 3_000, asks: [[3_000, 20]] });
    venue.marketBuy(trader, 'BTC', 1);
    venue.marketBuy(trader, 'ETH', 20);
    venue.quote('ETH', { bids: [[2_999, 50]] });
    venue.quote('BTC', { oracle: 41_000, bids: [[41_000, 5]], asks: [] });
    expect([venue.positionOf(trader, 'ETH'), venue.positionOf(trader, 'BTC')]).toEqual([0, 1]);
  });

  test('begins with the position of the largest maintenance margin', () => {
    trader = venue.open(10_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.setLeverage(trader, 'ETH', 40);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 2]] });
    venue.quote('ETH', { oracle: 3_000, asks: [[3_000, 5]] });
    venue.marketBuy(trader, 'ETH', 5);
    venue.marketBuy(trader, 'BTC', 2);
    venue.quote('ETH', { bids: [[2_999, 50]] });
    venue.quote('BTC', { oracle: 45_500, bids: [[45_490, 5]], asks: [] });
    expect([venue.positionOf(trader, 'BTC'), venue.positionOf(trader, 'ETH')]).toEqual([0, 5]);
  });

  test('waits for the book while two thirds are there, and takes what comes', () => {
    openTwo('LONG');
    venue.quote('BTC', { oracle: 45_400 });
    expect(venue.positionOf(trader, 'BTC')).toBe(2);
    expect(venue.recorder.take()).toEqual([]);
    venue.quote('BTC', { bids: [[45_390, 0.5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(1.5);
    venue.quote('BTC', { bids: [[45_390, 5]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('charges the normal taker fee', () => {
    venue = new TestVenue([BITCOIN]);
    openTwo('LONG');
    const before = venue.account(trader).feesPaid;
    venue.quote('BTC', { oracle: 45_500, bids: [[45_490, 5]] });
    expect(venue.account(trader).feesPaid - before).toBe(dollars(2 * 45_490 * 0.000_45));
  });

  test('follows a deposit that takes funds', () => {
    openTwo('LONG');
    venue.quote('BTC', { bids: [[49_990, 5]] });
    venue.deposit(trader, -8_750);
    expect(venue.positionOf(trader, 'BTC')).toBe(2);
    venue.deposit(trader, -0.01);
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('can set off that of others, accounts in the order of their numbers', () => {
    const [one, two] = [venue.open(5_000), venue.open(5_000)];
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 4]] });
    for (const account of [one, two]) {
      venue.setLeverage(account, 'BTC', 40);
      venue.marketBuy(account, 'BTC', 1);
    }
    venue.recorder.take();
    venue.quote('BTC', {
      oracle: 45_560,
      bids: [
        [45_560, 0.5],
        [45_550, 5],
      ],
      asks: [],
    });
    expect(liquidations(venue.recorder.take()).map(({ account }) => account)).toEqual([one, two]);
  });
});

describe('the backstop', () => {
  test.each([
    [45_378.16, 2],
    [45_378.15, 0],
  ])('takes over below two thirds of maintenance: at %d, %d BTC are left', (oracle, left) => {
    openTwo('LONG');
    venue.quote('BTC', { oracle });
    expect(venue.positionOf(trader, 'BTC')).toBe(left);
  });

  test('moves all cross positions to the house at the mark, and the rest of the funds to the insurance', () => {
    openTwo('LONG');
    venue.quote('BTC', { oracle: 45_300 });
    expect(liquidations(venue.recorder.take())).toMatchObject([
      { method: 'BACKSTOP', lots: 200_000, accountValue: dollars(600), realizedPnl: dollars(-9_400) },
    ]);
    expect(equity()).toBe(0);
    const { insurance, users, total, deposits } = ledger(venue.exchange.state);
    expect([insurance, users, total]).toEqual([dollars(600), 0, deposits]);
  });

  test('leaves an isolated position and its margin alone, and takes only those of an isolated case', () => {
    trader = venue.open(10_000);
    venue.setLeverage(trader, 'BTC', 10, 'ISOLATED');
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 5]] });
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('ETH', { oracle: 3_000, asks: [[3_000, 5]] });
    venue.marketBuy(trader, 'ETH', 1);
    venue.quote('BTC', { oracle: 45_300, asks: [] });
    expect(liquidations(venue.recorder.take())).toMatchObject([
      { method: 'BACKSTOP', accountValue: dollars(300), maintenanceMargin: dollars(566.25) },
    ]);
    expect([venue.positionOf(trader, 'BTC'), venue.positionOf(trader, 'ETH')]).toEqual([0, 1]);
    expect([equity(), venue.exchange.state.insurance]).toEqual([dollars(5_000), dollars(300)]);
  });
});

describe('auto-deleveraging', () => {
  /** Two shorts of 1 BTC: one at 50,000 with little behind it, one at 52,000 with much. */
  function openShorts(): [AccountId, AccountId] {
    const [poor, rich] = [venue.open(3_000), venue.open(100_000)];
    for (const account of [poor, rich]) venue.setLeverage(account, 'BTC', 40);
    venue.quote('BTC', { oracle: 52_000, bids: [[52_000, 1]], asks: [] });
    venue.marketSell(rich, 'BTC', 1);
    venue.quote('BTC', { oracle: 50_000, bids: [[50_000, 1]], asks: [] });
    venue.marketSell(poor, 'BTC', 1);
    return [poor, rich];
  }

  test('closes against opposite positions by rank, at the mark from before, without fees', () => {
    venue = new TestVenue([BITCOIN]);
    const [poor, rich] = openShorts();
    trader = venue.open(10_100);
    venue.setLeverage(trader, 'BTC', 40);
    venue.quote('BTC', { oracle: 50_000, bids: [], asks: [[50_000, 2]] });
    venue.marketBuy(trader, 'BTC', 1.5);
    venue.quote('BTC', { oracle: 46_000, asks: [] });
    const { feesPaid } = venue.account(trader);
    venue.recorder.take();
    venue.quote('BTC', { oracle: 43_000 });
    const told = venue.recorder.take();
    expect(liquidations(told)).toMatchObject([
      { account: trader, method: 'ADL', mark: dollars(43_000), realizedPnl: dollars(-6_000) },
    ]);
    const fills = told.filter((event) => event.kind === 'fill');
    expect(fills.map(({ account, lots, price, fee }) => [account, lots, price, fee])).toEqual([
      [poor, 100_000, dollars(46_000), 0],
      [trader, 100_000, dollars(46_000), 0],
      [rich, 50_000, dollars(46_000), 0],
      [trader, 50_000, dollars(46_000), 0],
    ]);
    const reasons = told.flatMap((event) => (event.kind === 'order' ? [event.reason] : []));
    expect(reasons.filter((reason) => reason === 'AUTO_DELEVERAGING')).toHaveLength(4);
    expect(equity()).toBe(dollars(4_100) - feesPaid);
    expect(venue.positionOf(rich, 'BTC')).toBe(-0.5);
  });

  test('ends as soon as the value is not negative any more', () => {
    trader = venue.open(10_000);
    for (const symbol of ['BTC', 'ETH']) venue.setLeverage(trader, symbol, 40);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 2]] });
    venue.quote('ETH', { oracle: 3_000, asks: [[3_000, 5]] });
    venue.marketBuy(trader, 'BTC', 2);
    venue.marketBuy(trader, 'ETH', 5);
    venue.quote('ETH', { asks: [] });
    venue.quote('BTC', { oracle: 46_500, asks: [] });
    venue.quote('BTC', { oracle: 44_900 });
    expect([venue.positionOf(trader, 'BTC'), venue.positionOf(trader, 'ETH')]).toEqual([0, 5]);
    expect(equity()).toBe(dollars(3_000));
  });

  test('ends with the house, which pays what even the price from before leaves missing', () => {
    openTwo('LONG');
    venue.quote('BTC', { oracle: 45_600 });
    venue.quote('BTC', { oracle: 44_000, bids: [[44_500, 0.5]] });
    const told = liquidations(venue.recorder.take());
    expect(told.map(({ method, lots }) => [method, lots])).toEqual([
      ['MARKET', 200_000],
      ['ADL', 150_000],
    ]);
    expect(equity()).toBe(dollars(650));
    venue.deposit(trader, -650);
    expect(ledger(venue.exchange.state)).toMatchObject({ users: 0, insurance: 0 });
  });
});

test('makers of a liquidated account’s book are whoever is there, and the flow goes on', () => {
  openTwo('LONG');
  const buyer = venue.open(100_000);
  venue.buy(buyer, 'BTC', 2, 45_500);
  venue.quote('BTC', { oracle: 45_500 });
  expect(venue.positionOf(buyer, 'BTC')).toBe(2);
  expect(venue.queues('BTC', SELL)).toEqual([]);
});

describe('stocks', () => {
  test('that are paid for in full are closed last', () => {
    venue = new TestVenue([FREE, APPLE]);
    trader = venue.open(10_000);
    venue.quote('AAPL', { oracle: 200, asks: [[200, 40]] });
    venue.marketBuy(trader, 'AAPL', 40);
    venue.quote('AAPL', { bids: [[199, 100]], asks: [] });
    venue.setLeverage(trader, 'BTC', 40);
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 1]] });
    venue.marketBuy(trader, 'BTC', 1);
    venue.quote('BTC', { oracle: 40_450, asks: [] });
    venue.recorder.take();
    venue.quote('BTC', { oracle: 40_200 });
    expect([venue.positionOf(trader, 'AAPL'), venue.positionOf(trader, 'BTC')]).toEqual([40, 0]);
    expect(liquidations(venue.recorder.take()).map(({ method }) => method)).toEqual(['BACKSTOP']);
    expect([equity(), ledger(venue.exchange.state).insurance]).toEqual([dollars(200), 0]);
    venue.quote('AAPL', { oracle: 190, bids: [[189, 100]] });
    expect([venue.positionOf(trader, 'AAPL'), equity()]).toEqual([0, 0]);
  });

  test('are not taken over while their market is closed, but at the open', () => {
    venue = new TestVenue([{ ...APPLE, hours: 'NYSE' }]);
    trader = venue.open(10_000);
    venue.configure(trader, { portfolioType: 'MARGIN' });
    venue.quote('AAPL', { oracle: 200, asks: [[200, 90]] });
    venue.marketBuy(trader, 'AAPL', 90);
    venue.passTimeTo(Date.UTC(2026, 0, 5, 22));
    venue.quote('AAPL', { oracle: 80 });
    expect(venue.positionOf(trader, 'AAPL')).toBe(90);
    venue.passTimeTo(Date.UTC(2026, 0, 6, 15));
    expect(venue.positionOf(trader, 'AAPL')).toBe(0);
  });

  test('without fractions are sold by whole shares', () => {
    venue = new TestVenue([{ ...APPLE, fractional: false }]);
    trader = venue.open(52_000);
    venue.configure(trader, { portfolioType: 'MARGIN' });
    venue.quote('AAPL', { oracle: 200, asks: [[200, 2_000]] });
    venue.marketBuy(trader, 'AAPL', 511);
    venue.quote('AAPL', { oracle: 197, asks: [] });
    venue.deposit(trader, -26_500);
    venue.quote('AAPL', { bids: [[197, 2_000]] });
    expect(venue.positionOf(trader, 'AAPL')).toBe(511 - 103);
  });
});

describe('an isolated position that has lost more than its margin', () => {
  beforeEach(() => {
    trader = venue.open(10_000);
    venue.setLeverage(trader, 'BTC', 10, 'ISOLATED');
    venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 1]] });
    venue.marketBuy(trader, 'BTC', 1);
  });

  test.each([
    ['at once', 1, [-5_000]],
    ['in parts, of which the first takes all of it', 0.6, [-5_000, 0]],
  ])('has lost its margin, and the house pays the rest: %s', (_, size, losses) => {
    venue.quote('BTC', { oracle: 40_000, bids: [[40_000, size]], asks: [] });
    const told = liquidations(venue.recorder.take()).map(({ realizedPnl }) => realizedPnl);
    expect(told).toEqual(losses.map(dollars));
    expect(equity()).toBe(dollars(5_000));
    const { closed, worst } = venue.account(trader).tradeRecord;
    expect([closed, worst]).toEqual([1, dollars(-5_000)]);
  });
});

test('an isolated position that cannot be helped lets orders elsewhere rest, and ends new ones of its own', () => {
  trader = venue.open(6_000);
  venue.setLeverage(trader, 'BTC', 40, 'ISOLATED');
  venue.quote('ETH', { oracle: 3_000 });
  venue.quote('BTC', { oracle: 50_000, asks: [[50_000, 1]] });
  venue.marketBuy(trader, 'BTC', 1);
  const { order: elsewhere } = venue.buy(trader, 'ETH', 0.01, 2_000);
  venue.quote('BTC', { oracle: 49_300, asks: [] });
  expect(venue.exchange.state.distressed.size).toBe(1);
  const { order: stop } = venue.sell(trader, 'BTC', 1, 0, {
    type: 'STOP',
    stopPrice: 40_000,
    reduceOnly: true,
    timeInForce: 'GTC',
  });
  expect(stop).toMatchObject({ status: 'CANCELED', reason: 'LIQUIDATION' });
  expect(elsewhere).toMatchObject({ status: 'ACTIVE' });
});
