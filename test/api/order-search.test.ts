import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORDERS_READ_MAX } from '../../src/api/request/order-search.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { demoAccount } from './users.js';

const BATCH = 50;
const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.001, limitPrice: 49_000 };

interface Listed {
  readonly orderId: string;
}

let tradewire: Tradewire;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000, asks: [[50_010, 5]] });
  client = await StreamClient.connect(tradewire);
  // As many cancelled orders as a request reads, between two that filled.
  const fill = () => client.place({ ...BID, orderType: 'MARKET', limitPrice: undefined });
  await fill();
  for (let count = 0; count < ORDERS_READ_MAX; count += BATCH) {
    const orders = Array.from({ length: BATCH }, () => BID);
    await client.call('order.placeBatch', { orders });
    await client.call('order.cancelAll');
  }
  await fill();
});
afterAll(() => tradewire.stop());

test('order.list goes on behind the latest closed orders, each once', async () => {
  const list = async (status: string) => {
    const { orders } = await client.call<{ orders: Listed[] }>('order.list', { status, limit: 1_000 });
    return new Set(orders.map(({ orderId }) => orderId)).size;
  };
  expect([await list('CANCELED'), await list('FILLED')]).toEqual([ORDERS_READ_MAX, 2]);
});

test('so does the list of those filled today', async () => {
  const { body } = await tradewire.ask('GET', '/v1/orders/filled/today');
  expect(body).toMatchObject({ orders: [{ status: 'FILLED' }, { status: 'FILLED' }], total: 2 });
});

test('a page beyond it is refused by name', async () => {
  const { id } = await demoAccount(tradewire);
  const page = (number: number) => tradewire.ask('GET', `/v1/orders/account/${id}?limit=500&page=${number}`);
  const last = (await page(2)).body as { orders: unknown[]; total: number };
  expect(last.orders).toHaveLength(500);
  expect(last.total).toBe(ORDERS_READ_MAX + 2);
  expect(await page(3)).toMatchObject({
    status: 400,
    body: { errors: { page: ['page must be a whole number from 1 to 2'] } },
  });
});
