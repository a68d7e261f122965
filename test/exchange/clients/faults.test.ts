import { beforeEach, expect, test } from 'vitest';
import { strikes } from '../../../src/exchange/clients/fault-lot.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import type { AccountId, Ppm } from '../../../src/exchange/units.js';
import { EventRecorder } from '../../support/event-recorder.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

const HALF = 500_000 as Ppm;
const ALWAYS = 1_000_000 as Ppm;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000 });
});

/** What becomes of so many orders that are placed one after the other. */
function placed(count: number, account = trader): unknown[] {
  return Array.from({ length: count }, () => result(venue.buy(account, 'BTC', 0.01, 60_000)));
}

test('rejects the share of orders that it is told to, each an order in the history', () => {
  venue.setFaults(trader, { rejectRate: HALF });
  const results = placed(400);
  const rejected = results.filter((each) => each === 'FAULT_INJECTED').length;
  expect(rejected).toBeGreaterThan(150);
  expect(rejected).toBeLessThan(250);
  expect(results.filter((each) => each === 'ACTIVE')).toHaveLength(400 - rejected);
  const kept = [...venue.exchange.state.closedOrdersOf(venue.account(trader))];
  expect(kept.map(({ status, reason }) => `${status} ${reason}`)).toEqual(
    Array.from({ length: rejected }, () => 'REJECTED FAULT_INJECTED'),
  );
});

test('the same seed rejects the same orders, another one others, and nobody else’s', () => {
  const other = venue.open(1_000_000);
  const run = (seed: number) => {
    venue.setFaults(trader, { rejectRate: HALF, seed });
    return placed(50);
  };
  const first = run(7);
  expect(run(7)).toEqual(first);
  expect(run(8)).not.toEqual(first);
  expect(placed(50, other)).not.toContain('FAULT_INJECTED');
});

test('holds until it is set to none', () => {
  venue.setFaults(trader, { rejectRate: ALWAYS });
  expect(placed(3)).toEqual(['FAULT_INJECTED', 'FAULT_INJECTED', 'FAULT_INJECTED']);
  venue.setFaults(trader, null);
  expect(placed(1)).toEqual(['ACTIVE']);
});

test('an order that is sent again is the one that was rejected, and counts once', () => {
  venue.setFaults(trader, { rejectRate: ALWAYS });
  const first = venue.buy(trader, 'BTC', 0.01, 60_000, { clientOrderId: 'mine' });
  const again = venue.buy(trader, 'BTC', 0.01, 60_000, { clientOrderId: 'mine' });
  expect([again.error, again.order!.id]).toEqual(['FAULT_INJECTED', first.order!.id]);
  expect(venue.account(trader).ordersUnderFaults).toBe(1);
});

test('is told of without a private event, and not done for an account that does not exist', () => {
  const { seq } = venue.account(trader);
  venue.recorder.take();
  venue.setFaults(trader, { latencyMs: 5 }, true);
  venue.setFaults(trader, null);
  expect(venue.setFaults(99 as AccountId, { latencyMs: 5 }).error).toBe('FORBIDDEN');
  expect(venue.recorder.faultChanges).toEqual([
    { account: trader, disconnects: true },
    { account: trader, disconnects: false },
  ]);
  expect([venue.account(trader).seq, venue.recorder.take()]).toEqual([seq, []]);
});

test('survives a snapshot, with the count that decides over the next order', () => {
  venue.setFaults(trader, {
    latencyMs: 5,
    dropRate: HALF,
    rejectRate: HALF,
    isFrozen: true,
    seed: 2 ** 32 - 1,
  });
  placed(5);
  const restored = restoreSnapshot(encodeSnapshot(venue.exchange), new EventRecorder());
  expect(stateHash(restored)).toBe(stateHash(venue.exchange));
  const { faults, ordersUnderFaults } = restored.state.account(trader)!;
  expect([faults, ordersUnderFaults]).toEqual([venue.account(trader).faults, 5]);
  venue.setFaults(trader, null);
  expect(stateHash(restored)).not.toBe(stateHash(venue.exchange));
});

test('lots fall evenly, also beyond 32 bits, and in each series by themselves', () => {
  const share = (seed: number, from: number) => {
    let struck = 0;
    for (let number = from; number < from + 20_000; number++) {
      if (strikes(seed, 'EVENT', number, 100_000 as Ppm)) struck += 1;
    }
    return struck / 20_000;
  };
  for (const seed of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
    for (const from of [1, 2 ** 32 - 10_000, 2 ** 40]) expect(share(seed, from)).toBeCloseTo(0.1, 1);
  }
  const series = (name: 'EVENT' | 'RESPONSE') =>
    Array.from({ length: 64 }, (_, number) => strikes(1, name, number, HALF));
  expect(series('EVENT')).not.toEqual(series('RESPONSE'));
});
