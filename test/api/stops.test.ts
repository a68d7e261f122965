import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
});
afterAll(() => tradewire.stop());

const STOP = {
  symbol: 'BTC',
  type: 'STOP_LIMIT',
  positionIntent: 'SELL_TO_OPEN',
  quantity: 0.5,
  stopPrice: 49_000,
  limitPrice: 48_900,
};

test('a stop is placed, changed and cancelled over REST', async () => {
  const exits = {
    takeProfit: { triggerPrice: 48_000 },
    stopLoss: { triggerPrice: 50_000, limitPrice: 50_100 },
  };
  const { status, body } = await tradewire.ask('POST', '/v1/orders', { ...STOP, ...exits });
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({ orderType: 'STOP_LIMIT', stopPrice: 49_000, limitPrice: 48_900, ...exits }),
  ]);
  const path = `/v1/orders/${(body as { orderId: string }).orderId}`;
  expect(await tradewire.ask('PUT', path, { stopPrice: 49_100 })).toMatchObject({
    status: 200,
    body: { stopPrice: 49_100, status: 'PENDING' },
  });
  expect(await tradewire.ask('PUT', `${path}/cancel`)).toMatchObject({ body: { status: 'CANCELED' } });
});

test('a GTD order may be repeated after its time; a new one for then is refused', async () => {
  const sandbox = new Sandbox(tradewire);
  const limit = { symbol: 'BTC', type: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const request = { ...limit, timeInForce: 'GTD', expiresAt, clientOrderId: 'for a minute' };
  const { body } = await tradewire.ask('POST', '/v1/orders', request);
  await sandbox.advanceClock(60_000);
  const { orderId } = body as { orderId: string };
  expect((await tradewire.ask('POST', '/v1/orders', request)).body).toMatchObject({ orderId });
  const late = { ...request, clientOrderId: 'too late' };
  const errors = { expiresAt: ['expiresAt must be in the future, and within 366 days'] };
  const refused = await tradewire.ask('POST', '/v1/orders', late);
  expect(refused).toMatchObject({ status: 400, body: { errors, receivedValue: late } });
  const batch = await tradewire.ask('POST', '/v1/orders/batch', [late]);
  expect(batch.body).toMatchObject({ errors: [{ index: 0, code: 'INVALID_REQUEST', errors }] });
});

test('a trailing stop and a GTD order show their terms', async () => {
  const { stopPrice: _, limitPrice: __, ...rest } = STOP;
  const trailing = await tradewire.ask('POST', '/v1/orders', {
    ...rest,
    type: 'TRAILING_STOP',
    trailPercent: 1.5,
  });
  expect(trailing.body).toMatchObject({ orderType: 'TRAILING_STOP', trailPercent: 1.5, stopPrice: 49_250 });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const gtd = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 1, limitPrice: 40_000 };
  const { body } = await tradewire.ask('POST', '/v1/orders', { ...gtd, timeInForce: 'GTD', expiresAt });
  expect(body).toMatchObject({ timeInForce: 'GTD', expiresAt });
});

test('every bad field is named at once, and what was received is shown', async () => {
  const request = {
    symbol: 'BTC',
    orderType: 'STOP',
    side: 'BUY',
    quantity: 1,
    limitPrice: 50_000,
    trailPercent: -1,
    timeInForce: 'GTD',
    takeProfit: { triggerPrice: 'high' },
    stopLoss: {},
  };
  expect(await tradewire.ask('POST', '/v1/orders', request)).toMatchObject({
    status: 400,
    body: {
      message: 'Validation failed',
      errors: {
        trailPercent: ['trailPercent must be a positive number'],
        'takeProfit.triggerPrice': ['takeProfit.triggerPrice must be a positive number'],
        'stopLoss.triggerPrice': ['stopLoss.triggerPrice must be a positive number'],
        limitPrice: ['limitPrice is not allowed for STOP orders'],
        stopPrice: ['stopPrice is required for STOP orders'],
        expiresAt: ['expiresAt is required for GTD orders'],
      },
      receivedValue: request,
    },
  });
});
