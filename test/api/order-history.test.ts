import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveKeys } from '../../src/archive/archive-keys.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { FOR_PEOPLE, newPerson } from './logged-in.js';
import { addKey, demoAccount } from './users.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 4;
/** The least that a gateway remembers of all events, and so many orders are more. */
const REMEMBERED_BYTES = 1_048_576;
const NOISY_BATCHES = 30;
const BTC = { symbol: 'BTC', side: 'BUY', quantity: 0.001 };

interface Listed {
  readonly orderId: string;
  readonly status: string;
}

interface Page {
  readonly orders: readonly Listed[];
  readonly total: number;
}

/** Somebody on the basic plan, whose history reaches back 30 days. */
interface Person {
  readonly userId: string;
  readonly key: string;
}

let tradewire: Tradewire;
let sandbox: Sandbox;
let accountId: string;
let person: Person;
let stranger: Person;
let client: StreamClient;
/** The demo user's orders that have ended, and the one that never does, oldest first; and how many fills there were. */
const ended: Listed[] = [];
let open: Listed;
/** The person's orders in a prediction, as the family showed them when they ended. */
const predictions: Record<string, unknown>[] = [];

beforeAll(async () => {
  tradewire = await Tradewire.start({ ...FOR_PEOPLE, EVENT_BYTES_MAX: String(REMEMBERED_BYTES) });
  sandbox = new Sandbox(tradewire);
  accountId = (await demoAccount(tradewire)).id;
  client = await StreamClient.connect(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, asks: [[50_010, 50]], bids: [[49_990, 50]] });
  [person, stranger] = [await newTrader(), await newTrader()];
  open = await client.place({ ...BTC, orderType: 'LIMIT', limitPrice: 40_000 });
});
afterAll(() => tradewire.stop());

async function newTrader(): Promise<Person> {
  const { user, token } = await newPerson(tradewire);
  const secret = { private_key: `0x${'4'.repeat(48)}` };
  const { status } = await tradewire.ask('PUT', '/account/credentials/polymarket', secret, token);
  expect(status).toBeLessThan(300);
  const { key } = await addKey(tradewire, user.userId, ['read', 'trade']);
  await (await StreamClient.connect(tradewire, key)).close();
  return { userId: user.userId, key };
}

/** The demo user's orders of a day: one is filled, one cancelled, one rejected. */
async function tradeForADay(): Promise<void> {
  const filled = await client.place({ ...BTC, orderType: 'MARKET' });
  const resting = await client.place({ ...BTC, orderType: 'LIMIT', limitPrice: 45_000 });
  const canceled = await client.call<{ order: Listed }>('order.cancel', { orderId: resting.orderId });
  const tooHigh = { ...BTC, orderType: 'LIMIT', limitPrice: 50_010, postOnly: true };
  expect((await client.refusal('order.place', tooHigh)).code).toBe('POST_ONLY_WOULD_CROSS');
  const { orders } = await client.call<{ orders: Listed[] }>('order.list', { status: 'REJECTED', limit: 1 });
  ended.push(filled, canceled.order, orders[0]!);
}

async function tradePredictions(): Promise<void> {
  const ask = (method: string, path: string, body?: object) =>
    tradewire.ask(method, `/polymarket/${path}`, body, person.key);
  const [market] = (await ask('GET', 'markets?limit=1')).body as [
    { market_id: string; outcomes: [{ outcome_id: string }] },
  ];
  const { market_id } = market;
  const [{ outcome_id }] = market.outcomes;
  await sandbox.market(outcome_id, { oracle: 0.4, asks: [[0.41, 10_000]], bids: [[0.39, 10_000]] });
  const order = { market_id, outcome_id, side: 'buy', amount: '100.5' };
  const filled = await ask('POST', 'orders', { ...order, order_type: 'market' });
  const resting = await ask('POST', 'orders', { ...order, order_type: 'limit', price: '0.2' });
  const canceled = await ask('DELETE', `orders/${(resting.body as { id: string }).id}`);
  predictions.push(filled.body as Record<string, unknown>, canceled.body as Record<string, unknown>);
  expect(predictions.map(({ status }) => status)).toEqual(['filled', 'canceled']);
}

