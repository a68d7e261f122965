import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { type AccountView, addKey, addStranger, demoAccount } from './users.js';

let tradewire: Tradewire;
let account: AccountView;
let portfolioId: string;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  account = await demoAccount(tradewire);
  portfolioId = account.portfolios[0];
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  const quotes = { symbol: 'AAPL', oracle: 200, bids: [[199, 1_000]], asks: [[201, 1_000]] };
  await tradewire.ask('POST', '/v1/sandbox/market', quotes);
});

interface OrderView {
  readonly orderId: string;
  readonly status: string;
  readonly filledQuantity: number;
}

const RESTING = {
  symbol: 'AAPL',
  orderType: 'LIMIT',
  quantity: 5,
  limitPrice: 190,
  positionIntent: 'BUY_TO_OPEN',
};

async function place(order: object): Promise<OrderView> {
  const { status, body } = await tradewire.ask('POST', '/v1/orders', order);
  expect(status).toBe(200);
  return body as OrderView;
}

async function get(orderId: string): Promise<OrderView> {
  return (await tradewire.ask('GET', `/v1/orders/${orderId}`)).body as OrderView;
}

test('the first request of the seed is answered in its very shape', async () => {
  const request = {
    portfolioId,
    symbol: 'AAPL',
    quantity: 100,
    orderType: 'MARKET',
    positionIntent: 'BUY_TO_OPEN',
    timeInForce: 'DAY',
    assetClass: 'EQUITY',
  };
  const { status, body } = await tradewire.ask('POST', '/v1/orders', request);
  expect(status).toBe(200);
  const order = body as OrderView & { createdAt: string; updatedAt: string };
  expect(order).toMatchObject({ ...request, status: 'PENDING', accountId: account.id, filledQuantity: 0 });
  expect(Object.keys(order)).toEqual([
    'orderId',
    ...Object.keys(request),
    'status',
    'createdAt',
    'updatedAt',
    'accountId',
    'filledQuantity',
  ]);
  expect(order.updatedAt).toBe(order.createdAt);
  expect(await get(order.orderId)).toMatchObject({
    ...request,
    status: 'FILLED',
    filledQuantity: 100,
    avgFillPrice: 201,
  });
});

test('every bad field is named at once, in the words of the seed', async () => {
  const request = {
    portfolioId: '550e8400-e29b-41d4-a716-446655440000',
    symbol: 'AAPL',
    quantity: -10,
    orderType: 'INVALID',
    timeInForce: 'INVALID',
  };
  const { status, body } = await tradewire.ask('POST', '/v1/orders', request);
  expect(status).toBe(400);
  expect(body).toEqual({
    message: 'Validation failed',
    errors: {
      quantity: ['quantity must be a positive number'],
      orderType: [
        'orderType must be one of: MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING_STOP, TRAILING_STOP_LIMIT',
      ],
      timeInForce: ['timeInForce must be one of: DAY, GTC, IOC, FOK'],
    },
    receivedValue: request,
  });
});

test('what is missing and what contradicts is named together with the bad fields', async () => {
  const errorsOf = async (request: object) => {
    const { status, body } = await tradewire.ask('POST', '/v1/orders', request);
    const { errors, receivedValue } = body as { errors: Record<string, string[]>; receivedValue: unknown };
    expect({ status, receivedValue }).toEqual({ status: 400, receivedValue: request });
    return errors;
  };
  const { limitPrice: _, ...unpriced } = RESTING;
  expect(await errorsOf(unpriced)).toEqual({ limitPrice: ['limitPrice is required for LIMIT orders'] });
  expect(await errorsOf({ ...unpriced, quantity: -1 })).toEqual({
    quantity: ['quantity must be a positive number'],
    limitPrice: ['limitPrice is required for LIMIT orders'],
  });
  expect(await errorsOf({ symbol: 'AAPL', orderType: 'LIMIT' })).toEqual({
    quantity: ['quantity must be a positive number'],
    positionIntent: ['positionIntent or side is required'],
    limitPrice: ['limitPrice is required for LIMIT orders'],
  });
  expect(
    await errorsOf({ ...unpriced, symbol: 'NOPE', limitPrice: 0, side: 'SELL', reduceOnly: true, colour: 1 }),
  ).toEqual({
    symbol: ['symbol NOPE is not an instrument of this venue'],
    limitPrice: ['limitPrice must be a positive number'],
    side: ['side must agree with positionIntent'],
    reduceOnly: ['reduceOnly must agree with positionIntent'],
    colour: ['colour is not a known field'],
  });
  expect(
    await errorsOf({ ...RESTING, orderType: 'MARKET', quantity: '0.0000001', assetClass: 'PERPETUAL' }),
  ).toEqual({
    limitPrice: ['limitPrice is not allowed for MARKET orders'],
    quantity: [expect.stringContaining('quantity of AAPL must have at most')],
    assetClass: ['assetClass of AAPL is EQUITY'],
  });
});

