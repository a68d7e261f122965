import { afterAll, beforeAll, expect, test } from 'vitest';
import { addKey } from '../api/users.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const REQUESTS_IN_FLIGHT_MAX = 32;

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start({
    REQUESTS_IN_FLIGHT_MAX: String(REQUESTS_IN_FLIGHT_MAX),
    SUBSCRIPTIONS_MAX: '8',
  });
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
  await sandbox.market('ETH', { oracle: 3_000 });
  await sandbox.market('AAPL', { oracle: 200, bids: [[199, 10]], asks: [[201, 10]] });
  client = await StreamClient.connect(tradewire);
});
afterAll(() => tradewire.stop());

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
const MARKET = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.5 };
const MARKET_SMALL = { ...MARKET, quantity: 0.001 };
const NOBODY = '00000000-0000-4000-8000-000000000000';

async function codeOf(method: string, params?: unknown): Promise<string> {
  return (await client.refusal(method, params)).code;
}

/** The errors by field of a request that is not valid. */
async function errorsOf(method: string, params: unknown): Promise<Record<string, string[]>> {
  const { code, details } = await client.refusal(method, params);
  expect(code).toBe('INVALID_REQUEST');
  return (details as { errors: Record<string, string[]> }).errors;
}

test.each([
  ['UNKNOWN_SYMBOL', { ...BID, symbol: 'NOPE' }],
  ['FORBIDDEN', { ...BID, portfolioId: NOBODY }],
  ['INSUFFICIENT_MARGIN', { ...BID, quantity: 2_000 }],
  ['REDUCE_ONLY_WOULD_INCREASE', { ...BID, reduceOnly: true }],
  ['POST_ONLY_WOULD_CROSS', { ...BID, limitPrice: 50_010, postOnly: true }],
  ['WOULD_NOT_FILL', { ...BID, timeInForce: 'IOC' }],
  ['WOULD_NOT_FILL', { ...BID, limitPrice: 50_010, quantity: 6, timeInForce: 'FOK' }],
  ['NO_LIQUIDITY', { ...MARKET, symbol: 'ETH' }],
  ['PRICE_NOT_ON_TICK', { ...BID, limitPrice: 49_000.05 }],
  ['PRICE_NOT_ON_TICK', { ...BID, limitPrice: '49000.5' }],
  ['QUANTITY_NOT_ON_LOT', { ...BID, quantity: 0.000001 }],
  ['BELOW_MIN_NOTIONAL', { ...BID, quantity: 0.0001 }],
  ['ORDER_TOO_LARGE', { ...BID, quantity: 9_000 }],
  ['PRICE_TOO_FAR', { ...BID, limitPrice: 9_000 }],
])('order.place is refused with %s', async (code, order) => {
  expect(await codeOf('order.place', order)).toBe(code);
});

test('an order that the exchange rejects is in the history, with the reason', async () => {
  const probe = await StreamClient.connect(tradewire);
  const { seq } = probe.hello;
  await probe.close();
  await client.subscribe(['orders']);
  const order = { ...BID, quantity: 2_000, clientOrderId: 'too much' };
  expect(await codeOf('order.place', order)).toBe('INSUFFICIENT_MARGIN');
  const rejected = { clientOrderId: 'too much', status: 'REJECTED', reason: 'INSUFFICIENT_MARGIN' };
  expect(client.events).toMatchObject([{ channel: 'orders', seq: seq + 1, data: rejected }]);
  expect(await client.call('order.list', { status: 'REJECTED', limit: 1 })).toMatchObject({
    orders: [rejected],
  });
  expect(await codeOf('order.place', order)).toBe('INSUFFICIENT_MARGIN');
  expect(client.events).toHaveLength(1);
  await client.call('session.unsubscribe', { channels: ['orders'] });
});

