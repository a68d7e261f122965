import { beforeEach, describe, expect, test } from 'vitest';
import { MarkPrice } from '../../../src/exchange/markets/mark-price.js';
import type { AccountId, Millis } from '../../../src/exchange/units.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

const SAMPLE_MS = 3_000;
const YEAR_MS = 365 * 86_400_000;
/** 1,000 dollars have shrunk to less than half a micro-dollar after 21.4 time constants of 30 seconds. */
const SAMPLES_OF_A_JUMP = 220;
/** 40 time constants of 30 seconds, and some more. */
const SAMPLES_TO_THE_LAST_BIT = 500;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  quoteAround(60_000, 60_000);
});

function quoteAround(price: number, oracle: number): void {
  venue.quote('BTC', { oracle, bids: [[price - 10, 9]], asks: [[price + 10, 9]] });
}

/** Moves the book alone, so that only the averages can bring the mark along. */
function jumpTo(price: number): void {
  quoteAround(price, 60_000);
}

function mark(): number {
  return venue.market('BTC').mark / 1e6;
}

function timeToNextDueMs(): number | null {
  const { nextDueAt, time } = venue.exchange;
  return nextDueAt === null ? null : nextDueAt - time;
}

/** Ticks whenever something is due, as the clock's ticker does, until the mark is at rest; returns how often. */
function tickUntilRest(): number {
  let count = 0;
  while (timeToNextDueMs() === SAMPLE_MS) {
    venue.pass(SAMPLE_MS);
    count += 1;
  }
  return count;
}

describe('while the averages of a mark move', () => {
  test('the next sample is due for a waiting order, and fires it on a quiet venue', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 60_500 });
    expect(timeToNextDueMs()).toBe(null);
    jumpTo(61_000);
    expect([mark(), timeToNextDueMs()]).toEqual([60_000, SAMPLE_MS]);
    venue.pass(1_000);
    expect(timeToNextDueMs()).toBe(SAMPLE_MS - 1_000);
    venue.pass(SAMPLE_MS - 1_000);
    expect(mark()).toBeGreaterThan(60_500);
    expect(order!.status).toBe('FILLED');
  });

  test('the next sample is due for a position, long or short', () => {
    venue.marketSell(trader, 'BTC', 1);
    jumpTo(61_000);
    expect(timeToNextDueMs()).toBe(SAMPLE_MS);
    venue.marketBuy(trader, 'BTC', 1);
    expect(timeToNextDueMs()).not.toBe(SAMPLE_MS);
  });

  test('nothing is due where nobody has a position or a waiting order, or the book lacks a side', () => {
    jumpTo(61_000);
    venue.buy(trader, 'BTC', 1, 60_500);
    expect(timeToNextDueMs()).toBe(null);
    venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 62_000 });
    expect(timeToNextDueMs()).toBe(SAMPLE_MS);
    venue.quote('BTC', { asks: [] });
    expect(timeToNextDueMs()).toBe(null);
  });

  test('a stop that the first sample fires does not expire before it when the clock moves beyond both', () => {
    const terms = { type: 'STOP', stopPrice: 60_500, timeInForce: 'GTD' } as const;
    const early = venue.buy(trader, 'BTC', 1, 0, { ...terms, expiresAt: (venue.now + 2_999) as Millis });
    const late = venue.buy(trader, 'BTC', 1, 0, { ...terms, expiresAt: (venue.now + SAMPLE_MS) as Millis });
    jumpTo(61_000);
    venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 60_000 });
    expect([result(early), result(late)]).toEqual(['EXPIRED', 'FILLED']);
    expect(late.order!.updatedAt).toBe(venue.now + SAMPLE_MS);
  });
});

describe('samples are due no longer', () => {
  test('when none can move the mark any more: it is the price of the book then', () => {
    venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 70_000 });
    jumpTo(61_000);
    expect(tickUntilRest()).toBeLessThan(SAMPLES_OF_A_JUMP);
    expect(mark()).toBe(61_000);
    venue.pass(YEAR_MS);
    expect(mark()).toBe(61_000);
  });

  test('when the averages have no bit left to change, though they are half a micro-dollar off', () => {
    const halfway = { oracle: 60e9, bid: 61e9, ask: 61e9 + 1, last: 0 };
    const price = new MarkPrice();
    price.sample({ ...halfway, bid: 60e9, ask: 60e9 }, 100);
    expect(price.isMoving(halfway)).toBe(true);
    price.sample(halfway, SAMPLES_TO_THE_LAST_BIT);
    expect(price.isMoving(halfway)).toBe(false);
  });

  test('within a year that is passed at once', () => {
    venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 70_000 });
    jumpTo(61_000);
    venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: YEAR_MS });
    expect(mark()).toBe(61_000);
    expect(timeToNextDueMs()).toBe(null);
  });
});
