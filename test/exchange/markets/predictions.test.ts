import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import { liquidationPrice } from '../../../src/exchange/liquidation/liquidation-price.js';
import {
  type AccountId,
  BUY,
  type Micros,
  type Millis,
  type PriceMicros,
  SELL,
} from '../../../src/exchange/units.js';
import { EventRecorder } from '../../support/event-recorder.js';
import {
  APPLE,
  BITCOIN,
  BTC_NO,
  BTC_YES,
  dollars,
  result,
  TestVenue,
} from '../../support/exchange-fixture.js';

const MARKET_ID = BTC_YES.prediction!.marketId;
const SETTLES_AT = BTC_YES.prediction!.settlesAt;

/** Of 0.1 BTC bought at 50,000.1 and sold at 45,000. */
const FEES = 0.1 * (50_000.1 + 45_000) * 0.00045;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([BITCOIN, BTC_YES, BTC_NO]);
  trader = venue.open(1_000);
  quoteBitcoin(50_000);
  venue.quote('BTC-YES', { oracle: 0.4, bids: [[0.39, 100_000]], asks: [[0.41, 100_000]] });
  venue.quote('BTC-NO', { oracle: 0.6, bids: [[0.59, 100_000]], asks: [[0.61, 100_000]] });
});

function quoteBitcoin(price: number): void {
  venue.quote('BTC', { oracle: price, bids: [[price, 100]], asks: [[price + 0.1, 100]] });
}

function balance(account = trader): number {
  return venue.account(account).balance / 1e6;
}

function conserves(): void {
  const { total, deposits } = ledger(venue.exchange.state);
  expect(total).toBe(deposits);
}

