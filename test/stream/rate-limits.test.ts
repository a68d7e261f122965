import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addKey, demoAccount } from '../api/users.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const LIMIT = 200;
const ORDER = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', quantity: 0.01, limitPrice: 49_000 };

let tradewire: Tradewire;
/** Another gateway of the same venue. */
let other: Tradewire;
let sandbox: Sandbox;
let userId: string;
let client: StreamClient;
let key: string;

interface Standing {
  readonly limit: number;
  readonly remaining: number;
  readonly resetTime: number;
}

beforeAll(async () => {
  const settings = { DEMO_PLAN: 'basic', VENUE: `t-${randomUUID()}` };
  [tradewire, other] = await Promise.all([Tradewire.start(settings), Tradewire.start(settings)]);
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, asks: [[50_010, 5]] });
  userId = (await demoAccount(tradewire)).id;
  await other.openApi();
});
afterAll(async () => {
  await tradewire.stop();
  await other.stop();
});

beforeEach(async () => {
  key = (await addKey(tradewire, userId, ['trade'])).key;
  client = await StreamClient.connect(tradewire, key);
});

const standing = (of = client) => of.call<Standing>('limit.get');
const repeat = <Answer>(count: number, ask: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

/** Whether a request passed the limit; what else it may be refused for does not matter. */
async function isAdmitted(asked: Promise<unknown>): Promise<boolean> {
  const code = await asked.then(
    () => null,
    (failure: { code: string }) => failure.code,
  );
  return code !== 'RATE_LIMITED';
}

async function isAdmittedOverRest(
  gateway: Tradewire,
  method: string,
  path: string,
  body?: unknown,
): Promise<boolean> {
  return (await gateway.ask(method, path, body, key)).status !== 429;
}

const countOf = (admitted: readonly boolean[]) => admitted.filter(Boolean).length;

test('to connect, to ping and to ask for the limit costs nothing', async () => {
  expect(client.hello.rateLimit).toEqual({ limit: LIMIT, remaining: LIMIT, resetTime: 0 });
  await client.call('ping');
  expect(await standing()).toEqual({ limit: LIMIT, remaining: LIMIT, resetTime: 0 });
  await client.call('market.list');
  expect(await standing()).toMatchObject({ remaining: LIMIT - 1 });
});

test('a request beyond the limit is refused with what it takes to go on', async () => {
  const admitted = await repeat(LIMIT + 20, () => isAdmitted(client.call('position.list')));
  expect(admitted.lastIndexOf(true)).toBe(LIMIT - 1);
  const { code, details } = await client.refusal('position.list');
  expect(code).toBe('RATE_LIMITED');
  const { resetTime } = details as Standing;
  expect(details).toEqual({ limit: LIMIT, remaining: 0, resetTime });
  await client.call('ping');
  const { status } = await tradewire.ask('GET', '/v1/accounts', undefined, key);
  expect(status).toBe(429);
  const again = await StreamClient.connect(tradewire, key);
  expect(again.hello.rateLimit).toMatchObject({ remaining: 0 });
  await sandbox.advanceClock(resetTime * 1_000);
  await client.call('position.list');
});

test('a batch counts as its orders, and cancels have a reserve', async () => {
  const orders = Array.from({ length: 50 }, () => ORDER);
  const batches = await repeat(LIMIT / 50 + 1, () => isAdmitted(client.call('order.placeBatch', { orders })));
  expect(batches).toEqual([true, true, true, true, false]);
  expect(await isAdmitted(client.call('order.placeBatch', { orders: [ORDER] }))).toBe(false);
  expect(await client.call('order.cancelAll')).toEqual({ canceled: LIMIT });
  const cancel = () => isAdmitted(client.call('order.cancel', { orderId: 'none' }));
  expect(countOf(await repeat(LIMIT, cancel))).toBe(LIMIT / 2 - 1);
});

test('what makes no sense counts, too, on all gateways', async () => {
  client.socket.send('not JSON');
  client.socket.send('{"method":"ping"}');
  client.socket.send(Buffer.from([1, 2, 3]));
  await client.refusal('nothing.like.it');
  await client.refusal('order.cancel', { orderId: 7 });
  expect(await standing()).toMatchObject({ remaining: LIMIT - 5 });
  expect(client.strays.map(({ code }) => code)).toEqual([
    'INVALID_JSON',
    'INVALID_REQUEST',
    'INVALID_REQUEST',
  ]);
  const there = await StreamClient.connect(other, key);
  await until('the other gateway knows', async () => (await standing(there)).remaining === LIMIT - 5);
});

test('two gateways admit together exactly the limit, over the stream and REST, and let a bot out', async () => {
  const there = await StreamClient.connect(other, key);
  const gateways = [tradewire, other] as const;
  const clients = [client, there] as const;
  const admitted = await repeat(2 * LIMIT, (index) => {
    const gateway = gateways[index % 2]!;
    const stream = clients[index % 2]!;
    if (index % 10 < 4) return isAdmitted(stream.place(ORDER));
    if (index % 10 === 7) return isAdmitted(stream.call('session.cancelOnDisconnect', { enabled: false }));
    if (index % 10 < 8) return isAdmitted(stream.call('order.get', { clientOrderId: 'none' }));
    if (index % 10 === 8) return isAdmittedOverRest(gateway, 'GET', '/v1/accounts');
    return isAdmittedOverRest(gateway, 'POST', '/v1/orders', ORDER);
  });
  expect(countOf(admitted)).toBe(LIMIT);
  await until('both tell the same', async () => {
    return JSON.stringify(await standing(there)) === JSON.stringify(await standing());
  });
  expect((await StreamClient.connect(other, key)).hello.rateLimit).toMatchObject({ remaining: 0 });

  const open = admitted.filter((each, index) => each && [0, 1, 2, 3, 9].includes(index % 10)).length;
  const { canceled } = await there.call<{ canceled: number }>('order.cancelAll');
  expect(canceled).toBe(open);
  const path = '/v1/orders/00000000-0000-4000-8000-000000000000/cancel';
  const cancels = await repeat(LIMIT, (index) => isAdmittedOverRest(gateways[index % 2]!, 'PUT', path));
  expect(countOf(cancels)).toBe(LIMIT / 2 - 1);

  await other.kill();
  await other.launch();
  const { headers, status } = await other.ask('GET', '/v1/accounts', undefined, key);
  expect([status, headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
  await sandbox.advanceClock(60_000);
  const back = await StreamClient.connect(other, key);
  await until('the clock has moved there', async () => (await standing(back)).remaining === LIMIT);
  expect(await isAdmittedOverRest(other, 'GET', '/v1/accounts')).toBe(true);
});
