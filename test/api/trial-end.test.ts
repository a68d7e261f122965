import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Subscriber } from '../billing/subscriber.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

let tradewire: Tradewire;
let sandbox: Sandbox;
let subscriber: Subscriber;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 50_000 });
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  subscriber = await Subscriber.register(tradewire, new Date(Date.now() + aheadMs));
});

/** How far the tests before have moved the clock. */
let aheadMs = 0;

async function advanceClock(byMs: number): Promise<void> {
  await sandbox.advanceClock(byMs);
  aheadMs += byMs;
}

/** How a handshake is refused. */
async function refusedHandshake(): Promise<{ status: number; message: string }> {
  const socket = new WebSocket(tradewire.streamUrl, { headers: { 'x-api-key': subscriber.key } });
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('it was not refused')));
    socket.on('error', () => {});
    socket.on('unexpected-response', async (_request, response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, message: (JSON.parse(text) as { message: string }).message });
    });
  });
}

test('after the trial nothing is traded, everything can be read, and a payment opens it again', async () => {
  const client = await StreamClient.connect(tradewire, subscriber.key);
  const placed = await subscriber.order();
  expect(placed.status).toBe(200);
  const { orderId } = placed.body as { orderId: string };
  await advanceClock(3 * DAY_MS);

  expect(await subscriber.subscription()).toMatchObject({
    status: 'expired',
    plan: 'basic',
    days_remaining: 0,
  });
  expect(await subscriber.order()).toMatchObject({
    status: 403,
    body: { statusCode: 403, message: 'Trial expired', code: 'TRIAL_EXPIRED' },
  });
  const bid = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', limitPrice: 30_000, quantity: 0.001 };
  expect(await subscriber.ask('POST', '/v1/orders/batch', [bid, bid])).toMatchObject({
    status: 403,
    body: { statusCode: 403, message: 'Trial expired', code: 'TRIAL_EXPIRED' },
  });
  expect(await subscriber.ask('POST', '/v1/orders/batch', [bid, {}])).toMatchObject({
    status: 200,
    body: { orders: [], errors: [{ code: 'TRIAL_EXPIRED' }, { code: 'INVALID_REQUEST' }] },
  });
  expect((await client.refusal('order.place', bid)).code).toBe('TRIAL_EXPIRED');
  expect(await refusedHandshake()).toEqual({ status: 403, message: 'Trial expired' });

  expect((await subscriber.ask('GET', `/v1/orders/${orderId}`)).status).toBe(200);
  expect((await subscriber.ask('PUT', `/v1/orders/${orderId}/cancel`)).status).toBe(200);
  expect((await subscriber.ask('GET', '/v1/accounts')).status).toBe(200);
  await client.close();

  await subscriber.pay('basic');
  expect(await subscriber.subscription()).toMatchObject({ status: 'active', plan: 'basic' });
  expect((await subscriber.order()).status).toBe(200);
  await (await StreamClient.connect(tradewire, subscriber.key)).close();
});

test('after a paid month it is the subscription that has expired', async () => {
  await subscriber.pay('pro');
  await advanceClock(35 * DAY_MS);
  expect(await subscriber.subscription()).toMatchObject({
    status: 'expired',
    plan: 'pro',
    days_remaining: 0,
  });
  expect(await subscriber.order()).toMatchObject({ status: 403, body: { message: 'Subscription expired' } });
  expect(await refusedHandshake()).toEqual({ status: 403, message: 'Subscription expired' });
  await subscriber.pay('basic');
  expect((await subscriber.order()).status).toBe(200);
});

test('the demo user’s subscription outlives any clock', async () => {
  await advanceClock(3_000 * DAY_MS);
  const { body } = await tradewire.ask('GET', '/v1/billing/subscription');
  expect(body).toMatchObject({ status: 'active', current_period_end: null });
  await (await StreamClient.connect(tradewire)).close();
});