describe('a prediction', () => {
  test('is paid for in full, whatever the type of the portfolio', () => {
    venue.configure(trader, { portfolioType: 'MARGIN' });
    expect(result(venue.marketBuy(trader, 'BTC-YES', 2_440))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'BTC-YES', 2_439))).toBe('FILLED');
    expect(result(venue.marketBuy(trader, 'BTC-YES', 3))).toBe('INSUFFICIENT_MARGIN');
    expect(venue.account(trader).feesPaid).toBe(0);
    expect(venue.account(trader).volume.lifetime.dollars).toBe(0);
  });

  test('has no leverage and no margin of its own', () => {
    expect(venue.holding(trader, 'BTC-YES').leverage).toBe(1);
    expect(result(venue.setLeverage(trader, 'BTC-YES', 2))).toBe('LEVERAGE_NOT_ALLOWED');
    expect(result(venue.setLeverage(trader, 'BTC-YES', 1, 'ISOLATED'))).toBe('LEVERAGE_NOT_ALLOWED');
  });

  test('is sold no further than it is held, all open asks together', () => {
    venue.configure(trader, { portfolioType: 'MARGIN' });
    expect(result(venue.marketSell(trader, 'BTC-YES', 10))).toBe('INSUFFICIENT_MARGIN');
    venue.marketBuy(trader, 'BTC-YES', 100);
    expect(result(venue.sell(trader, 'BTC-YES', 60, 0.5))).toBe('ACTIVE');
    expect(result(venue.sell(trader, 'BTC-YES', 40.001, 0.5))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.sell(trader, 'BTC-YES', 40, 0.5))).toBe('ACTIVE');
  });

  test('is priced from 0.001 to 0.999, however far from the mark', () => {
    expect(result(venue.buy(trader, 'BTC-YES', 2_000, 0.001))).toBe('ACTIVE');
    expect(result(venue.buy(trader, 'BTC-YES', 1, 1))).toBe('PRICE_TOO_FAR');
    venue.quote('BTC-YES', { bids: [[0.009, 100_000]], asks: [[0.011, 100_000]], oracle: 0.01 });
    venue.marketBuy(trader, 'BTC-YES', 100);
    expect(result(venue.sell(trader, 'BTC-YES', 100, 0.999))).toBe('ACTIVE');
  });

  test('has a mark between the quotes, and is nobody’s to liquidate', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    expect(venue.market('BTC-YES').mark).toBe(400_000);
    const { equity, maintenanceMargin, marginUsed, withdrawable } = valueAccount(
      venue.account(trader),
      venue.exchange.markets,
    );
    expect([equity, maintenanceMargin, marginUsed, withdrawable]).toEqual(
      [980, 800, 800, 180].map((amount) => dollars(amount)),
    );
    const holding = venue.holding(trader, 'BTC-YES');
    expect(liquidationPrice(venue.account(trader), holding, venue.exchange.markets)).toBeNull();
    venue.quote('BTC-YES', { oracle: 0.001, bids: [], asks: [[0.002, 1_000]] });
    expect(venue.positionOf(trader, 'BTC-YES')).toBe(2_000);
  });

  test('stands for no part of what a perpetual keeps, and neither does a bid for one', () => {
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.04);
    venue.marketBuy(trader, 'BTC-YES', 500);
    venue.buy(trader, 'BTC-YES', 250, 0.2);
    const { equity, withdrawable, marginUsed } = valueAccount(venue.account(trader), venue.exchange.markets);
    const worth = 0.04 * (venue.market('BTC').mark / 1e6);
    expect((equity - withdrawable) / 1e6).toBeCloseTo(worth / 10 + 200 + 50, 6);
    expect(marginUsed / 1e6).toBeCloseTo(worth / 40 + 200 + 50, 6);
  });

  test.each([
    ['of another class', { assetClass: 'EQUITY' }],
    ['without terms', { prediction: null }],
    ['with leverage', { marginTiers: [{ lowerBound: 0 as Micros, maxLeverage: 2 }] }],
    ['with hours', { hours: 'NYSE' }],
    ['on what is not listed', { prediction: { ...BTC_YES.prediction!, reference: 'ETH' } }],
    ['on another prediction', { prediction: { ...BTC_YES.prediction!, reference: 'BTC-NO' } }],
  ] as const)('is not listed %s', (_, change) => {
    const instrument = { ...BTC_YES, symbol: 'OTHER', ...change };
    expect(venue.send({ kind: 'LIST', instrument }).error).toBe('INVALID_REQUEST');
  });

  test('stays a claim to the same thing when its other rules change', () => {
    const strike = (BTC_YES.prediction!.strike + 1) as PriceMicros;
    const moved = { ...BTC_YES, prediction: { ...BTC_YES.prediction!, strike } };
    expect(venue.send({ kind: 'LIST', instrument: moved }).error).toBe('INVALID_REQUEST');
    const renamed = { ...BTC_YES, name: 'Bitcoin', prediction: { ...BTC_YES.prediction! } };
    expect(venue.send({ kind: 'LIST', instrument: renamed }).error).toBeNull();
    expect(venue.market('BTC-YES').instrument.name).toBe('Bitcoin');
  });
});