test('what the instrument has no unit for keeps its code, and is named by field', async () => {
  const refused = async (method: string, path: string, body: object) =>
    (await tradewire.ask(method, path, body)).body;
  const amounts = { quantity: 0.0000001, limitPrice: 190.00001 };
  const both = {
    statusCode: 400,
    code: 'QUANTITY_NOT_ON_LOT',
    details: { errors: { quantity: [expect.anything()], limitPrice: [expect.anything()] } },
  };
  expect(await refused('POST', '/v1/orders', { ...RESTING, ...amounts })).toMatchObject(both);
  const { orderId } = await place(RESTING);
  expect(await refused('PUT', `/v1/orders/${orderId}`, amounts)).toMatchObject(both);
  expect(await refused('POST', '/v1/orders', { ...RESTING, symbol: 'NOPE' })).toMatchObject({
    statusCode: 400,
    code: 'UNKNOWN_SYMBOL',
    details: { errors: { symbol: ['symbol NOPE is not an instrument of this venue'] } },
  });
});

test('a body that is no order is refused as one', async () => {
  expect(await tradewire.ask('POST', '/v1/orders')).toMatchObject({
    status: 400,
    body: { errors: { request: ['an order must be an object'] }, receivedValue: null },
  });
  const response = await fetch(`${tradewire.url}/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tradewire.apiKey}` },
    body: '{',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ statusCode: 400, code: 'INVALID_JSON' });
});

test('a field of whatever name is named when it is not known', async () => {
  const response = await fetch(`${tradewire.url}/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tradewire.apiKey}` },
    body: '{"constructor":1,"__proto__":2}',
  });
  expect(response.status).toBe(400);
  const text = await response.text();
  for (const field of ['constructor', '__proto__']) expect(text).toContain(`${field} is not a known field`);
});

test('the words of other clients of the family are understood', async () => {
  const { orderId } = await place({
    portfolioId,
    accountId: account.id,
    symbol: 'AAPL',
    quantity: 1,
    type: 'LIMIT',
    side: 'BUY_TO_OPEN',
    limitPrice: '190.5',
    assetClass: 'EQUITY',
    session: 'REGULAR',
    timeInForce: 'DAY',
  });
  expect(await get(orderId)).toMatchObject({
    orderType: 'LIMIT',
    positionIntent: 'BUY_TO_OPEN',
    limitPrice: 190.5,
    status: 'ACTIVE',
  });
});

test('a rejected order says why', async () => {
  const refused = async (order: object) => {
    const { status, body } = await tradewire.ask('POST', '/v1/orders', { ...RESTING, ...order });
    return [status, (body as { code: string }).code];
  };
  expect(await refused({ symbol: 'NOPE' })).toEqual([400, 'UNKNOWN_SYMBOL']);
  expect(await refused({ limitPrice: 190.00001 })).toEqual([400, 'PRICE_NOT_ON_TICK']);
  expect(await refused({ quantity: 10_000 })).toEqual([422, 'INSUFFICIENT_MARGIN']);
  expect(await refused({ limitPrice: 1 })).toEqual([422, 'PRICE_TOO_FAR']);
  expect(await refused({ positionIntent: 'BUY_TO_CLOSE' })).toEqual([422, 'REDUCE_ONLY_WOULD_INCREASE']);
});