async function list<Result = Page>(path: string, key = tradewire.apiKey): Promise<Result> {
  const { status, body } = await tradewire.ask('GET', path, undefined, key);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Result;
}

const idsOf = (orders: readonly Listed[]) => orders.map(({ orderId }) => orderId);

/** Everything that the demo user is to find, by the lists of each family. */
async function expectAll(): Promise<void> {
  const expected = [...idsOf(ended)].reverse();
  const found: string[] = [];
  for (let page = 1; found.length < ended.length + 1; page++) {
    const path = `/v1/orders/account/${accountId}?limit=${PAGE}&page=${page}`;
    const { orders, total } = await list(path);
    expect(total).toBe(ended.length + 1);
    expect(orders).toHaveLength(Math.min(PAGE, total - found.length));
    found.push(...idsOf(orders));
  }
  expect(found).toEqual([...expected, open.orderId]);
  for (const status of ['FILLED', 'CANCELED', 'REJECTED']) {
    const meant = ended.filter((order) => order.status === status).reverse();
    const { orders } = await client.call<Page>('order.list', { status, limit: 1_000 });
    expect(orders).toEqual(meant);
    const two = await client.call<Page>('order.list', { status, limit: 2, symbol: 'BTC' });
    expect(two.orders).toEqual(meant.slice(0, 2));
  }
  const { fills } = await client.call<{ fills: Listed[] }>('fill.list', { limit: 1_000 });
  expect(idsOf(fills)).toEqual(idsOf(ended.filter(({ status }) => status === 'FILLED').reverse()));
}

/** Everything that the person is to find, and nobody else. */
async function expectPredictions(expected: readonly Record<string, unknown>[]): Promise<void> {
  const { key, userId } = person;
  for (const status of ['filled', 'canceled', 'expired']) {
    const orders = await list<unknown>(`/polymarket/orders?status=${status}`, key);
    expect(orders).toEqual(expected.filter((order) => order['status'] === status));
  }
  for (const order of predictions) {
    const answer = await tradewire.ask('GET', `/polymarket/orders/${order['id']}`, undefined, key);
    if (expected.includes(order)) expect(answer).toMatchObject({ status: 200, body: order });
    else expect(answer.status).toBe(404);
  }
  const { orders, total } = await list(`/v1/orders/account/${userId}`, key);
  expect(idsOf(orders)).toEqual(expected.map(({ id }) => id).reverse());
  expect(total).toBe(expected.length);
  const byAnother = await tradewire.ask('GET', `/v1/orders/account/${userId}`);
  expect(byAnother.status).toBe(404);
}

/** What somebody finds who has not traded, and knows the ids of what others have. */
async function expectNothing({ userId, key }: Person): Promise<void> {
  expect(await list(`/v1/orders/account/${userId}`, key)).toMatchObject({ orders: [], total: 0 });
  expect(await list('/v1/orders/filled/today', key)).toMatchObject({ orders: [], total: 0 });
  expect(await list<unknown>('/polymarket/orders?status=filled', key)).toEqual([]);
  for (const { id } of predictions as { id: string }[]) {
    for (const path of [`/polymarket/orders/${id}`, `/v1/orders/${id}`]) {
      expect((await tradewire.ask('GET', path, undefined, key)).status).toBe(404);
    }
  }
}

