import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addKey, demoAccount } from '../api/users.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const LIMIT = 200;
const ORDER = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', quantity: 0.01, limitPrice: 49_000 };

let tradewire: Tradewire;
let userId: string;
let client: StreamClient;
let key: string;

interface Standing {
  readonly limit: number;
  readonly remaining: number;
  readonly resetTime: number;
}

beforeAll(async () => {
  tradewire = await Tradewire.start({ DEMO_PLAN: 'basic' });
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000, asks: [[50_010, 5]] });
  userId = (await demoAccount(tradewire)).id;
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  key = (await addKey(tradewire, userId, ['trade'])).key;
  client = await StreamClient.connect(tradewire, key);
});

const standing = () => client.call<Standing>('limit.get');

/** Asks until it is refused; answers with how often it was not. */
async function countUntilRefused(ask: () => Promise<unknown>): Promise<{ count: number; details: unknown }> {
  for (let count = 0; ; count++) {
    const error = await ask().then(
      () => null,
      (failure: { code: string; details: unknown }) => failure,
    );
    if (error?.code === 'RATE_LIMITED') return { count, details: error.details };
    expect(count).toBeLessThan(1_000);
  }
}

test('to connect, to ping and to ask for the limit costs nothing', async () => {
  expect(client.hello.rateLimit).toEqual({ limit: LIMIT, remaining: LIMIT, resetTime: 0 });
  await client.call('ping');
  expect(await standing()).toEqual({ limit: LIMIT, remaining: LIMIT, resetTime: 0 });
  await client.call('market.list');
  expect(await standing()).toMatchObject({ remaining: LIMIT - 1 });
});

test('a request beyond the limit is refused with what it takes to go on', async () => {
  const { count, details } = await countUntilRefused(() => client.call('position.list'));
  expect(count).toBe(LIMIT);
  const { resetTime } = details as Standing;
  expect(details).toEqual({ limit: LIMIT, remaining: 0, resetTime });
  await client.call('ping');
  const { status } = await tradewire.ask('GET', '/v1/accounts', undefined, key);
  expect(status).toBe(429);
  const again = await StreamClient.connect(tradewire, key);
  expect(again.hello.rateLimit).toMatchObject({ remaining: 0 });
  await new Sandbox(tradewire).advanceClock(resetTime * 1_000);
  await client.call('position.list');
});

test('a batch counts as its orders, and cancels have a reserve', async () => {
  const orders = Array.from({ length: 50 }, () => ORDER);
  for (let round = 0; round < LIMIT / 50; round++) await client.call('order.placeBatch', { orders });
  await expect(client.call('order.placeBatch', { orders: [ORDER] })).rejects.toMatchObject({
    code: 'RATE_LIMITED',
  });
  expect(await client.call('order.cancelAll')).toEqual({ canceled: LIMIT });
  const cancel = () => client.call('order.cancel', { orderId: 'none' });
  expect((await countUntilRefused(cancel)).count).toBe(LIMIT / 2 - 1);
});

test('invalid frames count, too', async () => {
  client.socket.send('not JSON');
  client.socket.send('{"method":"ping"}');
  client.socket.send(Buffer.from([1, 2, 3]));
  await client.call('nothing.like.it').catch(() => undefined);
  expect(await standing()).toMatchObject({ remaining: LIMIT - 4 });
  expect(client.strays.map(({ code }) => code)).toEqual([
    'INVALID_JSON',
    'INVALID_REQUEST',
    'INVALID_REQUEST',
  ]);
});