test('orders that are not there, not open, or taken', async () => {
  const unknown = [{ orderId: NOBODY }, { orderId: 'no uuid' }, { clientOrderId: 'never used' }];
  for (const reference of unknown) {
    for (const method of ['order.get', 'order.cancel']) {
      expect(await codeOf(method, reference)).toBe('ORDER_NOT_FOUND');
    }
    expect(await codeOf('order.amend', { ...reference, quantity: 1 })).toBe('ORDER_NOT_FOUND');
  }
  const { orderId } = await client.place({ ...BID, clientOrderId: 'taken' });
  expect(await codeOf('order.place', { ...BID, quantity: 1, clientOrderId: 'taken' })).toBe(
    'DUPLICATE_CLIENT_ORDER_ID',
  );
  await client.call('order.cancel', { orderId });
  expect(await codeOf('order.cancel', { orderId })).toBe('ORDER_NOT_OPEN');
  expect(await codeOf('order.amend', { orderId, quantity: 1 })).toBe('ORDER_NOT_OPEN');
});

test('leverage beyond the instrument’s, and on or apart from cash, is refused', async () => {
  const setting = { symbol: 'BTC', leverage: 10, marginMode: 'CROSS' };
  expect(await codeOf('leverage.set', { ...setting, leverage: 41 })).toBe('LEVERAGE_NOT_ALLOWED');
  expect(await codeOf('leverage.set', { ...setting, symbol: 'AAPL' })).toBe('LEVERAGE_NOT_ALLOWED');
  const isolatedStock = { symbol: 'AAPL', leverage: 1, marginMode: 'ISOLATED' };
  expect(await codeOf('leverage.set', isolatedStock)).toBe('LEVERAGE_NOT_ALLOWED');
  expect(await codeOf('leverage.set', { ...setting, symbol: 'NOPE' })).toBe('UNKNOWN_SYMBOL');
});

test('symbols, methods and channels that do not exist', async () => {
  for (const method of ['order.list', 'order.cancelAll', 'book.get']) {
    expect(await codeOf(method, { symbol: 'NOPE' })).toBe('UNKNOWN_SYMBOL');
  }
  for (const method of ['order.explode', '', 'toString', '__proto__']) {
    expect(await codeOf(method)).toBe('UNKNOWN_METHOD');
  }
  const channels = [
    'book',
    'book:NOPE',
    'book:BTC:1m',
    'candles:BTC',
    'candles:BTC:2m',
    'nothing',
    'orders:BTC',
  ];
  for (const channel of channels) {
    const refusal = await client.refusal('session.subscribe', { channels: ['orders', channel] });
    expect(refusal).toMatchObject({ code: 'UNKNOWN_CHANNEL', details: { channel } });
    expect(await codeOf('session.unsubscribe', { channels: [channel] })).toBe('UNKNOWN_CHANNEL');
  }
});

test('every bad field of a request is named, unknown ones too', async () => {
  const order = {
    ...BID,
    quantity: 0,
    orderType: 'ODD',
    timeInForce: 'GTX',
    clientOrderId: '',
    colour: 'red',
  };
  expect(Object.keys(await errorsOf('order.place', order)).sort()).toEqual([
    'clientOrderId',
    'colour',
    'orderType',
    'quantity',
    'timeInForce',
  ]);
  expect(await errorsOf('order.place', {})).toMatchObject({
    symbol: expect.anything(),
    orderType: expect.anything(),
    quantity: expect.anything(),
  });
  expect(await errorsOf('order.place', { ...BID, side: 'SELL', positionIntent: 'BUY_TO_OPEN' })).toEqual({
    side: ['side must agree with positionIntent'],
  });
  expect(await errorsOf('order.place', { ...MARKET, limitPrice: 50_000 })).toEqual({
    limitPrice: ['limitPrice is not allowed for MARKET orders'],
  });
  expect(Object.keys(await errorsOf('order.cancel', {}))).toEqual(['orderId']);
  expect(Object.keys(await errorsOf('order.amend', { clientOrderId: 'x' }))).toEqual(['quantity']);
  const tooMany = { orders: Array.from({ length: 51 }, () => BID) };
  expect(Object.keys(await errorsOf('order.placeBatch', tooMany))).toEqual(['orders']);
});