test('every list reaches behind what the exchange holds, days later and after a restart', async () => {
  await tradePredictions();
  for (const pauseMs of [25 * HOUR_MS, HOUR_MS, 3 * DAY_MS, 2 * HOUR_MS]) {
    await tradeForADay();
    await expectAll();
    await sandbox.advanceClock(pauseMs);
    await expectAll();
  }
  await tradeForADay();
  await expectAll();
  await expectPredictions(predictions);
  await client.close();
  await tradewire.terminate();
  await tradewire.launch();
  client = await StreamClient.connect(tradewire);
  await expectAll();
  await expectPredictions(predictions);
  await expectNothing(stranger);
});

/** Until then there is no list, since the gateway remembers too little. */
async function whenArchived(): Promise<void> {
  const path = `/v1/orders/account/${accountId}`;
  await until('all is archived', async () => (await tradewire.ask('GET', path)).status === 200);
}

/** Somebody else trades until the gateway remembers nothing but that. */
async function makeNoise(): Promise<void> {
  const noisy = await StreamClient.connect(tradewire, (await addTrader(tradewire)).key);
  const orders = Array.from({ length: 50 }, () => ({ ...BTC, orderType: 'LIMIT', limitPrice: 45_000 }));
  for (let batch = 0; batch < NOISY_BATCHES; batch++) {
    await noisy.call('order.placeBatch', { orders });
    await noisy.call('order.cancelAll');
  }
  await noisy.close();
}

test('what the gateway remembers no more comes from the archive, or there is no list', async () => {
  await makeNoise();
  await whenArchived();
  await expectAll();
  await expectPredictions(predictions);

  const redis = await connectTestRedis();
  const stream = archiveKeys(tradewire.venue).events(client.hello.portfolioId);
  const kept = await redis.dumpBuffer(stream);
  const [[newest]] = (await redis.xrevrange(stream, '+', '-', 'COUNT', 1)) as [[string, string[]]];
  await redis.xdel(stream, newest);
  for (const path of [`/v1/orders/account/${accountId}`, '/v1/orders/filled/today']) {
    expect(await tradewire.ask('GET', path)).toMatchObject({
      status: 503,
      body: { statusCode: 503, code: 'UNAVAILABLE' },
    });
  }
  for (const method of ['order.list', 'fill.list']) {
    const params = method === 'order.list' ? { status: 'CANCELED', limit: 1_000 } : { limit: 1_000 };
    expect((await client.refusal(method, params)).code).toBe('UNAVAILABLE');
  }
  await redis.restore(stream, 0, kept, 'REPLACE');
  redis.disconnect();
  await expectAll();
});

test('while orders close, a list that holds all has each once, as many as it says', async () => {
  const traded = Array.from({ length: 5 }, () => tradeForADay());
  const pages: Promise<Page>[] = [];
  const ask = () => pages.push(list(`/v1/orders/account/${accountId}?limit=500`));
  const asking = setInterval(ask, 2);
  await Promise.all(traded);
  clearInterval(asking);
  ask();
  for (const { orders, total } of await Promise.all(pages)) {
    expect(new Set(idsOf(orders)).size).toBe(total);
    expect(orders).toHaveLength(total);
  }
  const filled = await list('/v1/orders/filled/today?limit=2');
  const { total } = await list('/v1/orders/filled/today?limit=500');
  expect(filled).toMatchObject({ orders: [{ status: 'FILLED' }, { status: 'FILLED' }], total });
});

test('what is older than the plan’s history is gone, and no sooner', async () => {
  await sandbox.advanceClock(27 * DAY_MS);
  await whenArchived();
  await expectPredictions([]);
  const all = await list(`/v1/orders/account/${accountId}?limit=500`);
  expect(all.total).toBe(ended.length + 1);
  await sandbox.advanceClock(64 * DAY_MS);
  await whenArchived();
  expect(await list(`/v1/orders/account/${accountId}`)).toMatchObject({
    orders: [{ orderId: open.orderId }],
    total: 1,
  });
  expect(await list('/v1/orders/filled/today')).toEqual({ orders: [], page: 1, limit: 10, total: 0 });
  expect(await client.call('fill.list')).toEqual({ fills: [] });
});