describe('what is paid for a prediction is not lent', () => {
  test('it opens no perpetual, and no profit on paper does', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    quotePrediction(0.9);
    expect(result(venue.marketBuy(trader, 'BTC', 0.04))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketBuy(trader, 'BTC', 0.03))).toBe('FILLED');
  });

  test('a perpetual is liquidated by the rest of the funds, at the same price whatever the prediction is worth', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.1);
    const priceAt = (worth: number) => {
      quotePrediction(worth);
      const holding = venue.holding(trader, 'BTC');
      return liquidationPrice(venue.account(trader), holding, venue.exchange.markets)!;
    };
    const price = priceAt(0.4);
    expect([0.001, 0.2, 0.999].map(priceAt)).toEqual([price, price, price]);
    quotePrediction(0.999);
    quoteBitcoin(Math.floor(price) - 1);
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
    expect(venue.positionOf(trader, 'BTC-YES')).toBe(2_000);
    venue.settlePrediction(MARKET_ID, 'NO');
    expect(balance()).toBeGreaterThan(0);
    conserves();
  });

  test('the house takes a perpetual over, at the mark, before the prediction is worth anything to it', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.1);
    venue.quote('BTC', { bids: [], asks: [[50_000.1, 100]] });
    venue.quote('BTC', { oracle: 48_600 });
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
    expect(venue.positionOf(trader, 'BTC-YES')).toBe(2_000);
    expect(balance()).toBeGreaterThanOrEqual(820);
    conserves();
  });

  test('it is sold at last, when a gap has cost more than the rest', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.1);
    venue.recorder.take();
    quoteBitcoin(45_000);
    const sold = venue.recorder
      .take()
      .flatMap((event) => (event.kind === 'liquidation' ? [event.instrument] : []));
    expect(sold).toEqual([0, 1]);
    expect(venue.positionOf(trader, 'BTC-YES')).toBe(0);
    expect(balance()).toBeCloseTo(1_000 - 2_000 * 0.02 - 0.1 * 5_000.1 - FEES, 4);
    conserves();
  });

  test('stocks that are paid for are sold before it', () => {
    venue.send({ kind: 'LIST', instrument: APPLE });
    venue.quote('AAPL', { oracle: 100, bids: [[100, 10]], asks: [[100.01, 10]] });
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.marketBuy(trader, 'AAPL', 1);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.03);
    venue.recorder.take();
    quoteBitcoin(43_000);
    const sold = venue.recorder
      .take()
      .flatMap((event) => (event.kind === 'liquidation' ? [event.instrument] : []));
    expect(sold).toEqual(['BTC', 'AAPL', 'BTC-YES'].map((symbol) => venue.market(symbol).id));
  });

  test('where nobody buys it, the house does at the mark, and the account keeps what is left', () => {
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.1);
    venue.quote('BTC-YES', { bids: [] });
    quoteBitcoin(45_000);
    expect(venue.positionOf(trader, 'BTC-YES')).toBe(0);
    expect(balance()).toBeCloseTo(1_000 - 2_000 * 0.01 - 0.1 * 5_000.1 - FEES, 4);
    expect(venue.exchange.state.insurance).toBe(0);
    conserves();
  });

  test('no trade may cost more than the rest of the funds', () => {
    const friend = venue.open(100_000);
    venue.marketBuy(trader, 'BTC-YES', 2_000);
    venue.setLeverage(trader, 'BTC', 10);
    venue.marketBuy(trader, 'BTC', 0.02);
    venue.quote('BTC', { bids: [], asks: [] });
    venue.buy(friend, 'BTC', 0.02, 30_000);
    expect(result(venue.marketSell(trader, 'BTC', 0.02, { reduceOnly: true }))).toBe('INSUFFICIENT_MARGIN');
    expect(result(venue.marketSell(trader, 'BTC-YES', 2_000))).toBe('FILLED');
    expect(result(venue.marketSell(trader, 'BTC', 0.02, { reduceOnly: true }))).toBe('FILLED');
  });

  function quotePrediction(price: number): void {
    venue.quote('BTC-YES', { bids: [], asks: [] });
    venue.quote('BTC-YES', { oracle: price, bids: [[price, 1_000]] });
  }
});

describe('on its date', () => {
  test.each([
    [60_000.000001, 1],
    [60_000, 0],
    [59_999, 0],
  ])('with the reference at %d, YES is worth %d and NO the rest', (oracle, worth) => {
    const other = venue.open(1_000);
    venue.marketBuy(trader, 'BTC-YES', 1_000);
    venue.marketBuy(other, 'BTC-NO', 1_000);
    venue.quote('BTC', { oracle, bids: [], asks: [] });
    venue.passTimeTo(SETTLES_AT - 1);
    expect(venue.market('BTC-YES').settlement).toBeNull();
    venue.passTimeTo(SETTLES_AT);
    expect(venue.market('BTC-YES').settlement).toMatchObject({ price: worth * 1e6, at: SETTLES_AT });
    expect([balance(), balance(other)]).toEqual([590 + 1_000 * worth, 1_390 - 1_000 * worth]);
    expect(venue.account(trader).holdings[1]).toMatchObject({ lots: 0, cost: 0 });
    conserves();
  });

  test('it waits for its reference to have an oracle', () => {
    venue = new TestVenue([BITCOIN, BTC_YES]);
    venue.passTimeTo(SETTLES_AT + 5);
    expect([venue.market('BTC-YES').settlement, venue.exchange.nextDueAt]).toEqual([null, null]);
    venue.quote('BTC', { oracle: 70_000 });
    expect(venue.exchange.nextDueAt).toBe(venue.exchange.time);
    venue.pass(1);
    expect(venue.market('BTC-YES').settlement).toMatchObject({ price: 1e6, at: SETTLES_AT + 5 });
  });

  test('it settles at its own moment when the clock is moved beyond it', () => {
    venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 30 * 86_400_000 });
    expect(venue.market('BTC-YES').settlement).toMatchObject({ price: 0, at: SETTLES_AT });
    expect(venue.market('BTC-NO').settlement).toMatchObject({ price: 1e6, at: SETTLES_AT });
  });
});

