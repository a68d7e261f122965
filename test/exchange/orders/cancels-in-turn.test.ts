import { beforeEach, expect, test } from 'vitest';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import type { Command } from '../../../src/exchange/command.js';
import { CANCELS_AT_ONCE } from '../../../src/exchange/orders/cancels-in-turn.js';
import type { AccountId } from '../../../src/exchange/units.js';
import { EventRecorder } from '../../support/event-recorder.js';
import { TestVenue } from '../../support/exchange-fixture.js';
import { TestGatewayRun } from '../twin/gateway-run.js';

/** Several portfolios with so many orders each: two of them are more than is cancelled at once. */
const PORTFOLIOS = 5;
const ORDERS = 600;
const ALL = PORTFOLIOS * ORDERS;
/** A slice ends with a portfolio. */
const SLICE = 2 * ORDERS;

let venue: TestVenue;
let traders: AccountId[];
let here: TestGatewayRun;
let there: TestGatewayRun;

beforeEach(() => {
  venue = new TestVenue();
  venue.quote('BTC', { oracle: 64_000 });
  traders = Array.from({ length: PORTFOLIOS }, () => venue.open(1_000_000));
  for (const trader of traders) {
    for (let count = 0; count < ORDERS; count++) venue.buy(trader, 'BTC', 0.01, 60_000);
  }
  here = new TestGatewayRun(venue, 'here');
  there = new TestGatewayRun(venue, 'there');
  expect(SLICE).toBeGreaterThan(CANCELS_AT_ONCE);
});

const openCount = () => venue.exchange.state.openOrders.size;
const openCounts = () => traders.map((trader) => venue.account(trader).openCount);

function guardAll(graceMs: number): void {
  for (const trader of traders) here.guard(trader, `of ${trader}`, graceMs);
}

/** Sends nothing but time until no more is due now; answers with how many orders were open after each entry. */
function ticksUntilDone(): number[] {
  const counts: number[] = [];
  while (venue.exchange.nextDueAt === venue.exchange.time) {
    venue.send({ kind: 'TICK' });
    counts.push(openCount());
  }
  return counts;
}

test('the orders of a lost gateway are cancelled portfolio by portfolio, some with each entry', () => {
  guardAll(0);
  there.giveUp('here', here.lastNumber);
  expect(openCounts()).toEqual([0, 0, ORDERS, ORDERS, ORDERS]);
  expect(ticksUntilDone()).toEqual([ALL - 2 * SLICE, 0]);
  expect(venue.exchange.isGivenUp('here')).toBe(true);
});

test('what is placed meanwhile stays, also by a portfolio whose turn has not come', () => {
  guardAll(0);
  const last = traders.at(-1)!;
  there.send(here.givingUp(), { kind: 'PORTFOLIO_BACK', account: last });
  const { order: fresh } = venue.buy(last, 'BTC', 0.01, 60_000);
  expect(openCounts()).toEqual([0, 0, 0, 0, ORDERS + 1]);
  ticksUntilDone();
  expect(openCounts()).toEqual([0, 0, 0, 0, 1]);
  expect(fresh!.status).toBe('ACTIVE');
});

test('sessions that end in one entry take turns, too', () => {
  guardAll(0);
  const { position: heardAt } = venue.exchange;
  here.send(
    ...traders.map((trader): Command => ({ kind: 'SESSION_LOST', sessionId: `of ${trader}`, heardAt })),
  );
  expect(openCount()).toBe(ALL - SLICE);
  expect(ticksUntilDone()).toEqual([ALL - 2 * SLICE, 0]);
});

test('graces and deadmen that run out together take turns, each for its own reason', () => {
  guardAll(5_000);
  there.giveUp('here', here.lastNumber);
  for (const account of traders.slice(2)) venue.send({ kind: 'SET_DEADMAN', account, timeoutMs: 5_000 });
  const orders = traders.map((trader) => venue.account(trader).firstOpen!);
  expect(openCount()).toBe(ALL);
  venue.wait(5_000);
  expect(openCount()).toBe(ALL - SLICE);
  ticksUntilDone();
  expect(orders.map(({ reason }) => reason)).toEqual([
    'DISCONNECT',
    'DISCONNECT',
    'DEADMAN',
    'DEADMAN',
    'DEADMAN',
  ]);
});

test('nothing is left for later when the sandbox moves the clock', () => {
  guardAll(5_000);
  there.giveUp('here', here.lastNumber);
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 5_000 });
  expect(openCount()).toBe(0);
});

test('a snapshot between two slices goes on as the exchange itself does', () => {
  guardAll(0);
  there.giveUp('here', here.lastNumber);
  const recorder = new EventRecorder();
  const copy = restoreSnapshot(encodeSnapshot(venue.exchange), recorder);
  expect(stateHash(copy)).toBe(stateHash(venue.exchange));
  venue.recorder.take();
  for (let number = 1; number <= 3; number++) {
    const batch = { incarnation: 'both', number, commands: [{ kind: 'TICK' }] } as const;
    copy.applyBatch(venue.now, batch, null);
    venue.sendBatch(batch);
    expect(stateHash(copy)).toBe(stateHash(venue.exchange));
  }
  expect(recorder.events).toEqual(venue.recorder.events);
  expect(copy.state.openOrders.size).toBe(0);
});
