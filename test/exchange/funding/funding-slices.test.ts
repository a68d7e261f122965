import { beforeEach, describe, expect, test } from 'vitest';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import type { AccountId, Millis } from '../../../src/exchange/units.js';
import { EventRecorder, type FundingEvent } from '../../support/event-recorder.js';
import { BITCOIN, DOGE, dollars, TestVenue } from '../../support/exchange-fixture.js';

const HOUR_MS = 3_600_000;
const INTEREST = 0.0000125;

let venue: TestVenue;

beforeEach(() => {
  venue = new TestVenue([BITCOIN, DOGE]);
  venue.quote('BTC', { oracle: 50_000, bids: [[49_990, 9_000]], asks: [[50_010, 9_000]] });
});

function fundings(): FundingEvent[] {
  return venue.recorder.events.filter((event) => event.kind === 'funding');
}

function advance(ms: number): void {
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: ms });
}

describe('a venue with many positions', () => {
  const HOLDERS = 2_500;
  let holders: AccountId[];

  beforeEach(() => {
    holders = Array.from({ length: HOLDERS }, () => venue.open(10_000));
    for (const [index, holder] of holders.entries()) {
      if (index % 2 === 0) venue.marketBuy(holder, 'BTC', 0.1);
      else venue.marketSell(holder, 'BTC', 0.1);
    }
    venue.recorder.take();
  });

  test('pays in slices, one an entry, by what was so at the full hour', () => {
    const [first, last] = [holders[0]!, holders.at(-1)!];
    venue.pass(HOUR_MS + 3);
    expect(fundings()).toHaveLength(1_000);
    expect(venue.exchange.nextDueAt).toBe(venue.exchange.time);
    venue.quote('BTC', { oracle: 40_000 });
    expect(fundings()).toHaveLength(2_000);
    venue.marketBuy(last, 'BTC', 0.1);
    expect(fundings()).toHaveLength(HOLDERS);
    expect(new Set(fundings().map(({ account }) => account)).size).toBe(HOLDERS);
    expect(fundings().map(({ account }) => account)).toEqual(holders);
    for (const { oracle, lots, amount } of fundings()) {
      expect(oracle).toBe(dollars(50_000));
      expect(amount).toBe(-lots * 5_000 * INTEREST * 100);
    }
    expect(venue.account(first).fundingPaid).toBe(dollars(5_000 * INTEREST));
    expect(venue.exchange.nextDueAt).toBeGreaterThan(venue.exchange.time);
  });

  test('tells a position that was closed before its slice only once that it is gone', () => {
    const last = holders.at(-1)!;
    venue.pass(HOUR_MS);
    venue.recorder.take();
    venue.marketBuy(last, 'BTC', 0.1);
    venue.pass(1);
    const told = venue.recorder.take().filter((event) => event.kind !== 'trade' && event.account === last);
    expect(told.map(({ kind }) => kind)).toEqual([
      ...['order', 'fill', 'order', 'position', 'account'],
      ...['funding', 'account'],
    ]);
    expect(told.filter(({ kind }) => kind === 'position')).toMatchObject([{ lots: 0 }]);
  });

  test('pays all at once where nobody waits: before the next hour, and when the clock is moved', () => {
    venue.pass(HOUR_MS);
    expect(fundings()).toHaveLength(1_000);
    venue.now = (venue.now + HOUR_MS) as Millis;
    venue.send({ kind: 'TICK' });
    expect(fundings()).toHaveLength(HOLDERS + 1_000);
    advance(HOUR_MS);
    expect(fundings()).toHaveLength(3 * HOLDERS);
    advance(HOUR_MS - 1);
    venue.pass(1);
    expect(fundings()).toHaveLength(3 * HOLDERS + 1_000);
    expect(venue.settleFunding('BTC', 0.0001)).toMatchObject({ count: HOLDERS });
    expect(fundings()).toHaveLength(5 * HOLDERS);
  });

  test('leaves nothing for later when the clock is moved, be it by a millisecond', () => {
    venue.pass(HOUR_MS);
    expect(fundings()).toHaveLength(1_000);
    advance(1);
    expect(fundings()).toHaveLength(HOLDERS);
    expect(venue.exchange.state.duePayments).toEqual([]);
  });

  test('a position that was closed before its turn pays all the same', () => {
    const last = holders.at(-1)!;
    venue.pass(HOUR_MS - 1);
    const closeOrder = { incarnation: 'closer', number: 1 };
    venue.now = (venue.now + 1) as Millis;
    const close = {
      kind: 'PLACE',
      account: last,
      instrument: 0 as never,
      side: venue.holding(last, 'BTC').lots > 0 ? -1 : 1,
      type: 'MARKET',
      timeInForce: 'IOC',
      lots: 10_000 as never,
      ticks: 0 as never,
      postOnly: false,
      reduceOnly: true,
      clientOrderId: null,
      expiresAt: 0 as Millis,
      trigger: null,
      exits: null,
    } as const;
    venue.sendBatch({ ...closeOrder, commands: [close] });
    expect(venue.positionOf(last, 'BTC')).toBe(0);
    expect(venue.account(last).fundingPaid).toBe(0);
    venue.send({ kind: 'TICK' });
    venue.send({ kind: 'TICK' });
    expect(Math.abs(venue.account(last).fundingPaid)).toBe(dollars(5_000 * INTEREST));
  });

  test('a snapshot between two slices goes on as the exchange itself does', () => {
    venue.pass(HOUR_MS);
    const recorder = new EventRecorder();
    const copy = restoreSnapshot(encodeSnapshot(venue.exchange), recorder);
    venue.recorder.take();
    for (let number = 1; number <= 3; number++) {
      const batch = { incarnation: 'both', number, commands: [{ kind: 'TICK' }] } as const;
      copy.applyBatch(venue.now, batch, null);
      venue.sendBatch(batch);
      expect(stateHash(copy)).toBe(stateHash(venue.exchange));
    }
    expect(recorder.events).toEqual(venue.recorder.events);
    expect(recorder.events.filter(({ kind }) => kind === 'funding')).toHaveLength(HOLDERS - 1_000);
  });
});

test('a slice does not end in the middle of an account', () => {
  venue.quote('DOGE', { oracle: 0.1, bids: [[0.0999, 900_000]], asks: [[0.1001, 900_000]] });
  for (let index = 0; index < 501; index++) {
    const account = venue.open(10_000);
    venue.marketBuy(account, 'BTC', 0.01);
    if (index > 0) venue.marketBuy(account, 'DOGE', 1_000);
  }
  venue.pass(HOUR_MS);
  expect(fundings()).toHaveLength(1_001);
  expect(venue.exchange.state.duePayments).toEqual([]);
});
