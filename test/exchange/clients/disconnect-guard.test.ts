import { beforeEach, expect, test } from 'vitest';
import { GUARDED_SESSIONS_MAX } from '../../../src/exchange/clients/disconnect-guard.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import type { Order } from '../../../src/exchange/orders/order.js';
import type { Outcome } from '../../../src/exchange/outcome.js';
import type { AccountId, Position } from '../../../src/exchange/units.js';
import { EventRecorder } from '../../support/event-recorder.js';
import { TestVenue } from '../../support/exchange-fixture.js';
import { TestGatewayRun } from '../twin/gateway-run.js';

let venue: TestVenue;
let trader: AccountId;
let here: TestGatewayRun;
let there: TestGatewayRun;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000 });
  here = new TestGatewayRun(venue, 'here');
  there = new TestGatewayRun(venue, 'there');
});

function bid(account = trader): Order {
  return venue.buy(account, 'BTC', 1, 60_000).order!;
}

function reasons(orders: readonly Order[]): (string | null)[] {
  return orders.map(({ status, reason }) => (status === 'ACTIVE' ? status : reason));
}

test('the end of a session cancels all open orders of its portfolio at once, waiting ones too, and no others', () => {
  const other = venue.open(1_000_000);
  const orders = [
    bid(),
    venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 66_000 }).order!,
    bid(other),
  ];
  here.guard(trader, 'a', 0);
  here.lose('a');
  expect(reasons(orders)).toEqual(['DISCONNECT', 'DISCONNECT', 'ACTIVE']);
  expect(venue.account(trader).guardedSessions).toBe(0);
  const later = bid();
  here.lose('a');
  expect(later.status).toBe('ACTIVE');
});

test('a grace is counted on the clock of the exchange, and whoever is back before its end keeps everything', () => {
  const order = bid();
  here.guard(trader, 'a', 5_000);
  here.lose('a');
  expect(venue.exchange.nextDueAt).toBe(venue.now + 5_000);
  venue.wait(4_999);
  there.back(trader);
  venue.wait(60_000);
  expect(order.status).toBe('ACTIVE');
  there.guard(trader, 'b', 5_000);
  there.lose('b');
  venue.wait(4_999);
  expect(order.status).toBe('ACTIVE');
  venue.wait(1);
  expect(order.reason).toBe('DISCONNECT');
  expect(order.updatedAt).toBe(venue.now);
  expect(venue.exchange.nextDueAt).toBeNull();
});

test('of several lost sessions the one with the least patience decides', () => {
  const order = bid();
  for (const [sessionId, graceMs] of [
    ['a', 60_000],
    ['b', 1_000],
    ['c', 30_000],
  ] as const) {
    here.guard(trader, sessionId, graceMs);
  }
  for (const sessionId of ['a', 'b', 'c']) here.lose(sessionId);
  venue.wait(1_000);
  expect(order.reason).toBe('DISCONNECT');
});

test('a session that began after the lost one was last heard of keeps its orders, however late that is noticed', () => {
  here.guard(trader, 'a', 0);
  const before = bid();
  const heardAt = venue.exchange.position;
  there.back(trader);
  const second = bid();
  there.back(trader);
  const third = bid();
  here.lose('a', heardAt);
  expect(reasons([before, second, third])).toEqual(['DISCONNECT', 'ACTIVE', 'ACTIVE']);
});

test('a session that had begun before is no way back', () => {
  here.guard(trader, 'a', 0);
  there.back(trader);
  const orders = [bid(), bid()];
  here.lose('a');
  expect(reasons(orders)).toEqual(['DISCONNECT', 'DISCONNECT']);
  here.guard(trader, 'a', 1_000);
  there.back(trader);
  const order = bid();
  here.lose('a');
  venue.wait(1_000);
  expect(order.reason).toBe('DISCONNECT');
});

test('with a grace, nothing is cancelled where the portfolio has come back unnoticed', () => {
  here.guard(trader, 'a', 1_000);
  const heardAt = venue.exchange.position;
  const order = bid();
  there.back(trader);
  here.lose('a', heardAt);
  venue.wait(60_000);
  expect(order.status).toBe('ACTIVE');
});

