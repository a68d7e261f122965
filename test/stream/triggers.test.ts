import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import type { OrderData } from '../support/stream-data.js';
import { Tradewire } from '../support/tradewire.js';

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  await quoteAround(50_000);
  client = await StreamClient.connect(tradewire);
});
afterEach(async () => {
  await client.call('order.cancelAll');
  const { positions } = await client.call<{ positions: { quantity: number }[] }>('position.list');
  const flat = { symbol: 'BTC', orderType: 'MARKET', side: 'SELL', reduceOnly: true };
  for (const { quantity } of positions) await client.place({ ...flat, quantity });
  await client.close();
});

function quoteAround(price: number): Promise<void> {
  return sandbox.market('BTC', { oracle: price, bids: [[price - 10, 5]], asks: [[price + 10, 5]] });
}

const STOP = { symbol: 'BTC', orderType: 'STOP', side: 'BUY', quantity: 0.5, stopPrice: 51_000 };
const MARKET = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.5 };
const LIMIT = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
const BRACKET = {
  takeProfit: { triggerPrice: 52_000, limitPrice: 51_900 },
  stopLoss: { triggerPrice: 49_000 },
};

async function orderOf({ orderId }: { orderId: string }): Promise<OrderData> {
  return (await client.call<{ order: OrderData }>('order.get', { orderId })).order;
}

async function openOrders(): Promise<OrderData[]> {
  return (await client.call<{ orders: OrderData[] }>('order.list')).orders;
}

/** The statuses and reasons of the order events so far. */
function told(): unknown[] {
  const orders = client.events.filter(({ channel }) => channel === 'orders');
  return orders.map(({ data }) => [(data as OrderData).status, (data as OrderData).reason]);
}

test('a stop waits, is listed, and fires when the mark reaches it', async () => {
  await client.subscribe(['orders']);
  const order = await client.place({ ...STOP, clientOrderId: 'stop 1' });
  expect(order).toMatchObject({
    orderType: 'STOP',
    stopPrice: 51_000,
    status: 'PENDING',
    timeInForce: 'GTC',
  });
  expect(order).not.toHaveProperty('limitPrice');
  expect(await client.call('order.list', { status: 'PENDING' })).toEqual({ orders: [order] });
  expect(await client.call('order.amend', { clientOrderId: 'stop 1', stopPrice: 50_500 })).toMatchObject({
    order: { stopPrice: 50_500, status: 'PENDING' },
  });
  await quoteAround(50_500);
  expect(await orderOf(order)).toMatchObject({ status: 'FILLED', filledQuantity: 0.5, avgFillPrice: 50_510 });
  await client.seen('the fill', ({ data }) => (data as OrderData).status === 'FILLED');
  expect(told()).toEqual([
    ['PENDING', undefined],
    ['PENDING', undefined],
    ['ACTIVE', undefined],
    ['FILLED', undefined],
  ]);
});

test('a trailing stop shows where it stands by now', async () => {
  const trailing = { ...STOP, orderType: 'TRAILING_STOP', side: 'SELL', stopPrice: undefined };
  const byAmount = await client.place({ ...trailing, trailAmount: 500 });
  const byPercent = await client.place({ ...trailing, trailPercent: '2.5' });
  expect(byAmount).toMatchObject({ trailAmount: 500, stopPrice: 49_500 });
  expect(byPercent).toMatchObject({ trailPercent: 2.5, stopPrice: 48_750 });
  await quoteAround(51_010);
  expect(await orderOf(byAmount)).toMatchObject({ stopPrice: 50_500, status: 'PENDING' });
  expect(await orderOf(byPercent)).toMatchObject({ stopPrice: 49_725, status: 'PENDING' });
  const refusal = await client.refusal('order.amend', { orderId: byAmount.orderId, stopPrice: 50_000 });
  expect(refusal.details).toMatchObject({ errors: { stopPrice: [expect.any(String)] } });
});

