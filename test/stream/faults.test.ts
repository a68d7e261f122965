import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Sandbox } from '../support/sandbox.js';
import { type Frame, StreamClient } from '../support/stream-client.js';
import { addTrader, type Trader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const BID = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', quantity: 0.01, limitPrice: 60_000 };

let tradewire: Tradewire;
let sandbox: Sandbox;
let trader: Trader;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 64_000, bids: [[63_990, 5]], asks: [[64_010, 5]] });
});
afterAll(() => tradewire.stop());
beforeEach(async () => {
  trader = await addTrader(tradewire);
});

function setFaults(body: object, key?: string) {
  return tradewire.ask('POST', '/v1/sandbox/faults', body, key);
}

/** A client that asserts nothing, since faults break what the protocol promises. */
async function listen(key: string): Promise<{ socket: WebSocket; frames: Frame[] }> {
  const socket = new WebSocket(tradewire.streamUrl, { headers: { 'x-api-key': key } });
  const frames: Frame[] = [];
  socket.on('message', (text) => frames.push(JSON.parse(String(text)) as Frame));
  socket.on('error', () => {});
  await once(socket, 'open');
  return { socket, frames };
}

function ask(socket: WebSocket, method: string, params: object): void {
  socket.send(JSON.stringify({ id: method, method, params }));
}

function seqsOf(frames: readonly Frame[]): number[] {
  return frames.filter(({ type, seq }) => type === undefined && seq !== undefined).map(({ seq }) => seq!);
}

/** How many orders the trader has placed, as a gateway tells. */
async function orderCount(gateway = tradewire): Promise<number> {
  const { body } = await gateway.ask('GET', `/v1/orders/account/${trader.userId}`, undefined, trader.key);
  return (body as { total: number }).total;
}

async function newestSeq(): Promise<number> {
  const { events } = (await tradewire.ask('GET', '/v1/events?since=0&limit=1000', undefined, trader.key))
    .body as { events: { seq: number }[] };
  return events.at(-1)!.seq;
}

test('answers with what holds, for the caller’s own portfolio unless another is named', async () => {
  const mine = await setFaults({ latencyMs: 0, dropRate: '0.25', rejectRate: 0.000001, seed: 7 });
  expect(mine.status).toBe(200);
  const { portfolioId, ...holds } = mine.body as { portfolioId: string };
  expect(portfolioId).not.toBe(trader.portfolioId);
  expect(holds).toEqual({
    latencyMs: 0,
    dropRate: 0.25,
    rejectRate: 0.000001,
    disconnect: false,
    freeze: false,
    seed: 7,
  });
  const none = { latencyMs: 0, dropRate: 0, rejectRate: 0, disconnect: false, freeze: false, seed: null };
  expect((await setFaults({ freeze: false, seed: 7 })).body).toEqual({ portfolioId, ...none });
  const other = await setFaults({ portfolioId: trader.portfolioId.toUpperCase(), disconnect: true });
  expect(other.body).toEqual({ ...none, portfolioId: trader.portfolioId, disconnect: true });
  const wrong = await setFaults({ latencyMs: 60_001, dropRate: 1.5, rejectRate: 'x', seed: -1, what: 1 });
  expect(wrong.status).toBe(400);
  const { errors } = wrong.body as { errors: object };
  expect(Object.keys(errors).sort()).toEqual(['dropRate', 'latencyMs', 'rejectRate', 'seed', 'what']);
  expect((await setFaults({ rejectRate: 0.1234567 })).status).toBe(400);
  expect((await setFaults({ portfolioId: '00000000-0000-4000-8000-000000000000' })).status).toBe(404);
  expect((await setFaults({}, trader.key)).status).toBe(403);
});

test('latency holds up both ways, in order, and nobody else', async () => {
  const client = await StreamClient.connect(tradewire, trader.key);
  const bystander = await StreamClient.connect(tradewire);
  const answered: number[] = [];
  await sandbox.faults(trader.portfolioId, { latencyMs: 60_000 });
  const pings = [1, 2, 3].map((n) => client.call('ping').then(() => answered.push(n)));
  await bystander.call('ping');
  expect(answered).toEqual([]);
  await sandbox.faults(trader.portfolioId, { latencyMs: 40 });
  await Promise.all(pings);
  expect(answered).toEqual([1, 2, 3]);
  const startedAt = performance.now();
  await client.call('ping');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(78);
  await sandbox.faults(trader.portfolioId);
  await Promise.all([client.close(), bystander.close()]);
});