test.each([
  ['ping', { now: true }],
  ['limit.get', []],
  ['session.subscribe', { channels: [] }],
  ['session.subscribe', { channels: ['orders'], since: { epoch: 'x', seq: -1 } }],
  ['session.unsubscribe', {}],
  ['session.cancelOnDisconnect', { enabled: 'yes' }],
  ['session.cancelOnDisconnect', { enabled: true, graceMs: 60_001 }],
  ['order.placeBatch', { orders: [] }],
  ['order.cancel', { orderId: 'a', clientOrderId: 'b' }],
  ['order.cancelAll', { symbol: 7 }],
  ['session.deadman', {}],
  ['position.protect', { symbol: 'BTC' }],
  ['position.protect', { symbol: 'BTC', takeProfit: { triggerPrice: 0 } }],
  ['order.list', { status: 'LOST' }],
  ['position.list', { symbol: 'BTC' }],
  ['account.get', 'now'],
  ['fill.list', { limit: 1_001 }],
  ['leverage.set', { symbol: 'BTC', leverage: 1.5, marginMode: 'CROSS' }],
  ['margin.adjust', { symbol: 'BTC', amount: 'much' }],
  ['margin.adjust', { symbol: 'BTC', amount: 0 }],
  ['margin.adjust', { symbol: 'BTC', amount: 0.0000001 }],
  ['market.list', null],
  ['book.get', { symbol: 'BTC', depth: 101 }],
])('%s refuses parameters that it does not have: %j', async (method, params) => {
  expect(Object.keys(await errorsOf(method, params))).not.toHaveLength(0);
});

test('a session has a limited number of channels', async () => {
  const channels = ['1m', '5m', '15m', '1h', '4h', '1d'].map((interval) => `candles:BTC:${interval}`);
  await client.subscribe([...channels, 'trades:BTC']);
  const errors = await errorsOf('session.subscribe', { channels: ['orders', 'fills'] });
  expect(Object.keys(errors)).toEqual(['channels']);
  await client.subscribe(['orders']);
  await client.subscribe(['orders', 'candles:BTC:1m']);
  await client.call('session.unsubscribe', { channels: [...channels, 'trades:BTC', 'orders'] });
});

test('an id comes back as it was sent', async () => {
  for (const id of ['', 'x'.repeat(65), 1.5, 2 ** 53, null, true, {}, undefined]) {
    const count = client.strays.length;
    client.socket.send(JSON.stringify({ id, method: 'ping' }));
    await until('the id was refused', () => client.strays.length > count);
    expect(client.strays.at(-1)).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { errors: { id: [/id/] } },
    });
  }
  for (const id of ['a "quoted" id \u2028 ✓', 'x'.repeat(64), 0, -7, 2 ** 53 - 1]) {
    expect(await client.request(id, { id, method: 'ping' })).toHaveProperty('serverTime');
  }
});

test('what is no request is answered, and then hung up on', async () => {
  const noise = await StreamClient.connect(tradewire);
  const frames = ['{', '', '7', 'null', '[]', '"ping"', Buffer.from('{"id":1,"method":"ping"}')];
  for (const frame of frames) noise.socket.send(frame);
  noise.socket.send(JSON.stringify({ id: 1, method: 'ping', params: { text: 'x'.repeat(65_536) } }));
  await until('all are answered', () => noise.strays.length === frames.length + 1);
  expect(noise.strays.map(({ code }) => code)).toEqual([
    ...Array.from({ length: 6 }, () => 'INVALID_JSON'),
    'INVALID_REQUEST',
    'INVALID_REQUEST',
  ]);
  expect(await noise.call('ping')).toHaveProperty('serverTime');
  for (let count = frames.length + 1; count < 100; count++) noise.socket.send('{');
  expect(await noise.closed).toMatchObject({ code: 4003 });
  expect(noise.strays).toHaveLength(100);
});