test('a repeated clientOrderId is the same order as it is now, and another order with it a conflict', async () => {
  const order = { ...RESTING, clientOrderId: 'only "once"' };
  const { orderId } = await place(order);
  await tradewire.ask('PUT', `/v1/orders/${orderId}`, { quantity: 4 });
  const present = await get(orderId);
  expect(present).toMatchObject({ clientOrderId: 'only "once"', status: 'ACTIVE', quantity: 4 });
  expect(await place(order)).toEqual(present);
  const batch = await tradewire.ask('POST', '/v1/orders/batch', [order]);
  expect(batch.body).toEqual({ orders: [present], errors: [] });
  const other = await tradewire.ask('POST', '/v1/orders', { ...order, quantity: 6 });
  expect(other.status).toBe(409);
  expect(other.body).toMatchObject({ statusCode: 409, code: 'DUPLICATE_CLIENT_ORDER_ID' });
});

test('an order is changed, cancelled, and then it is too late', async () => {
  const { orderId } = await place(RESTING);
  const change = (body: object) => tradewire.ask('PUT', `/v1/orders/${orderId}`, body);
  expect(await change({ quantity: 3, limitPrice: '191' })).toMatchObject({
    status: 200,
    body: { orderId, quantity: 3, limitPrice: 191, status: 'ACTIVE' },
  });
  expect(await change({})).toMatchObject({
    status: 400,
    body: { errors: { quantity: ['quantity, limitPrice or stopPrice is required'] } },
  });
  expect(await change({ quantity: 0, symbol: 'MSFT' })).toMatchObject({
    status: 400,
    body: { errors: { quantity: expect.anything(), symbol: expect.anything() } },
  });
  const cancel = () => tradewire.ask('PUT', `/v1/orders/${orderId}/cancel`);
  expect(await cancel()).toMatchObject({ status: 200, body: { orderId, status: 'CANCELED' } });
  expect(await cancel()).toMatchObject({ status: 409, body: { statusCode: 409, code: 'ORDER_NOT_OPEN' } });
  expect((await change({ quantity: 2 })).status).toBe(409);
});

test('a quantity that is filled already cannot be asked for', async () => {
  await tradewire.ask('POST', '/v1/sandbox/market', { symbol: 'AAPL', bids: [] });
  const { orderId } = await place({ ...RESTING, limitPrice: 200, quantity: 10 });
  await tradewire.ask('POST', '/v1/sandbox/flow', { symbol: 'AAPL', side: 'SELL', quantity: 4 });
  expect(await get(orderId)).toMatchObject({ status: 'ACTIVE', filledQuantity: 4, avgFillPrice: 200 });
  expect(await tradewire.ask('PUT', `/v1/orders/${orderId}`, { quantity: 4 })).toMatchObject({
    status: 400,
    body: { errors: { quantity: ['quantity must be more than what is filled already'] } },
  });
});

test('a batch places what it can, and says what it cannot', async () => {
  const orders = [RESTING, { ...RESTING, quantity: 0 }, { ...RESTING, symbol: 'NOPE' }, RESTING, 7];
  const { status, body } = await tradewire.ask('POST', '/v1/orders/batch', orders);
  expect(status).toBe(200);
  expect(body).toEqual({
    orders: [expect.objectContaining({ status: 'PENDING' }), expect.objectContaining({ status: 'PENDING' })],
    errors: [
      {
        index: 1,
        message: 'Validation failed',
        code: 'INVALID_REQUEST',
        errors: { quantity: ['quantity must be a positive number'] },
      },
      expect.objectContaining({ index: 2, code: 'UNKNOWN_SYMBOL' }),
      expect.objectContaining({ index: 4, code: 'INVALID_REQUEST' }),
    ],
  });
  for (const wrong of [{ orders }, [], Array.from({ length: 51 }, () => RESTING)]) {
    expect((await tradewire.ask('POST', '/v1/orders/batch', wrong)).status).toBe(400);
  }
});