describe('when it settles', () => {
  test('orders end, the holding is sold to the house, and position and account are told once', () => {
    venue.marketBuy(trader, 'BTC-YES', 1_000);
    venue.sell(trader, 'BTC-YES', 400, 0.9);
    venue.buy(trader, 'BTC-YES', 100, 0.1);
    venue.sell(trader, 'BTC-YES', 200, 0, {
      type: 'STOP',
      timeInForce: 'GTC',
      stopPrice: 0.2,
      reduceOnly: true,
    });
    venue.recorder.take();
    expect(venue.settlePrediction(MARKET_ID, 'YES')).toMatchObject({ error: null, count: 1 });
    const told = venue.recorder.take();
    expect(told.map(({ kind }) => kind)).toEqual([
      'order',
      'order',
      'order',
      'order',
      'fill',
      'order',
      'position',
      'account',
    ]);
    expect(told.slice(0, 3)).toMatchObject([
      { status: 'CANCELED', reason: 'SETTLED', side: SELL },
      { status: 'CANCELED', reason: 'SETTLED', side: BUY },
      { status: 'CANCELED', reason: 'SETTLED', side: SELL },
    ]);
    expect(told.slice(3)).toMatchObject([
      { status: 'ACTIVE', reason: 'SETTLED', side: SELL, lots: 1_000_000 },
      { price: 1e6, lots: 1_000_000, fee: 0, realizedPnl: dollars(590), positionAfter: 0 },
      { status: 'FILLED', reason: 'SETTLED', filledNotional: dollars(1_000) },
      { lots: 0, cost: 0, realizedPnl: dollars(590) },
      { balance: dollars(1_590) },
    ]);
    expect(venue.account(trader).openCount).toBe(0);
    conserves();
  });

  test('the book is empty, the mark is the settlement, and nothing trades any more', () => {
    venue.marketBuy(trader, 'BTC-NO', 10);
    const { order } = venue.buy(trader, 'BTC', 0.001, 40_000);
    venue.settlePrediction(MARKET_ID, 'NO');
    const [yes, no] = [venue.market('BTC-YES'), venue.market('BTC-NO')];
    expect([yes.mark, no.mark, yes.openInterest, no.openInterest]).toEqual([0, 1e6, 0, 0]);
    for (const { book } of [yes, no]) expect([book.levels(BUY), book.levels(SELL)]).toEqual([[], []]);
    expect(result(venue.buy(trader, 'BTC-YES', 100, 0.5))).toBe('MARKET_CLOSED');
    expect(result(venue.marketSell(trader, 'BTC-NO', 10, { reduceOnly: true }))).toBe('MARKET_CLOSED');
    expect(venue.protect(trader, 'BTC-NO', { stopLoss: null }).error).toBe('MARKET_CLOSED');
    expect(venue.flow('BTC-YES', BUY, 10).error).toBe('MARKET_CLOSED');
    expect(venue.quote('BTC-YES', { bids: [[0.5, 10]] }).error).toBe('MARKET_CLOSED');
    const late = { instrument: yes.id, oracle: 1 as never, bids: null, asks: null, fundingRate: null };
    expect(venue.send({ kind: 'QUOTE', ...late, step: yes.step + 1 }).error).toBeNull();
    expect(yes.oracle).toBe(400_000);
    expect(order!.status).toBe('ACTIVE');
  });

  test('it does so once, and only if there is such a market', () => {
    expect(venue.settlePrediction('btc-above-1', 'YES').error).toBe('UNKNOWN_SYMBOL');
    venue.settlePrediction(MARKET_ID, 'YES');
    expect(venue.settlePrediction(MARKET_ID, 'NO').error).toBe('MARKET_CLOSED');
    venue.passTimeTo(SETTLES_AT);
    expect(venue.market('BTC-YES').settlement!.price).toBe(1e6);
  });

  test('exits of an order that settlement ended are not placed', () => {
    venue.quote('BTC-YES', { asks: [[0.41, 50]] });
    venue.buy(trader, 'BTC-YES', 100, 0.41, { takeProfit: { triggerPrice: 0.8 } });
    venue.settlePrediction(MARKET_ID, 'YES');
    expect(venue.account(trader).openCount).toBe(0);
  });
});

