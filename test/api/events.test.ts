import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { checkFrame } from '../support/stream-document.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { demoAccount } from './users.js';

const HOUR_MS = 3_600_000;

let tradewire: Tradewire;
let sandbox: Sandbox;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

interface Events {
  readonly epoch: string;
  readonly oldest: number;
  readonly newest: number;
  readonly reached: number;
  readonly events: readonly { readonly channel: string; readonly seq: number; readonly prev: number }[];
}

async function poll(query: string, key?: string): Promise<Events> {
  const page = (await tradewire.ask('GET', `/v1/events${query}`, undefined, key)).body as Events;
  for (const frame of page.events) checkFrame(frame);
  return page;
}

test('a poller gets every event after its position, in pages, exactly', async () => {
  const start = await poll('');
  const order = {
    symbol: 'BTC',
    orderType: 'LIMIT',
    quantity: 1,
    limitPrice: 100,
    positionIntent: 'BUY_TO_OPEN',
  };
  for (let count = 0; count < 3; count++) await tradewire.ask('POST', '/v1/orders', order);
  const first = await poll(`?since=${start.newest}&epoch=${start.epoch}&limit=2`);
  expect(first.newest).toBeGreaterThan(start.newest + 2);
  expect(first.events.map(({ seq, prev }) => [prev, seq])).toEqual([
    [start.newest, start.newest + 1],
    [start.newest + 1, start.newest + 2],
  ]);
  const rest = await poll(`?since=${start.newest + 2}&epoch=${start.epoch}`);
  expect(rest.events.at(-1)!.seq).toBe(rest.newest);
  expect(rest.events[0]).toMatchObject({ channel: expect.any(String), time: expect.any(String) });
  expect((await poll(`?since=${rest.newest}`)).events).toEqual([]);
});

test('a poller of some channels passes over the others, and its position advances all the same', async () => {
  const { key } = await addTrader(tradewire);
  const start = await poll('', key);
  await sandbox.market('SOL', { oracle: 150, asks: [[151, 5]] });
  for (let count = 0; count < 3; count++) {
    const order = { symbol: 'SOL', orderType: 'MARKET', quantity: 1, positionIntent: 'BUY_TO_OPEN' };
    await tradewire.ask('POST', '/v1/orders', order, key);
  }
  const all = (await poll(`?since=${start.newest}&limit=1000`, key)).events;
  const orders = all.filter(({ channel }) => channel === 'orders').map(({ seq }) => seq);
  expect(orders.length).toBeLessThan(all.length);
  const seen: number[] = [];
  let since = start.newest;
  for (let newest = since + 1; since < newest; ) {
    const page = await poll(`?since=${since}&channels=orders&limit=2`, key);
    expect(page.events[0]?.prev ?? since).toBe(since);
    seen.push(...page.events.map(({ seq }) => seq));
    ({ newest, reached: since } = page);
  }
  expect(seen).toEqual(orders);
  expect(since).toBe(all.at(-1)!.seq);
  const none = await poll(`?since=${start.newest}&channels=liquidations`, key);
  expect(none).toMatchObject({
    events: [],
    reached: since,
  });
  expect((await poll(`?since=${start.newest}&channels=private`, key)).events).toEqual(all);
});

test('a misspelt parameter is refused instead of answered with the whole history', async () => {
  const { status, body } = await tradewire.ask('GET', '/v1/events?sinse=500');
  expect([status, body]).toMatchObject([400, { errors: { sinse: ['sinse is not a known field'] } }]);
  expect((await tradewire.ask('GET', '/v1/events?channels=orders,book:BTC')).status).toBe(400);
});

test('a position that means nothing here is refused, with those that do', async () => {
  const { epoch, newest } = await poll('');
  for (const query of [`?since=${newest + 1}`, '?since=0&epoch=of-another-history', '?epoch=other']) {
    const { status, body } = await tradewire.ask('GET', `/v1/events${query}`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      statusCode: 409,
      code: 'RESUME_UNAVAILABLE',
      details: { epoch, oldest: expect.any(Number), newest },
    });
  }
  const wrong = await tradewire.ask('GET', '/v1/events?since=-1&limit=x');
  expect(Object.keys((wrong.body as { errors: object }).errors)).toEqual(['since', 'limit']);
});

test('the events are those of a portfolio of the caller', async () => {
  const [portfolioId] = (await demoAccount(tradewire)).portfolios;
  expect((await poll(`?portfolioId=${portfolioId}`)).newest).toBe((await poll('')).newest);
  const foreign = '00000000-0000-4000-8000-000000000000';
  expect((await tradewire.ask('GET', `/v1/events?portfolioId=${foreign}`)).status).toBe(403);
  const headers = { authorization: `Bearer ${tradewire.apiKey}` };
  const socket = new WebSocket(`${tradewire.streamUrl}?portfolioId=${foreign}`, { headers });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('403');
  const noted = () => tradewire.log.join('').match(/"reason":"FOREIGN_PORTFOLIO","asked":"[0-9-]+"/g);
  await until('both are noted', () => noted()?.length === 2);
});

test('an order is found when the exchange has forgotten it, by its owner alone', async () => {
  const client = await StreamClient.connect(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, asks: [[50_010, 5]] });
  const order = {
    symbol: 'BTC',
    orderType: 'MARKET',
    side: 'BUY',
    quantity: 0.1,
    clientOrderId: 'a day "ago"',
  };
  const placed = await client.place(order);
  const path = `/v1/orders/${placed.orderId}`;
  const present = (await tradewire.ask('GET', path)).body;
  const other = await StreamClient.connect(tradewire, (await addTrader(tradewire)).key);
  await sandbox.advanceClock(25 * HOUR_MS);

  const { orderId, clientOrderId } = placed;
  for (const reference of [{ orderId }, { orderId: orderId.toUpperCase() }, { clientOrderId }]) {
    expect(await client.call('order.get', reference)).toEqual({ order: placed });
    expect((await other.refusal('order.get', reference)).code).toBe('ORDER_NOT_FOUND');
  }
  expect((await client.refusal('order.get', { clientOrderId: 'ago' })).code).toBe('ORDER_NOT_FOUND');
  expect(await tradewire.ask('GET', path)).toMatchObject({ status: 200, body: present });
  expect((await tradewire.ask('GET', `/v1/orders/${foreignOrder(orderId)}`)).status).toBe(404);
  const list = (query: object) => client.call('order.list', query);
  expect(await list({ status: 'FILLED', symbol: 'BTC' })).toEqual({ orders: [placed] });
  expect(await list({ status: 'FILLED', symbol: 'ETH' })).toEqual({ orders: [] });
  expect(await client.call('fill.list')).toMatchObject({ fills: [{ orderId }] });

  await sandbox.advanceClock(91 * 24 * HOUR_MS);
  expect((await client.refusal('order.get', { orderId })).code).toBe('ORDER_NOT_FOUND');
  expect(await client.call('fill.list')).toEqual({ fills: [] });
  await Promise.all([client.close(), other.close()]);
});

/** The id of an order that nobody has, of this venue. */
function foreignOrder(orderId: string): string {
  return `${orderId.slice(0, -6)}ffffff`;
}
