import { expect, test } from 'vitest';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import type { PlaceOrder } from '../../../src/exchange/command.js';
import { DEAF_LISTENER } from '../../../src/exchange/event.js';
import { CLOSED_ORDERS_MAX } from '../../../src/exchange/orders/closed-orders.js';
import { REDUCE_ONLY_ORDERS_MAX } from '../../../src/exchange/orders/order-rules.js';
import type { AccountId, InstrumentId, Lots, Millis, Ticks } from '../../../src/exchange/units.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const BATCH = 10_000;

/** An order that is rejected, since there is nothing to trade against. */
function hopeless(account: AccountId): PlaceOrder {
  return {
    kind: 'PLACE',
    account,
    instrument: 0 as InstrumentId,
    side: 1,
    type: 'MARKET',
    timeInForce: 'IOC',
    lots: 1_000 as Lots,
    ticks: 0 as Ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId: null,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
}

test('an account that floods the venue forgets its own orders only', () => {
  const venue = new TestVenue();
  const [quiet, noisy] = [venue.open(10_000), venue.open(10_000)];
  const kept = venue.buy(quiet, 'BTC', 0.01, 50_000, { clientOrderId: 'kept' });
  venue.cancel(quiet, 'kept');
  const first = venue.send({ ...hopeless(noisy), clientOrderId: 'first' });
  const commands = Array.from({ length: BATCH }, () => hopeless(noisy));
  for (let sent = 0; sent < CLOSED_ORDERS_MAX; sent += BATCH) {
    venue.sendBatch({ incarnation: 'flood', number: sent + 1, commands });
  }
  const again = venue.buy(quiet, 'BTC', 0.01, 50_000, { clientOrderId: 'kept' });
  expect(again.order?.id).toBe(kept.order?.id);
  const { closedOrders } = venue.account(noisy);
  expect(closedOrders.size).toBe(CLOSED_ORDERS_MAX);
  const oldest = closedOrders[Symbol.iterator]().next().value;
  expect(closedOrders.forgottenUntil(venue.now)).toBe(oldest!.updatedAt);
  expect(venue.account(quiet).closedOrders.forgottenUntil(venue.now)).toBe(venue.now - DAY_MS);
  expect(venue.send({ ...hopeless(noisy), clientOrderId: 'first' }).order?.id).not.toBe(first.order?.id);
});

test('a closed order is kept for a day, also on an account that does nothing more', () => {
  const venue = new TestVenue();
  const account = venue.open(10_000);
  const { order } = venue.buy(account, 'BTC', 0.01, 50_000, { clientOrderId: 'mine' });
  venue.cancel(account, order!.id);
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: DAY_MS - 1 });
  expect(venue.order(account, 'mine').status).toBe('CANCELED');
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: 1 });
  expect(venue.order(account, 'mine')).toBeUndefined();
  for (let entry = 0; entry < 4; entry++) venue.send({ kind: 'TICK' });
  expect(venue.account(account).closedOrders.size).toBe(0);
});

test('only so many reduce-only orders may rest on one position', () => {
  const venue = new TestVenue();
  const account = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 50_000, bids: [[49_990, 1]], asks: [[50_000, 1]] });
  venue.marketBuy(account, 'BTC', 1);
  const reduce = () => venue.sell(account, 'BTC', 0.01, 60_000, { reduceOnly: true });
  for (let placed = 0; placed < REDUCE_ONLY_ORDERS_MAX; placed++) expect(result(reduce())).toBe('ACTIVE');
  expect(result(reduce())).toBe('TOO_MANY_OPEN_ORDERS');
});

test('an id that is used again after a day means the later order, also after a restart', () => {
  const venue = new TestVenue();
  // More portfolios than journal entries, so that the old order is not freed yet.
  const account = venue.open(10_000);
  for (let opened = 0; opened < 10; opened++) venue.open(1);
  const old = venue.buy(account, 'BTC', 0.01, 50_000, { clientOrderId: 'mine' });
  venue.cancel(account, 'mine');
  venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: DAY_MS });
  const later = venue.buy(account, 'BTC', 0.01, 50_000, { clientOrderId: 'mine' });
  expect(later.order!.id).not.toBe(old.order!.id);
  expect(venue.account(account).closedOrders.size).toBe(1);
  const { state } = restoreSnapshot(encodeSnapshot(venue.exchange), DEAF_LISTENER);
  expect(state.findOrder(state.account(account)!, 'mine')?.id).toBe(later.order!.id);
});
