import { beforeEach, describe, expect, test } from 'vitest';
import { BROKER_IDS, BROKERS, type BrokerId } from '../../../src/exchange/accounts/brokers.js';
import { feeRates } from '../../../src/exchange/accounts/fees.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { type AccountId, type Millis, SELL } from '../../../src/exchange/units.js';
import { EventRecorder, type FillEvent } from '../../support/event-recorder.js';
import { APPLE, BITCOIN, MONDAY_MORNING, TestVenue } from '../../support/exchange-fixture.js';

const DAY_MS = 86_400_000;
const MONDAY_MIDNIGHT = MONDAY_MORNING - (MONDAY_MORNING % DAY_MS);
const PRICE = 50_000;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(100_000_000);
  quote();
});

/** The house bids and asks the same price a tick apart, for whatever is wanted. */
function quote(): void {
  venue.quote('BTC', { oracle: PRICE, bids: [[PRICE, 5_000]], asks: [[PRICE + 1, 5_000]] });
}

/** Sells so many dollars' worth of bitcoin at once, and buys it back. */
function sellAndBuy(dollars: number): void {
  quote();
  venue.marketSell(trader, 'BTC', dollars / PRICE);
  venue.buy(trader, 'BTC', dollars / PRICE, PRICE);
  venue.flow('BTC', SELL, 10_000);
}

function rates(): [maker: number, taker: number] {
  const { makerFee, takerFee } = feeRates(venue.account(trader), BITCOIN, venue.exchange.time);
  return [makerFee, takerFee];
}

function fees(): number[] {
  const fills = venue.recorder.take().filter((event): event is FillEvent => event.kind === 'fill');
  return fills.map(({ fee }) => fee);
}

function passDays(days: number): void {
  venue.passTimeTo(venue.now + days * DAY_MS);
}

describe('fees by tier', () => {
  test('are those of the instrument without volume: 0.02 at 1891.4 is 0.0170226 for the taker', () => {
    const ether = { ...BITCOIN, symbol: 'ETH', priceDecimals: 2, quantityDecimals: 4 };
    venue = new TestVenue([ether]);
    trader = venue.open(1_000);
    venue.quote('ETH', { oracle: 1891.4, bids: [[1891.3, 1]], asks: [[1891.4, 1]] });
    venue.marketBuy(trader, 'ETH', 0.02);
    expect(fees()).toEqual([17_023]);
  });

  test.each([
    [5_000_000, 150, 450],
    [5_000_050, 120, 400],
    [25_000_000, 120, 400],
    [25_000_050, 80, 350],
    [100_000_050, 40, 300],
    [500_000_000, 40, 300],
    [500_000_050, 0, 280],
    [2_000_000_050, 0, 260],
    [7_000_000_000, 0, 260],
    [7_000_000_050, 0, 240],
  ])('after $%i they are %i and %i millionths', (volume, maker, taker) => {
    venue.account(trader).volume.add(MONDAY_MIDNIGHT / DAY_MS, volume * 1e6);
    expect(rates()).toEqual([150, 450]);
    passDays(1);
    expect(rates()).toEqual([maker, taker]);
  });

  test('change with the first fill of a new day of UTC, not before, and never within a day', () => {
    sellAndBuy(3_000_000);
    sellAndBuy(3_000_000);
    expect(rates()).toEqual([150, 450]);
    venue.passTimeTo(MONDAY_MIDNIGHT + DAY_MS - 1);
    expect(rates()).toEqual([150, 450]);
    venue.passTimeTo(MONDAY_MIDNIGHT + DAY_MS);
    expect(rates()).toEqual([120, 400]);
    venue.recorder.take();
    quote();
    venue.marketSell(trader, 'BTC', 1);
    expect(fees()).toEqual([20_000_000]);
  });

  test('maker and taker fills count alike, and the house’s own do not', () => {
    sellAndBuy(3_000_000);
    const { dollars, micros } = venue.account(trader).volume.upTo(MONDAY_MIDNIGHT / DAY_MS);
    expect([dollars, micros]).toEqual([6_000_000, 0]);
  });

  test('look 14 whole days back, and forget what lies before', () => {
    sellAndBuy(3_000_000);
    passDays(14);
    expect(rates()).toEqual([120, 400]);
    passDays(1);
    expect(rates()).toEqual([150, 450]);
    sellAndBuy(50_000);
    expect(venue.account(trader).volume.days).toHaveLength(1);
    expect(venue.account(trader).volume.lifetime.dollars).toBe(6_100_000);
  });

  test('count exactly beyond 2^53 micro-dollars', () => {
    const { volume } = venue.account(trader);
    for (let fill = 0; fill < 4; fill++) volume.add(0, Number.MAX_SAFE_INTEGER - 1);
    expect([volume.lifetime.dollars, volume.lifetime.micros]).toEqual([36_028_797_018, 963_960]);
  });

  test('equities pay none of them, and count for none', () => {
    venue.quote('AAPL', { oracle: 200, bids: [[199, 50_000]], asks: [[200, 50_000]] });
    venue.marketBuy(trader, 'AAPL', 2_000);
    expect(fees()).toEqual([0]);
    expect(venue.account(trader).volume.days).toEqual([]);
  });

  test('go on from a snapshot as if nothing had been', () => {
    sellAndBuy(3_000_000);
    passDays(3);
    sellAndBuy(1_000);
    const { exchange } = venue;
    const restored = restoreSnapshot(encodeSnapshot(exchange), new EventRecorder());
    const account = restored.state.account(trader)!;
    for (let day = 0; day < 20; day++) {
      const at = (exchange.time + day * DAY_MS) as Millis;
      expect(feeRates(account, BITCOIN, at)).toEqual(feeRates(venue.account(trader), BITCOIN, at));
    }
    expect(account.volume.lifetime).toEqual(venue.account(trader).volume.lifetime);
  });
});