test('exits follow a filled order and name it; the one that fills ends the other', async () => {
  const parent = await client.place({ ...MARKET, ...BRACKET });
  expect(parent).toMatchObject(BRACKET);
  const [profit, loss] = (await openOrders()) as [OrderData, OrderData];
  const common = {
    side: 'SELL',
    reduceOnly: true,
    quantity: 0.5,
    parentOrderId: parent.orderId,
    status: 'PENDING',
  };
  expect(profit).toMatchObject({
    ...common,
    orderType: 'TAKE_PROFIT_LIMIT',
    stopPrice: 52_000,
    limitPrice: 51_900,
  });
  expect(loss).toMatchObject({ ...common, orderType: 'STOP', stopPrice: 49_000 });
  await quoteAround(48_990);
  expect(await orderOf(loss)).toMatchObject({ status: 'FILLED' });
  expect(await orderOf(profit)).toMatchObject({ status: 'CANCELED', reason: 'SIBLING_FILLED' });
});

test('a position is protected, and its exits grow with it', async () => {
  await client.place(MARKET);
  const set = await client.call<{ orders: OrderData[] }>('position.protect', { symbol: 'BTC', ...BRACKET });
  expect(set.orders).toMatchObject([
    { orderType: 'TAKE_PROFIT_LIMIT', quantity: 0.5 },
    { orderType: 'STOP', quantity: 0.5 },
  ]);
  await client.place(MARKET);
  expect((await openOrders()).map(({ quantity }) => quantity)).toEqual([1, 1]);
  const left = await client.call('position.protect', { symbol: 'BTC', takeProfit: null });
  expect(left).toMatchObject({ orders: [{ orderType: 'STOP', quantity: 1 }] });
  expect(await client.call('position.protect', { symbol: 'BTC', stopLoss: null })).toEqual({ orders: [] });
});

test.each([
  ['INVALID_TRIGGER_PRICE', 'order.place', { ...LIMIT, takeProfit: { triggerPrice: 48_000 } }],
  ['INVALID_TRIGGER_PRICE', 'order.place', { ...MARKET, stopLoss: { triggerPrice: 51_000 } }],
  ['PRICE_NOT_ON_TICK', 'order.place', { ...STOP, stopPrice: '51000.5' }],
  ['PRICE_NOT_ON_TICK', 'order.place', { ...LIMIT, stopLoss: { triggerPrice: 48_000.01 } }],
  ['PRICE_TOO_FAR', 'order.place', { ...STOP, stopPrice: 91_000 }],
  ['REDUCE_ONLY_WOULD_INCREASE', 'order.place', { ...STOP, reduceOnly: true }],
  ['REDUCE_ONLY_WOULD_INCREASE', 'position.protect', { symbol: 'BTC', ...BRACKET }],
  ['UNKNOWN_SYMBOL', 'position.protect', { symbol: 'NOPE', ...BRACKET }],
])('%s of %s', async (code, method, params) => {
  expect((await client.refusal(method, params)).code).toBe(code);
});

test.each([
  ['stopPrice', { ...STOP, stopPrice: undefined }],
  ['limitPrice', { ...STOP, limitPrice: 51_000 }],
  ['limitPrice', { ...STOP, orderType: 'STOP_LIMIT' }],
  ['stopPrice', { ...LIMIT, stopPrice: 51_000 }],
  ['trailAmount', { ...STOP, orderType: 'TRAILING_STOP', stopPrice: undefined }],
  ['trailAmount', { ...STOP, trailAmount: 5 }],
  ['trailPercent', { ...MARKET, trailPercent: 5 }],
  ['trailPercent', { ...MARKET, orderType: 'TRAILING_STOP', trailPercent: 100 }],
  ['expiresAt', { ...LIMIT, timeInForce: 'GTD' }],
  ['expiresAt', { ...LIMIT, timeInForce: 'GTD', expiresAt: '2020-01-01T00:00:00.000Z' }],
  ['expiresAt', { ...LIMIT, timeInForce: 'GTD', expiresAt: '2999-01-01T00:00:00.000Z' }],
  ['expiresAt', { ...LIMIT, timeInForce: 'GTD', expiresAt: 'tomorrow' }],
  ['expiresAt', { ...LIMIT, expiresAt: '2999-01-01T00:00:00.000Z' }],
  ['takeProfit', { ...LIMIT, takeProfit: 52_000 }],
  ['takeProfit.triggerPrice', { ...LIMIT, takeProfit: {} }],
  ['stopLoss.limitPrice', { ...LIMIT, stopLoss: { triggerPrice: 48_000, limitPrice: 0 } }],
  ['stopLoss.at', { ...LIMIT, stopLoss: { triggerPrice: 48_000, at: 1 } }],
  ['stopLoss', { ...LIMIT, positionIntent: 'BUY_TO_CLOSE', stopLoss: { triggerPrice: 48_000 } }],
  ['postOnly', { ...STOP, postOnly: true }],
])('%s is named as what is wrong with an order', async (field, order) => {
  const { code, details } = await client.refusal('order.place', order);
  expect(code).toBe('INVALID_REQUEST');
  expect(Object.keys((details as { errors: object }).errors)).toContain(field);
});