describe('a crowd', () => {
  const HOLDERS = 1_200;
  let holders: AccountId[];

  beforeEach(() => {
    holders = Array.from({ length: HOLDERS }, () => venue.open(100));
    for (const holder of holders) venue.marketBuy(holder, 'BTC-YES', 10);
    for (const holder of holders.slice(0, 50)) venue.buy(holder, 'BTC-NO', 10, 0.5);
    quoteBitcoin(61_000);
    venue.passTimeTo(SETTLES_AT);
  });

  function held(): number {
    return holders.filter((holder) => venue.positionOf(holder, 'BTC-YES') > 0).length;
  }

  test('is settled in slices, one an entry, with the same price for all', () => {
    expect([held(), venue.exchange.nextDueAt]).toEqual([200, venue.exchange.time]);
    const last = holders.at(-1)!;
    expect(venue.market('BTC-YES').mark).toBe(1e6);
    quoteBitcoin(10_000);
    expect(held()).toBe(0);
    expect([balance(holders[0]), balance(last)]).toEqual([105.9, 105.9]);
    expect(venue.exchange.nextDueAt).not.toBe(venue.exchange.time);
    expect(holders.filter((holder) => venue.account(holder).openCount > 0)).toEqual([]);
    conserves();
  });

  test('cannot trade while it waits for its turn', () => {
    const last = holders.at(-1)!;
    const place = venue.exchange.state;
    expect(place.market(1 as never)!.isClosed).toBe(true);
    const copy = restoreSnapshot(encodeSnapshot(venue.exchange), new EventRecorder());
    const sale = {
      ...{ kind: 'PLACE', account: last, instrument: 1, side: SELL, type: 'MARKET', timeInForce: 'IOC' },
      ...{ lots: 10_000, ticks: 0, postOnly: false, reduceOnly: true, clientOrderId: null, expiresAt: 0 },
      ...{ trigger: null, exits: null },
    };
    copy.state.markets[1]!.settlement!.nextAccount = last;
    copy.applyBatch(venue.now, { incarnation: 'a', number: 1, commands: [sale as never] }, (_, { error }) =>
      expect(error).toBe('MARKET_CLOSED'),
    );
  });

  test('goes on from a snapshot between two slices', () => {
    const recorder = new EventRecorder();
    const copy = restoreSnapshot(encodeSnapshot(venue.exchange), recorder);
    expect(copy.nextDueAt).toBe(venue.exchange.nextDueAt);
    venue.recorder.take();
    for (let number = 1; number <= 3; number++) {
      const batch = { incarnation: 'both', number, commands: [{ kind: 'TICK' }] } as const;
      copy.applyBatch(venue.now, batch, null);
      venue.sendBatch(batch);
      expect(stateHash(copy)).toBe(stateHash(venue.exchange));
    }
    expect(recorder.events).toEqual(venue.recorder.events);
    expect(held()).toBe(0);
  });

  test('leaves nothing for later when the clock is moved', () => {
    venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 1 });
    expect(held()).toBe(0);
    venue.now = (venue.now + 1) as Millis;
  });
});
