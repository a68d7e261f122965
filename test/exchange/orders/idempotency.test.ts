import { beforeEach, expect, test } from 'vitest';
import type { PlaceOrder } from '../../../src/exchange/command.js';
import { CLOSED_ORDER_RETENTION_MS } from '../../../src/exchange/orders/closed-orders.js';
import { type AccountId, BUY, type Lots, type Millis, type Ticks } from '../../../src/exchange/units.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('BTC', { oracle: 64_000 });
});

const mine = { clientOrderId: 'mine' } as const;

test('the same clientOrderId with the same order is answered with the order that exists', () => {
  const first = venue.buy(trader, 'BTC', 1, 64_000, mine);
  venue.recorder.take();
  const second = venue.buy(trader, 'BTC', 1, 64_000, mine);
  expect(second.order).toBe(first.order);
  expect(venue.recorder.take()).toEqual([]);
  expect(venue.account(trader).openCount).toBe(1);
});

test.each([
  ['quantity', () => venue.buy(trader, 'BTC', 2, 64_000, mine)],
  ['price', () => venue.buy(trader, 'BTC', 1, 64_001, mine)],
  ['side', () => venue.sell(trader, 'BTC', 1, 64_000, mine)],
  ['instrument', () => venue.buy(trader, 'AAPL', 10, 6_400, mine)],
  ['time in force', () => venue.buy(trader, 'BTC', 1, 64_000, { ...mine, timeInForce: 'DAY' })],
  ['post-only', () => venue.buy(trader, 'BTC', 1, 64_000, { ...mine, postOnly: true })],
  ['reduce-only', () => venue.buy(trader, 'BTC', 1, 64_000, { ...mine, reduceOnly: true })],
])('another %s makes it another order, which is refused', (_what, placeOther) => {
  venue.buy(trader, 'BTC', 1, 64_000, mine);
  expect(result(placeOther())).toBe('DUPLICATE_CLIENT_ORDER_ID');
});

test('a rejection is repeated, not tried again', () => {
  expect(result(venue.buy(trader, 'BTC', 900, 64_000, mine))).toBe('INSUFFICIENT_MARGIN');
  venue.send({ kind: 'DEPOSIT', account: trader, amount: venue.account(trader).balance });
  venue.setLeverage(trader, 'BTC', 40);
  expect(result(venue.buy(trader, 'BTC', 900, 64_000, mine))).toBe('INSUFFICIENT_MARGIN');
});

test('portfolios do not share client ids', () => {
  const other = venue.open(1_000_000);
  const [one, two] = [venue.buy(trader, 'BTC', 1, 64_000, mine), venue.buy(other, 'BTC', 1, 64_000, mine)];
  expect(one.order!.id).not.toBe(two.order!.id);
});

test('the id is kept while the order is open and for a day after', () => {
  const place = (): number => venue.buy(trader, 'BTC', 1, 64_000, mine).order!.id;
  const id = place();
  venue.now = (venue.now + 3 * CLOSED_ORDER_RETENTION_MS) as Millis;
  expect(place()).toBe(id);
  venue.cancel(trader, 'mine');
  venue.now = (venue.now + CLOSED_ORDER_RETENTION_MS - 1) as Millis;
  expect(place()).toBe(id);
  venue.now = (venue.now + 1) as Millis;
  venue.send({ kind: 'TICK' });
  expect(place()).not.toBe(id);
});

test('a batch that is sent twice is applied once', () => {
  const command: PlaceOrder = {
    kind: 'PLACE',
    account: trader,
    instrument: venue.market('BTC').id,
    side: BUY,
    type: 'LIMIT',
    timeInForce: 'GTC',
    lots: 1_000 as Lots,
    ticks: 640_000 as Ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId: null,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
  const batch = { incarnation: 'gateway', number: 1, commands: [command] };
  expect(venue.sendBatch(batch).length).toBe(1);
  expect(venue.sendBatch(batch).length).toBe(0);
  expect(venue.account(trader).openCount).toBe(1);
  expect(venue.sendBatch({ ...batch, incarnation: 'another' }).length).toBe(1);
});