test('a GTD order ends at its time, by the exchange’s clock', async () => {
  const { serverTime } = await client.call<{ serverTime: string }>('ping');
  const expiresAt = new Date(Date.parse(serverTime) + 60_000).toISOString();
  const order = await client.place({ ...LIMIT, timeInForce: 'GTD', expiresAt });
  expect(order).toMatchObject({ expiresAt, status: 'ACTIVE' });
  await sandbox.advanceClock(60_000);
  expect(await orderOf(order)).toMatchObject({ status: 'EXPIRED', reason: 'TIME_ENDED' });
});

test('a GTD order may be repeated after its time, for it is known by its name', async () => {
  const { serverTime } = await client.call<{ serverTime: string }>('ping');
  const expiresAt = new Date(Date.parse(serverTime) + 60_000).toISOString();
  const request = { ...LIMIT, timeInForce: 'GTD', expiresAt, clientOrderId: 'for a minute' };
  const { orderId } = await client.place(request);
  await sandbox.advanceClock(60_000);
  expect(await client.place(request)).toMatchObject({ orderId, status: 'EXPIRED' });
  const late = { ...request, clientOrderId: 'too late' };
  const details = { errors: { expiresAt: ['expiresAt must be in the future, and within 366 days'] } };
  expect(await client.refusal('order.place', late)).toMatchObject({ code: 'INVALID_REQUEST', details });
  const batch = await client.call('order.placeBatch', { orders: [request, late] });
  expect(batch).toMatchObject({
    results: [{ order: { orderId } }, { error: { code: 'INVALID_REQUEST', details } }],
  });
});

test('an amendment of a stop that fires on its way says what cannot be changed any more', async () => {
  const { orderId } = await client.place({ ...STOP, orderType: 'STOP_LIMIT', limitPrice: 50_000 });
  const amendments = [45_000, 44_900].map((stopPrice) =>
    client.request(stopPrice, {
      id: stopPrice,
      method: 'order.amend',
      params: { orderId, stopPrice },
    }),
  );
  const [first, second] = await Promise.allSettled(amendments);
  expect(first).toMatchObject({ status: 'fulfilled', value: { order: { status: 'ACTIVE' } } });
  expect(second).toMatchObject({
    reason: {
      code: 'INVALID_REQUEST',
      details: { errors: { stopPrice: ['stopPrice cannot be changed of this STOP_LIMIT order'] } },
    },
  });
});

test('the deadman’s switch cancels all unless it is renewed, ten times a day', async () => {
  const order = await client.place(LIMIT);
  const { expiresAt } = await client.call<{ expiresAt: string }>('session.deadman', { timeoutMs: 60_000 });
  expect(Date.parse(expiresAt)).toBeGreaterThan(0);
  expect(await client.call('session.deadman', { timeoutMs: 0 })).toEqual({ expiresAt: null });
  await sandbox.advanceClock(60_000);
  expect(await orderOf(order)).toMatchObject({ status: 'ACTIVE' });
  for (const timeoutMs of [-1, 999, 1.5, 86_400_001, '1000']) {
    const { code, details } = await client.refusal('session.deadman', { timeoutMs });
    expect([code, Object.keys((details as { errors: object }).errors)]).toEqual([
      'INVALID_REQUEST',
      ['timeoutMs'],
    ]);
  }
  // The day must not end among the ten.
  const { serverTime } = await client.call<{ serverTime: string }>('ping');
  await sandbox.advanceClock(86_400_000 - (Date.parse(serverTime) % 86_400_000));
  for (let firing = 0; firing < 10; firing++) {
    await client.call('session.deadman', { timeoutMs: 1_000 });
    await sandbox.advanceClock(1_000);
  }
  expect(await orderOf(order)).toMatchObject({ status: 'CANCELED', reason: 'DEADMAN' });
  const { code, details } = await client.refusal('session.deadman', { timeoutMs: 1_000 });
  expect(code).toBe('RATE_LIMITED');
  expect(details).toEqual({ limit: 10, remaining: 0, resetTime: expect.any(Number) });
});
