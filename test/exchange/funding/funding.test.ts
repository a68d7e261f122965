import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { HOUSE } from '../../../src/exchange/accounts/account.js';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import type { FundingEvent } from '../../support/event-recorder.js';
import { APPLE, BITCOIN, DOGE, dollars, MONDAY_MORNING, TestVenue } from '../../support/exchange-fixture.js';

const HOUR_MS = 3_600_000;
const INTEREST = 0.0000125;

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue([BITCOIN, DOGE, APPLE]);
  quoteAround(50_000);
});

/** A deep book around an oracle, so that nothing but the interest is to be paid. */
function quoteAround(oracle: number): void {
  venue.quote('BTC', { oracle, bids: [[oracle - 10, 500]], asks: [[oracle + 10, 500]] });
}

function fundings(): FundingEvent[] {
  return venue.recorder.events.filter((event) => event.kind === 'funding');
}

function advance(ms: number): void {
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: ms });
}

describe('one payment', () => {
  test('vector 12: half a bitcoin at 42,500 and 0.0001 an hour pays 2.125 dollars', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 0.5);
    quoteAround(42_500);
    const before = venue.account(long).balance;
    expect(venue.settleFunding('BTC', 0.0001)).toMatchObject({ error: null, count: 1 });
    expect(fundings()).toMatchObject([
      { account: long, lots: 50_000, rate: 100_000_000, oracle: dollars(42_500), amount: dollars(-2.125) },
    ]);
    expect(venue.account(long).balance - before).toBe(dollars(-2.125));
    expect(venue.account(long).fundingPaid).toBe(dollars(2.125));
    expect(venue.holding(long, 'BTC').fundingPaid).toBe(dollars(2.125));
  });

  test('vector 1: long 10 at an oracle of 10,000 and 0.0011875 an hour pays 118.75 dollars', () => {
    venue.quote('BTC', { oracle: 10_000, bids: [[10_100, 50]], asks: [[10_110, 50]] });
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 10);
    venue.settleFunding('BTC');
    expect(fundings()).toMatchObject([{ rate: 1_187_500_000, amount: dollars(-118.75) }]);
  });

  test('shorts receive where longs pay, and the other way round for a negative rate', () => {
    const [long, short] = [venue.open(100_000), venue.open(100_000)];
    venue.marketBuy(long, 'BTC', 1);
    venue.marketSell(short, 'BTC', 1);
    venue.settleFunding('BTC', 0.0002);
    venue.settleFunding('BTC', -0.0001);
    expect(fundings().map(({ account, amount }) => [account, amount])).toEqual([
      [long, dollars(-10)],
      [short, dollars(10)],
      [long, dollars(5)],
      [short, dollars(-5)],
    ]);
  });

  test('is told before the position and the account, in one sequence', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 1);
    venue.recorder.take();
    venue.settleFunding('BTC', 0.0001);
    const told = venue.recorder.take();
    expect(told.map(({ kind }) => kind)).toEqual(['funding', 'position', 'account']);
    expect(told.map((event) => ('seq' in event ? event.seq : 0) - venue.account(long).seq)).toEqual([
      -2, -1, 0,
    ]);
    expect(told[1]).toMatchObject({ fundingPaid: dollars(5) });
    expect(told[2]).toMatchObject({ fundingPaid: dollars(5), balance: venue.account(long).balance });
  });

  test('of an isolated position comes out of its own margin', () => {
    const long = venue.open(100_000);
    venue.setLeverage(long, 'BTC', 10, 'ISOLATED');
    venue.marketBuy(long, 'BTC', 1);
    const holding = venue.holding(long, 'BTC');
    const { balance: before } = venue.account(long);
    const { isolatedMargin } = holding;
    venue.settleFunding('BTC', 0.0001);
    expect(holding.isolatedMargin).toBe(isolatedMargin - dollars(5));
    expect(venue.account(long).balance).toBe(before);
  });

  test('is rounded once, halves away from zero, and the house gets the exact opposite', () => {
    const long = venue.open(100_000);
    venue.quote('DOGE', { oracle: 0.100001, bids: [[0.1, 9_000_000]], asks: [[0.1001, 9_000_000]] });
    venue.marketBuy(long, 'DOGE', 500);
    // 500 · 100,001 micro-dollars · 10^-6 is 50.0005, and half of it 25.00025; at 5·10^-9 it is 0.2500025.
    for (const [rate, paid] of [
      [0.00001, 500],
      [0.00000001, 1],
      [0.000000009999, 0],
    ] as const) {
      const house = venue.account(HOUSE).balance;
      const before = venue.account(long).fundingPaid;
      venue.settleFunding('DOGE', rate);
      expect(venue.account(long).fundingPaid - before).toBe(paid);
      expect(venue.account(HOUSE).balance - house).toBe(paid);
    }
  });
});