test('JSON that is nested too deep is no request, whatever it says', async () => {
  const nested = (depth: number) =>
    `{"id":1,"method":"ping","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const count = client.strays.length;
  client.socket.send(nested(32));
  client.socket.send(`{"id":1,"method":"ping","params":${'{"a":'.repeat(32)}0${'}'.repeat(32)}}`);
  await until('both are refused', () => client.strays.length === count + 2);
  expect(client.strays.slice(count).map(({ code }) => code)).toEqual(['INVALID_JSON', 'INVALID_JSON']);
  const brackets = { clientOrderId: '[{'.repeat(60) };
  for (const params of [JSON.parse(`${'['.repeat(31)}${']'.repeat(31)}`), { deep: [[]], brackets }]) {
    expect(await codeOf('ping', params)).toBe('INVALID_REQUEST');
  }
  expect(await codeOf('order.get', brackets)).toBe('ORDER_NOT_FOUND');
});

test('what the moment or the exchange refuses is no misuse', async () => {
  const trader = await StreamClient.connect(tradewire);
  const { epoch, seq } = trader.hello;
  const since = { epoch, seq: seq + 1_000_000 };
  for (let round = 0; round < 120; round++) {
    const refusals = [
      trader.refusal('order.get', { clientOrderId: 'never used' }),
      trader.refusal('order.place', { ...BID, limitPrice: 49_000.05 }),
    ];
    const codes = (await Promise.all(refusals)).map(({ code }) => code);
    expect(codes).toEqual(['ORDER_NOT_FOUND', 'PRICE_NOT_ON_TICK']);
  }
  // Each is refused only when the journal was read once more.
  for (let round = 0; round < 2; round++) {
    const { code } = await trader.refusal('session.subscribe', { channels: ['private'], since });
    expect(code).toBe('RESUME_UNAVAILABLE');
  }
  for (let round = 0; round < 4; round++) {
    const orders = Array.from({ length: 30 }, () =>
      trader.refusal('order.place', { ...BID, quantity: 2_000 }),
    );
    for (const { code } of await Promise.all(orders)) expect(code).toBe('INSUFFICIENT_MARGIN');
  }
  await trader.close();
});

test('more requests in flight than allowed are refused, each once', async () => {
  const hasty = await StreamClient.connect(tradewire);
  const count = REQUESTS_IN_FLIGHT_MAX + 64;
  const answers = await Promise.allSettled(Array.from({ length: count }, () => hasty.place(MARKET_SMALL)));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toHaveProperty('code', 'OVERLOADED');
  expect(await hasty.place(MARKET_SMALL)).toHaveProperty('status', 'FILLED');
  await hasty.close();
});

test('a credential does what its scopes allow', async () => {
  const { userId } = client.hello;
  const reader = await StreamClient.connect(tradewire, (await addKey(tradewire, userId, ['read'])).key);
  expect(reader.hello.scopes).toEqual(['read']);
  expect(await reader.call('account.get')).toHaveProperty('account');
  const trades = ['order.place', 'order.placeBatch', 'order.amend', 'order.cancel', 'order.cancelAll'];
  const settings = ['leverage.set', 'position.protect', 'session.cancelOnDisconnect', 'session.deadman'];
  for (const method of [...trades, ...settings]) {
    expect((await reader.refusal(method)).code).toBe('FORBIDDEN');
  }
  await reader.close();

  const writer = await StreamClient.connect(tradewire, (await addKey(tradewire, userId, ['trade'])).key);
  expect(await writer.place(BID)).toHaveProperty('status', 'ACTIVE');
  expect(await writer.call('ping')).toHaveProperty('serverTime');
  await writer.close();
});

test('another’s portfolio and orders do not exist', async () => {
  const { orderId, portfolioId } = await client.place({ ...BID, clientOrderId: 'private' });
  const trader = await addTrader(tradewire);
  const stranger = await StreamClient.connect(tradewire, trader.key);
  expect(stranger.hello).toMatchObject({ userId: trader.userId, portfolioId: trader.portfolioId });
  for (const reference of [{ orderId }, { clientOrderId: 'private' }]) {
    for (const method of ['order.get', 'order.cancel']) {
      expect((await stranger.refusal(method, reference)).code).toBe('ORDER_NOT_FOUND');
    }
    const change = { ...reference, quantity: 1 };
    expect((await stranger.refusal('order.amend', change)).code).toBe('ORDER_NOT_FOUND');
  }
  expect((await stranger.refusal('order.place', { ...BID, portfolioId })).code).toBe('FORBIDDEN');
  expect(await stranger.call('order.cancelAll')).toEqual({ canceled: 0 });
  expect(await stranger.call('order.list')).toEqual({ orders: [] });
  expect(await client.call('order.get', { orderId })).toMatchObject({ order: { status: 'ACTIVE' } });
  await stranger.close();
});
