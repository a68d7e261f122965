import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventClient, type ServerEvent } from '../support/event-client.js';
import { Sandbox } from '../support/sandbox.js';
import { type Frame, StreamClient } from '../support/stream-client.js';
import { checkFrame } from '../support/stream-document.js';
import { addTrader, type Trader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { addKey, revokeKey } from './users.js';

let tradewire: Tradewire;
let trader: Trader;
let socket: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start({ HEARTBEAT_MS: '1000' });
  const bids = [[64249, 2]] as const;
  await new Sandbox(tradewire).market('BTC', { oracle: 64250, bids, asks: [[64251, 2]] });
  trader = await addTrader(tradewire);
  socket = await StreamClient.connect(tradewire, trader.key);
  await socket.subscribe(['private']);
});
afterAll(() => tradewire.stop());

function open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
  return EventClient.open(`${tradewire.url}${path}`, { authorization: `Bearer ${trader.key}`, ...headers });
}

/** The frames that events of a name carried, which are messages of the stream's document. */
function framesIn(client: EventClient, event: string): readonly Frame[] {
  const frames = client.of(event).map((data) => JSON.parse(data) as Frame);
  for (const frame of frames) checkFrame(frame);
  return frames;
}

function framesOf(client: EventClient): readonly Frame[] {
  return framesIn(client, 'message');
}

function sessionFrames(client: EventClient): readonly Frame<Record<string, unknown>>[] {
  return framesIn(client, 'session') as readonly Frame<Record<string, unknown>>[];
}

async function reached(client: EventClient, seq: number): Promise<void> {
  const id = `${socket.hello.epoch}:${seq}`;
  await until(`it has come to ${id}`, () => client.lastEventId === id);
}

/** Buys and sells, and leaves an order behind; the number of the last event of it. */
async function trade(): Promise<number> {
  const market = { symbol: 'BTC', orderType: 'MARKET', quantity: 0.1 };
  await socket.place({ ...market, side: 'BUY' });
  await socket.place({ ...market, side: 'SELL', reduceOnly: true });
  const limit = { symbol: 'BTC', orderType: 'LIMIT', limitPrice: 60000, quantity: 0.1, side: 'BUY' };
  await socket.place({ ...limit, timeInForce: 'GTC', clientOrderId: `bid-${socket.seq}` });
  return socket.seq!;
}

function messages(events: readonly ServerEvent[]): readonly ServerEvent[] {
  return events.filter(({ event, data }) => event === undefined && data !== undefined);
}

test('a stream begins with snapshots and goes on with the frames of a WebSocket, each with its position', async () => {
  const client = await open('/v1/events');
  await until('the snapshots are here', () => framesOf(client).length === 3);
  const { epoch } = socket.hello;
  const [hello] = sessionFrames(client);
  expect(hello).toMatchObject({ type: 'hello', data: { epoch, portfolioId: trader.portfolioId } });
  expect(framesOf(client).map(({ channel, type }) => [channel, type])).toEqual([
    ['orders', 'snapshot'],
    ['positions', 'snapshot'],
    ['account', 'snapshot'],
  ]);
  const before = socket.frames.length;
  await reached(client, await trade());
  const onSocket = socket.frames.slice(before).filter(({ channel }) => channel !== 'session');
  expect(framesOf(client).slice(3)).toEqual(onSocket);
  expect(onSocket.length).toBeGreaterThan(10);
  // Who is cut before all of the state is there must not come back as if it were.
  expect(client.events.findIndex(({ id }) => id !== undefined)).toBe(
    client.events.findLastIndex(({ data }) => data?.includes('"type":"snapshot"')),
  );
  for (const { id, data } of messages(client.events).slice(2)) {
    expect(id).toBe(`${epoch}:${(JSON.parse(data!) as Frame).seq}`);
  }
  await until('a heartbeat says the position too', () => sessionFrames(client).at(-1)!.type === 'heartbeat');
  expect(client.lastEventId).toBe(`${epoch}:${socket.seq}`);
  client.leave();
});

test('a browser that comes back by itself misses nothing and gets nothing twice', async () => {
  const first = await open('/v1/events');
  await reached(first, await trade());
  const seen = framesOf(first).at(-1)!;
  first.leave();
  const missed = await trade();
  // The header wins: a browser repeats the address that it began with.
  const second = await open('/v1/events?since=0', { 'last-event-id': first.lastEventId });
  await reached(second, missed);
  const more = await trade();
  await reached(second, more);
  const replayed = framesOf(second).filter(({ replay }) => replay === true);
  expect(replayed.map(({ seq }) => seq)).toEqual(numbers(seen.seq! + 1, missed));
  expect(framesOf(second).map(({ seq }) => seq)).toEqual(numbers(seen.seq! + 1, more));
  const resumed = sessionFrames(second).find(({ type }) => type === 'resumed');
  expect(resumed!.data).toEqual({ from: seen.seq, to: missed });
  second.leave();

  const { epoch } = socket.hello;
  const fills = await open(`/v1/events?channels=fills&since=${seen.seq}&epoch=${epoch}`);
  await reached(fills, more);
  expect(new Set(framesOf(fills).map(({ channel }) => channel))).toEqual(new Set(['fills']));
  expect(fills.events.find(({ event }) => event === 'session')!.id).toBe(`${epoch}:${seen.seq}`);
  fills.leave();
});