describe('the full hour', () => {
  test('settles every position by the oracle, whole, however late it was opened', () => {
    const [early, late] = [venue.open(100_000), venue.open(100_000)];
    venue.marketBuy(early, 'BTC', 1);
    venue.pass(HOUR_MS - 1);
    venue.marketSell(late, 'BTC', 2);
    quoteAround(40_000);
    expect(fundings()).toEqual([]);
    venue.pass(1);
    expect(fundings()).toMatchObject([
      { account: early, lots: 100_000, oracle: dollars(40_000), amount: dollars(-40_000 * INTEREST) },
      { account: late, lots: -200_000, oracle: dollars(40_000), amount: dollars(80_000 * INTEREST) },
    ]);
  });

  test('pays accounts in their order, and the instruments of each in theirs', () => {
    venue.quote('DOGE', { oracle: 0.1, bids: [[0.0999, 900_000]], asks: [[0.1001, 900_000]] });
    const accounts = [venue.open(100_000), venue.open(100_000)];
    for (const symbol of ['DOGE', 'BTC']) {
      for (const account of accounts.toReversed())
        venue.marketBuy(account, symbol, symbol === 'BTC' ? 1 : 900);
    }
    venue.pass(HOUR_MS);
    expect(fundings().map(({ account, instrument }) => [account, instrument])).toEqual([
      [2, 0],
      [2, 1],
      [3, 0],
      [3, 1],
    ]);
  });

  test('of each hour that passes comes at its own time', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 1);
    const times: number[] = [];
    const told = venue.recorder.onFunding.bind(venue.recorder);
    venue.recorder.onFunding = (account, payment) => {
      times.push(venue.exchange.time);
      told(account, payment);
    };
    advance(24 * HOUR_MS + 5);
    const hours = Array.from({ length: 24 }, (_, hour) => MONDAY_MORNING + (hour + 1) * HOUR_MS);
    expect(times).toEqual(hours);
    expect(venue.account(long).fundingPaid).toBe(24 * dollars(50_000 * INTEREST));
  });

  test('is told with the markets that settle, and no others', () => {
    venue.marketBuy(venue.open(100_000), 'BTC', 1);
    venue.quote('DOGE', { oracle: 0.1, bids: [[0.0999, 500]], asks: [[0.1001, 500]] });
    advance(HOUR_MS - 1);
    venue.recorder.marketChanges.clear();
    venue.pass(1);
    expect([...venue.recorder.marketChanges.keys()]).toEqual([venue.market('BTC').id]);
  });

  test('pays the average premium of its hour, capped', () => {
    venue.quote('BTC', { oracle: 10_000, bids: [[60_000, 500]], asks: [[60_010, 500]] });
    const short = venue.open(10_000_000);
    venue.marketSell(short, 'BTC', 1);
    venue.pass(HOUR_MS);
    expect(fundings()).toMatchObject([{ rate: 0.04 * 1e12, amount: dollars(400) }]);
  });

  test('without a sample pays the interest alone', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 1);
    venue.pass(HOUR_MS - 1_000);
    venue.pass(1_000);
    expect(fundings()).toMatchObject([{ rate: 12_500_000 }]);
  });

  test('does not concern equities, nor a perpetual without an oracle', () => {
    const long = venue.open(100_000);
    venue.quote('AAPL', { oracle: 200, bids: [[199, 50]], asks: [[201, 50]] });
    venue.quote('DOGE', { bids: [[0.0999, 900_000]], asks: [[0.1001, 900_000]] });
    venue.marketBuy(long, 'AAPL', 10);
    venue.marketBuy(long, 'DOGE', 900);
    advance(3 * HOUR_MS);
    expect(fundings()).toEqual([]);
  });

  test('is due only while somebody has a position, long or short', () => {
    const trader = venue.open(100_000);
    expect(venue.exchange.nextDueAt).toBe(null);
    venue.marketSell(trader, 'BTC', 1);
    venue.pass(60 * 60_000 - 1);
    expect(venue.exchange.nextDueAt).toBe(MONDAY_MORNING + HOUR_MS);
    venue.marketBuy(trader, 'BTC', 1);
    advance(48 * HOUR_MS);
    expect(venue.exchange.nextDueAt).toBe(null);
  });
});