test('is a setting of one session of one gateway: changed by asking again, called off by null', () => {
  const order = bid();
  here.guard(trader, 'a', 0);
  there.lose('a');
  here.guard(trader, 'a', 10_000);
  expect(venue.account(trader).guardedSessions).toBe(1);
  here.guard(trader, 'a', null);
  here.lose('a');
  venue.wait(60_000);
  expect(order.status).toBe('ACTIVE');
  expect(venue.exchange.state.guardedGateways.size).toBe(0);
});

test('a gateway that is lost loses all its sessions as of its last batch', () => {
  const others = [venue.open(1_000_000), venue.open(1_000_000)] as const;
  here.guard(trader, 'a', 0);
  here.guard(others[0], 'b', 2_000);
  there.guard(others[1], 'c', 0);
  const orders = [bid(), bid(others[0]), bid(others[1])];
  const lastNumber = here.lastNumber;
  there.back(trader);
  const fresh = bid();
  there.giveUp('here', lastNumber);
  expect(reasons([...orders, fresh])).toEqual(['DISCONNECT', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
  venue.wait(2_000);
  expect(reasons(orders)).toEqual(['DISCONNECT', 'DISCONNECT', 'ACTIVE']);
});

test('a gateway that has appended since is not given up', () => {
  here.guard(trader, 'a', 0);
  const order = bid();
  const { lastNumber } = here;
  here.beat();
  there.giveUp('here', lastNumber);
  expect([order.status, venue.exchange.isGivenUp('here')]).toEqual(['ACTIVE', false]);
  there.giveUp('here', here.lastNumber);
  expect([order.reason, venue.exchange.isGivenUp('here')]).toEqual(['DISCONNECT', true]);
});

test('a gateway without guarded sessions cannot be given up', () => {
  here.beat();
  there.giveUp('here', here.lastNumber);
  there.giveUp('unheard of', 0);
  expect(here.guard(trader, 'a', 0).error).toBeNull();
});

test('nothing is taken from a gateway that was given up, and it is told so', () => {
  here.guard(trader, 'a', 0);
  there.giveUp('here', here.lastNumber);
  const hash = stateHash(venue.exchange);
  const { position } = venue.exchange;
  const outcomes: Outcome[] = here.send(
    { kind: 'CANCEL_ALL', account: trader, instrument: null },
    { kind: 'DEPOSIT', account: trader, amount: 1 as never },
  );
  expect(outcomes.map(({ error }) => error)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  expect(venue.exchange.position).toBe(position + 1);
  expect(stateHash(venue.exchange)).not.toBe(hash);
  expect(venue.account(trader).balance).toBe(1_000_000_000_000);
});

test('refuses a session of another portfolio, too long a grace, and more than it can keep in mind', () => {
  const other = venue.open(1);
  here.guard(trader, 'a', 0);
  expect(here.guard(other, 'a', 0).error).toBe('FORBIDDEN');
  expect(here.guard(trader, 'a', 60_001).error).toBe('INVALID_REQUEST');
  for (let session = 1; session < GUARDED_SESSIONS_MAX; session++) here.guard(trader, `${session}`, 0);
  expect(there.guard(trader, 'b', 0).error).toBe('INVALID_REQUEST');
  expect(here.guard(trader, 'a', 7).error).toBeNull();
  expect(there.guard(other, 'b', 0).error).toBeNull();
});

test('forgets the oldest of many returns, and all of them with the last guard', () => {
  here.guard(trader, 'a', 0);
  const heardAt = venue.exchange.position;
  const orders = Array.from({ length: 10 }, () => {
    there.back(trader);
    return bid();
  });
  here.lose('a', heardAt as Position);
  expect(reasons(orders)).toEqual(['DISCONNECT', 'DISCONNECT', ...Array(8).fill('ACTIVE')]);
  expect(venue.account(trader).returns).toEqual([]);
});

test('survives a snapshot', () => {
  const order = bid();
  here.guard(trader, 'a', 0);
  there.guard(trader, 'b', 1_000);
  there.back(trader);
  there.lose('b');
  const restored = restoreSnapshot(encodeSnapshot(venue.exchange), new EventRecorder());
  expect(stateHash(restored)).toBe(stateHash(venue.exchange));
  expect(restored.nextDueAt).toBe(venue.now + 1_000);
  const batch = { incarnation: 'other', number: 1, commands: [here.givingUp()] };
  restored.applyBatch(venue.now, batch, null);
  expect(restored.state.findOrder(restored.state.account(trader)!, order.id)?.reason).toBe('DISCONNECT');
});