test('a frozen stream is open and mute; what was sent over it is done, and all follows in order', async () => {
  const client = await StreamClient.connect(tradewire, trader.key);
  await client.subscribe(['private', 'ticker:BTC']);
  const before = client.frames.length;
  await sandbox.faults(trader.portfolioId, { freeze: true });
  const placed = client.place(BID);
  await until('it is placed', async () => (await orderCount()) === 1);
  const late = await listen(trader.key);
  await tradewire.ask('POST', '/v1/orders', BID, trader.key);
  await sandbox.flow('BTC', 'BUY', 0.01);
  expect([client.frames.length, late.frames.length, client.socket.readyState]).toEqual([before, 0, 1]);
  await sandbox.faults(trader.portfolioId);
  expect((await placed).status).toBe('ACTIVE');
  await client.caughtUpTo(await newestSeq());
  await until('the late one is greeted', () => late.frames.length === 1);
  late.socket.terminate();
  await client.close();
});

test('a drop rate drops the same events for everybody who has them, and a resume brings them all', async () => {
  await sandbox.faults(trader.portfolioId, { dropRate: 0.4, seed: 3 });
  const [one, other] = [await listen(trader.key), await listen(trader.key)];
  for (const { socket, frames } of [one, other]) {
    await until('the greeting is here, whatever is dropped', () => frames.length > 0);
    ask(socket, 'session.subscribe', { channels: ['private'] });
    await until(
      'the snapshots are here',
      () => frames.filter(({ type }) => type === 'snapshot').length === 3,
    );
  }
  const from = await newestSeq();
  for (let n = 0; n < 30; n++) await tradewire.ask('POST', '/v1/orders', BID, trader.key);
  const to = await newestSeq();
  for (const { socket } of [one, other]) {
    // A pong comes after all that the server has sent before.
    socket.ping();
    await once(socket, 'pong');
  }
  const got = seqsOf(one.frames);
  expect(got).toEqual(seqsOf(other.frames));
  expect(got.length).toBeGreaterThan(5);
  expect(got.length).toBeLessThan(to - from - 5);
  const { epoch } = one.frames[0]!.data as { epoch: string };
  ask(one.socket, 'session.subscribe', { channels: ['private'], since: { epoch, seq: from } });
  await until('it resumed', () => one.frames.some(({ type }) => type === 'resumed'));
  const replayed = one.frames.filter(({ replay }) => replay === true).map(({ seq }) => seq);
  expect(replayed).toEqual(Array.from({ length: to - from }, (_, index) => from + index + 1));
  one.socket.terminate();
  other.socket.terminate();
});

test('a reject rate rejects orders in the exchange, over every door', async () => {
  await sandbox.faults(trader.portfolioId, { rejectRate: 1 });
  const client = await StreamClient.connect(tradewire, trader.key);
  await client.subscribe(['orders']);
  expect((await client.refusal('order.place', BID)).code).toBe('FAULT_INJECTED');
  await client.seen<{ status: string; reason: string }>(
    'the rejected order',
    ({ data }) => data.status === 'REJECTED' && data.reason === 'FAULT_INJECTED',
  );
  const overRest = await tradewire.ask('POST', '/v1/orders', BID, trader.key);
  expect([overRest.status, overRest.body]).toMatchObject([422, { code: 'FAULT_INJECTED' }]);
  expect(await orderCount()).toBe(2);
  expect((await tradewire.ask('POST', '/v1/orders', BID)).status).toBeLessThan(300);
  await client.close();
});

test('a disconnect cuts all sessions of the portfolio once, without a word', async () => {
  const clients = [await listen(trader.key), await listen(trader.key)];
  const bystander = await StreamClient.connect(tradewire);
  const codes = clients.map(async ({ socket }) => (await once(socket, 'close'))[0] as number);
  await sandbox.faults(trader.portfolioId, { disconnect: true });
  expect(await Promise.all(codes)).toEqual([1006, 1006]);
  const again = await StreamClient.connect(tradewire, trader.key);
  await Promise.all([again.call('ping'), bystander.call('ping')]);
  await Promise.all([again.close(), bystander.close()]);
});

test('another gateway of the venue lets the same go wrong', async () => {
  await sandbox.faults(trader.portfolioId, { rejectRate: 0.5, freeze: true, seed: 9 });
  const other = await Tradewire.start({ VENUE: tradewire.venue });
  try {
    const socket = new WebSocket(other.streamUrl, { headers: { 'x-api-key': trader.key } });
    const frames: string[] = [];
    socket.on('message', (text) => frames.push(String(text)));
    await once(socket, 'open');
    ask(socket, 'order.place', BID);
    await until('the order is there', async () => (await orderCount(other)) === 1);
    expect(frames).toEqual([]);
    const cut = once(socket, 'close');
    await setFaults({ portfolioId: trader.portfolioId, disconnect: true });
    expect((await cut)[0]).toBe(1006);
  } finally {
    await other.stop();
  }
});