test('orders are listed newest first, in pages, and cancelled all at once', async () => {
  const path = `/v1/orders/account/${account.id}`;
  const placed: string[] = [];
  for (let count = 0; count < 3; count++) placed.push((await place(RESTING)).orderId);
  const list = async (query: string) => {
    const { body } = await tradewire.ask('GET', path + query);
    return body as { orders: OrderView[]; page: number; limit: number; total: number };
  };
  const whole = await list('');
  expect(whole).toMatchObject({ page: 1, limit: 10 });
  expect(whole.orders.slice(0, 3).map(({ orderId }) => orderId)).toEqual(placed.toReversed());
  const second = await list('?page=2&limit=2');
  expect(second.orders).toEqual(whole.orders.slice(2, 4));
  expect(second).toMatchObject({ page: 2, limit: 2, total: whole.total });
  expect((await list('?page=100')).orders).toEqual([]);
  const { orderId } = await place({ ...RESTING, limitPrice: 201 });
  expect((await list('?limit=1')).orders).toEqual([expect.objectContaining({ orderId, status: 'FILLED' })]);
  expect((await tradewire.ask('GET', `${path}?page=0&limit=501`)).body).toMatchObject({
    errors: { page: expect.anything(), limit: expect.anything() },
    receivedValue: { page: '0', limit: '501' },
  });

  const { body } = await tradewire.ask('DELETE', path);
  expect((body as { canceled: number }).canceled).toBeGreaterThanOrEqual(3);
  for (const orderId of placed) expect(await get(orderId)).toMatchObject({ status: 'CANCELED' });
});

test('what was filled today is listed, and nothing else', async () => {
  await place(RESTING);
  const { orderId } = await place({ ...RESTING, orderType: 'MARKET', limitPrice: undefined });
  const { body } = await tradewire.ask('GET', '/v1/orders/filled/today?limit=500');
  const { orders, total } = body as { orders: OrderView[]; total: number };
  expect(orders[0]).toMatchObject({ orderId, status: 'FILLED' });
  expect(orders.every(({ status }) => status === 'FILLED')).toBe(true);
  expect(total).toBe(orders.length);
});

test('nobody sees or touches what is another’s', async () => {
  const stranger = await addStranger(tradewire);
  const { orderId } = await place(RESTING);
  const ask = (method: string, path: string, body?: unknown) => tradewire.ask(method, path, body, stranger);
  const paths = [
    ['GET', `/v1/orders/${orderId}`],
    ['PUT', `/v1/orders/${orderId}/cancel`],
    ['GET', `/v1/orders/account/${account.id}`],
    ['DELETE', `/v1/orders/account/${account.id}`],
  ] as const;
  for (const [method, path] of paths) expect((await ask(method, path)).status).toBe(404);
  expect((await ask('PUT', `/v1/orders/${orderId}`, { quantity: 1 })).status).toBe(404);
  expect((await ask('POST', '/v1/orders', { ...RESTING, portfolioId })).status).toBe(403);
  expect((await ask('POST', '/v1/orders', { ...RESTING, accountId: account.id })).status).toBe(403);
  expect(await get(orderId)).toMatchObject({ status: 'ACTIVE' });
  expect((await tradewire.ask('GET', '/v1/orders/nonsense')).body).toMatchObject({ code: 'ORDER_NOT_FOUND' });
});

test('a credential does what its scopes allow', async () => {
  const { key } = await addKey(tradewire, account.id, ['read']);
  expect((await tradewire.ask('GET', '/v1/accounts', undefined, key)).status).toBe(200);
  expect((await tradewire.ask('POST', '/v1/orders', RESTING, key)).status).toBe(403);
  expect((await tradewire.ask('POST', '/v1/orders', RESTING, '')).status).toBe(401);
  expect((await tradewire.ask('POST', '/v1/orders', RESTING, 'unknown')).status).toBe(401);
  const byHeader = await fetch(`${tradewire.url}/v1/accounts`, {
    headers: { 'x-api-key': tradewire.apiKey },
  });
  expect(byHeader.status).toBe(200);
  expect(byHeader.headers.get('x-request-id')).toBeTruthy();
});

test('HTTP’s own refusals are in the manner of the family', async () => {
  expect(await tradewire.ask('DELETE', '/v1/orders')).toMatchObject({
    status: 405,
    body: { statusCode: 405 },
  });
  expect(await tradewire.ask('GET', '/v1/orders/a/b/c')).toMatchObject({
    status: 404,
    body: { statusCode: 404, message: 'Not found' },
  });
});
