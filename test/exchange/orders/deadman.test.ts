import { beforeEach, expect, test } from 'vitest';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import type { AccountId } from '../../../src/exchange/units.js';
import { EventRecorder } from '../../support/event-recorder.js';
import { MONDAY_MORNING, TestVenue } from '../../support/exchange-fixture.js';

const HOUR_MS = 3_600_000;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000 });
  venue.quote('AAPL', { oracle: 228 });
});

test('cancels all open orders of the portfolio, waiting ones too, and is off then', () => {
  const other = venue.open(1_000_000);
  const orders = [
    venue.buy(trader, 'BTC', 1, 60_000).order!,
    venue.buy(trader, 'AAPL', 1, 200).order!,
    venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 66_000 }).order!,
  ];
  const untouched = venue.buy(other, 'BTC', 1, 60_000).order!;
  venue.setDeadman(trader, 1_000);
  expect(venue.exchange.nextDueAt).toBe(venue.now + 1_000);
  venue.wait(999);
  expect(orders.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE', 'PENDING']);
  venue.wait(1);
  expect(orders.map(({ reason }) => reason)).toEqual(['DEADMAN', 'DEADMAN', 'DEADMAN']);
  expect(untouched.status).toBe('ACTIVE');
  expect(venue.account(trader).deadmanAt).toBe(0);
  const later = venue.buy(trader, 'BTC', 1, 60_000).order!;
  venue.wait(HOUR_MS);
  expect(later.status).toBe('ACTIVE');
});

test('is renewed by each call, sooner or later, and called off by 0', () => {
  const { order } = venue.buy(trader, 'BTC', 1, 60_000);
  for (let beat = 0; beat < 20; beat++) {
    venue.setDeadman(trader, 5_000);
    venue.wait(4_999);
  }
  venue.setDeadman(trader, 5_000);
  venue.setDeadman(trader, 0);
  venue.wait(HOUR_MS);
  expect([order!.status, venue.exchange.nextDueAt]).toEqual(['ACTIVE', null]);
  venue.setDeadman(trader, 60_000);
  venue.setDeadman(trader, 1_000);
  venue.wait(1_000);
  expect(order!.reason).toBe('DEADMAN');
});

test('takes from a second to a day', () => {
  for (const timeoutMs of [1, 999, 86_400_001]) {
    expect(venue.setDeadman(trader, timeoutMs).error).toBe('INVALID_REQUEST');
  }
  expect(venue.account(trader).deadmanAt).toBe(0);
  expect(venue.setDeadman(trader, 86_400_000).error).toBeNull();
});

test('fires ten times a day of UTC; after that it cannot be set until midnight', () => {
  for (let firing = 0; firing < 10; firing++) {
    expect(venue.setDeadman(trader, 1_000).error).toBeNull();
    venue.wait(1_000);
  }
  expect(venue.setDeadman(trader, 1_000).error).toBe('RATE_LIMITED');
  expect(venue.setDeadman(trader, 0).error).toBeNull();
  expect(venue.setDeadman(venue.open(1), 1_000).error).toBeNull();
  venue.wait(Math.ceil(MONDAY_MORNING / 86_400_000) * 86_400_000 - venue.now);
  expect(venue.setDeadman(trader, 1_000).error).toBeNull();
});

test('several fall due in the order of their times', () => {
  const accounts = [30, 10, 20].map((seconds) => {
    const account = venue.open(1_000_000);
    venue.buy(account, 'BTC', 1, 60_000);
    venue.setDeadman(account, seconds * 1_000);
    return account;
  });
  venue.recorder.take();
  venue.wait(HOUR_MS);
  const told = venue.recorder.take().map((event) => ('account' in event ? event.account : 0));
  expect(told).toEqual([accounts[1], accounts[2], accounts[0]]);
});

test('survives a snapshot', () => {
  venue.buy(trader, 'BTC', 1, 60_000);
  venue.setDeadman(trader, 5_000);
  const restored = restoreSnapshot(encodeSnapshot(venue.exchange), new EventRecorder());
  expect(restored.nextDueAt).toBe(venue.now + 5_000);
});