describe('a venue that takes the rate from its source', () => {
  beforeEach(() => {
    venue = new TestVenue([{ ...BITCOIN, fundingMode: 'SOURCE' }]);
    quoteAround(50_000);
  });

  test('pays what the last quote with a rate said, and nothing before', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 1);
    venue.pass(HOUR_MS);
    venue.quote('BTC', { fundingRate: -0.0003 });
    venue.quote('BTC', { oracle: 40_000 });
    venue.pass(HOUR_MS);
    venue.quote('BTC', { fundingRate: 0.5 });
    venue.pass(HOUR_MS);
    expect(fundings().map(({ rate, amount }) => [rate / 1e12, amount])).toEqual([
      [0, 0],
      [-0.0003, dollars(12)],
      [0.04, dollars(-1_600)],
    ]);
  });
});

describe('a payment out of turn', () => {
  test('leaves the hour’s samples as they are', () => {
    const long = venue.open(100_000);
    venue.marketBuy(long, 'BTC', 1);
    venue.quote('BTC', { oracle: 49_000 });
    venue.pass(HOUR_MS / 2);
    const { premiums } = venue.market('BTC');
    const average = premiums.averageAt(venue.exchange.time);
    expect(average).toBeGreaterThan(0);
    venue.settleFunding('BTC', 0.01);
    expect(premiums.averageAt(venue.exchange.time)).toBe(average);
  });

  test('is refused without an oracle, of equities, of unknown instruments, and beyond ±1', () => {
    expect(venue.settleFunding('DOGE').error).toBe('NO_ORACLE_PRICE');
    expect(venue.settleFunding('DOGE', 0.01).error).toBe('NO_ORACLE_PRICE');
    expect(venue.settleFunding('AAPL', 0.01).error).toBe('INVALID_REQUEST');
    expect(venue.settleFunding('BTC', 1.000001).error).toBe('INVALID_REQUEST');
    expect(venue.settleFunding('BTC', -1)).toMatchObject({ error: null, count: 0 });
    const unknown = { kind: 'SETTLE_FUNDING', instrument: 99 as never, rate: null } as const;
    expect(venue.send(unknown).error).toBe('UNKNOWN_SYMBOL');
  });

  test('that would leave the exact integers is left out', () => {
    const long = venue.open(100_000_000);
    venue.marketBuy(long, 'BTC', 500);
    venue.send({ kind: 'DEPOSIT', account: long, amount: dollars(8_900_000_000) });
    const before = venue.account(long).balance;
    venue.settleFunding('BTC', -1);
    expect(venue.account(long).balance).toBe(before);
    venue.settleFunding('BTC', -0.1);
    expect(venue.account(long).balance).toBe(before + dollars(2_500_000));
  });
});

test('a round moves no money: whatever positions and rates, its payments and the house’s sum to zero', () => {
  const quantity = fc.integer({ min: -500_000, max: 500_000 });
  const rate = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
  const oracle = fc.integer({ min: 1, max: 90_000_000_000 });
  fc.assert(
    fc.property(fc.array(quantity, { minLength: 1, maxLength: 8 }), rate, oracle, (lots, rates, price) => {
      const own = new TestVenue([BITCOIN]);
      own.quote('BTC', { oracle: 50_000, bids: [[49_990, 500]], asks: [[50_010, 500]] });
      for (const size of lots) {
        const account = own.open(100_000_000);
        if (size > 0) own.marketBuy(account, 'BTC', size / 1e5);
        if (size < 0) own.marketSell(account, 'BTC', -size / 1e5);
      }
      const before = own.account(HOUSE).balance;
      own.quote('BTC', { oracle: price / 1e6 });
      own.recorder.take();
      own.settleFunding('BTC', rates / 1e12);
      const told = own.recorder.take().filter((event) => event.kind === 'funding');
      const paid = told.reduce((sum, { amount }) => sum + amount, 0);
      expect(own.account(HOUSE).balance - before + paid).toBe(0);
      expect(
        told.every(({ account, amount }) => own.account(account as never).fundingPaid === 0 - amount),
      ).toBe(true);
      const { total, deposits } = ledger(own.exchange.state);
      expect(total).toBe(deposits);
    }),
    { numRuns: 100 },
  );
});