test('a position that means nothing here is refused before the stream begins, and so is what is no channel', async () => {
  const { epoch } = socket.hello;
  const foreign = '00000000-0000-4000-8000-000000000000';
  const unavailable = {
    statusCode: 409,
    code: 'RESUME_UNAVAILABLE',
    details: { epoch, oldest: 0, newest: socket.seq },
  };
  for (const [path, lastEventId, status, body] of [
    [`/v1/events?since=${socket.seq! + 1}`, '', 409, unavailable],
    [`/v1/events?since=0&epoch=${foreign}`, '', 409, unavailable],
    [`/v1/events?epoch=${foreign}`, '', 409, unavailable],
    ['/v1/events?since=0', `${foreign}:0`, 409, unavailable],
    ['/v1/events', 'nonsense', 400, { errors: { 'last-event-id': [expect.any(String)] } }],
    ['/v1/events?channels=fills,book:BTC', '', 400, { errors: { channels: [expect.any(String)] } }],
    [`/v1/events?portfolioId=${foreign}`, '', 403, { code: 'FORBIDDEN' }],
    [`/v1/stream/orders?accountId=${foreign}`, '', 404, { message: 'Account not found' }],
  ] as const) {
    const client = await open(path, lastEventId === '' ? {} : { 'last-event-id': lastEventId });
    expect([path, client.status]).toEqual([path, status]);
    expect(client.headers['content-type']).toBe('application/json');
    expect(await client.refusal()).toMatchObject(body);
  }
  const anonymous = await EventClient.open(`${tradewire.url}/v1/events`, {});
  expect(anonymous.status).toBe(401);
});

test('the older streams tell of orders and portfolios in the words of their family', async () => {
  const query = `?accountId=${trader.userId}`;
  const streams = [await open(`/v1/stream/orders${query}`), await open(`/v1/orders/stream${query}`)] as const;
  const portfolio = await open(`/v1/stream/portfolio${query}`);
  await until('it begins with what there is', () => portfolio.of('portfolio-update').length === 1);
  const order = {
    symbol: 'BTC',
    orderType: 'LIMIT',
    limitPrice: 61000,
    quantity: 0.1,
    positionIntent: 'BUY_TO_OPEN',
    takeProfit: { triggerPrice: 70000 },
    postOnly: true,
  };
  const placed = await tradewire.ask('POST', '/v1/orders', order, trader.key);
  const { orderId } = placed.body as { orderId: string };
  await tradewire.ask('PUT', `/v1/orders/${orderId}/cancel`, undefined, trader.key);
  const { body: asTold } = await tradewire.ask('GET', `/v1/orders/${orderId}`, undefined, trader.key);
  for (const stream of streams) {
    await until('both changes are here', () => stream.of('order-update').length === 2);
    const [active, canceled] = stream
      .of('order-update')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(active).toMatchObject({ orderId, status: 'ACTIVE', filledQuantity: 0 });
    expect(canceled).toEqual(asTold);
    await until('there is a heartbeat', () => stream.of('heartbeat').length > 0);
  }
  const before = streams[0].lastEventId;
  await reached(portfolio, await trade());
  const last = JSON.parse(portfolio.of('portfolio-update').at(-1)!) as Record<string, unknown>;
  expect(last).toEqual({
    portfolioId: trader.portfolioId,
    accountId: trader.userId,
    portfolioType: 'CASH',
    broker: 'default',
    cashBalance: expect.any(Number),
    equity: expect.any(Number),
    marginUsed: expect.any(Number),
  });
  for (const client of [...streams, portfolio]) client.leave();
  const back = await open('/v1/stream/orders', { 'last-event-id': before });
  await until('what it missed is here', () => back.of('order-update').length === 5);
  const statuses = back
    .of('order-update')
    .map((text) => (JSON.parse(text) as { readonly status: string }).status);
  expect(statuses).toEqual(['ACTIVE', 'FILLED', 'ACTIVE', 'FILLED', 'ACTIVE']);
  back.leave();
});

test('a stream ends with its credential, and a stop says so', async () => {
  const { key, keyId } = await addKey(tradewire, trader.userId, ['read']);
  const headers = { authorization: `Bearer ${key}` };
  const streams = [await open('/v1/events', headers), await open('/v1/stream/orders', headers)] as const;
  await revokeKey(tradewire, keyId);
  await until('both have ended', () => streams.every(({ isEnded }) => isEnded));
  expect(streams[0].of('close')).toEqual(['4001']);
  expect(streams[1].of('error').map((data) => JSON.parse(data) as object)).toEqual([
    { message: 'the credential was revoked', code: 4001 },
  ]);
  expect((await open('/v1/events', headers)).status).toBe(401);

  const last = await open('/v1/events');
  await reached(last, socket.seq!);
  await tradewire.terminate();
  await until('it has ended', () => last.isEnded);
  expect(sessionFrames(last).at(-1)!.type).toBe('shutdown');
  expect(last.of('close')).toEqual(['1012']);
  await tradewire.launch();
  const resumed = await open('/v1/events', { 'last-event-id': last.lastEventId });
  await until('it goes on', () => sessionFrames(resumed).at(-1)?.type === 'resumed');
  expect(framesOf(resumed)).toEqual([]);
  resumed.leave();
});

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