describe('commissions of brokers', () => {
  beforeEach(() => {
    venue.quote('AAPL', { oracle: 200, bids: [[199, 50_000]], asks: [[200, 50_000]] });
  });

  test.each<[BrokerId, number]>([
    ['default', 0],
    ['cobra-trading', 300_000],
    ['interactive-brokers', 500_000],
    ['lightspeed', 450_000],
    ['schwab', 0],
  ])('of %s for 100 shares: %i micro-dollars', (broker, commission) => {
    venue.configure(trader, { broker });
    venue.marketBuy(trader, 'AAPL', 100);
    venue.marketSell(trader, 'AAPL', 100);
    expect(fees()).toEqual([commission, commission]);
    expect(venue.account(trader).feesPaid).toBe(2 * commission);
    expect(venue.exchange.state.fees).toBe(2 * commission);
  });

  test('are taken for each fill, of fractions too, to the nearest micro-dollar', () => {
    venue.configure(trader, { broker: 'lightspeed' });
    venue.marketBuy(trader, 'AAPL', 0.0123);
    expect(fees()).toEqual([55]);
  });

  test('are known of fifteen brokers, and stay as they are when an instrument’s own fee is added', () => {
    expect(BROKER_IDS).toHaveLength(15);
    expect(BROKERS.default.perShare).toBe(0);
    venue.send({ kind: 'LIST', instrument: { ...APPLE, takerFee: BITCOIN.takerFee } });
    venue.configure(trader, { broker: 'interactive-brokers' });
    venue.marketBuy(trader, 'AAPL', 10);
    expect(fees()).toEqual([900_000 + 50_000]);
  });

  test('are not taken of perpetuals', () => {
    venue.configure(trader, { broker: 'interactive-brokers' });
    venue.marketSell(trader, 'BTC', 1);
    expect(fees()).toEqual([22_500_000]);
  });
});
