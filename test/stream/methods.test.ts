import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import type { BookData, OrderData } from '../support/stream-data.js';
import { Tradewire } from '../support/tradewire.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  client = await StreamClient.connect(tradewire);
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
  await sandbox.market('ETH', { oracle: 3_000, bids: [[2_999, 5]], asks: [[3_001, 5]] });
});
afterEach(async () => {
  await client.call('order.cancelAll');
  await client.close();
});

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };

function filledOf(order: { orderId: string }): Promise<number> {
  return client
    .call<{ order: OrderData }>('order.get', { orderId: order.orderId })
    .then((result) => result.order.filledQuantity);
}

test('hello says who the session is and where its events stand', async () => {
  expect(client.hello).toEqual({
    sessionId: expect.stringMatching(UUID),
    userId: expect.stringMatching(UUID),
    portfolioId: expect.stringMatching(UUID),
    scopes: ['read', 'trade', 'admin'],
    epoch: expect.stringMatching(UUID),
    seq: expect.any(Number),
    serverTime: expect.stringMatching(INSTANT),
    heartbeatMs: 30_000,
    rateLimit: { limit: null, remaining: null, resetTime: null },
  });
  await client.place(BID);
  const later = await StreamClient.connect(tradewire);
  expect(later.hello.seq).toBeGreaterThan(client.hello.seq);
  expect(later.hello.sessionId).not.toBe(client.hello.sessionId);
  expect({ ...later.hello, sessionId: '', seq: 0, serverTime: '' }).toEqual({
    ...client.hello,
    sessionId: '',
    seq: 0,
    serverTime: '',
  });
  await later.close();
});

test('ping and limit.get answer without a portfolio’s doing', async () => {
  expect(await client.call('ping')).toEqual({ serverTime: expect.stringMatching(INSTANT) });
  expect(await client.call('limit.get')).toEqual({ limit: null, remaining: null, resetTime: null });
});

test('a session subscribes, unsubscribes and asks for cancels on disconnect', async () => {
  const channels = ['orders', 'book:BTC', 'ticker:BTC'];
  expect(await client.call('session.subscribe', { channels })).toEqual({ channels });
  await client.seen('the book', ({ channel }) => channel === 'book:BTC');
  expect(await client.call('session.unsubscribe', { channels })).toEqual({ channels });
  const count = client.frames.length;
  await client.place(BID);
  await client.call('ping');
  expect(client.frames.length).toBe(count);
  const guard = { enabled: true, graceMs: 60_000 };
  expect(await client.call('session.cancelOnDisconnect', guard)).toEqual(guard);
  expect(await client.call('session.cancelOnDisconnect', { enabled: false })).toEqual({
    enabled: false,
    graceMs: 0,
  });
});

test('order.place answers with the whole order as it then stands', async () => {
  const order = await client.place({ ...BID, clientOrderId: 'mine', postOnly: true });
  expect(order).toEqual({
    orderId: expect.stringMatching(UUID),
    portfolioId: client.hello.portfolioId,
    symbol: 'BTC',
    assetClass: 'PERPETUAL',
    orderType: 'LIMIT',
    positionIntent: 'BUY_TO_OPEN',
    side: 'BUY',
    quantity: 0.5,
    limitPrice: 49_000,
    timeInForce: 'GTC',
    postOnly: true,
    reduceOnly: false,
    clientOrderId: 'mine',
    filledQuantity: 0,
    avgFillPrice: null,
    status: 'ACTIVE',
    createdAt: expect.stringMatching(INSTANT),
    updatedAt: order.createdAt,
  });
  const fetched = await client.call('order.get', { clientOrderId: 'mine' });
  expect(fetched).toEqual({ order });
  expect(await client.call('order.get', { orderId: order.orderId.toUpperCase() })).toEqual({ order });
});

test('decimals come in as text as well as numbers', async () => {
  const order = await client.place({ ...BID, quantity: '0.00100', limitPrice: '48123' });
  expect(order).toMatchObject({ quantity: 0.001, limitPrice: 48_123 });
});

test('a market order takes the book, and an IOC leaves nothing', async () => {
  const taken = await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 1 });
  expect(taken).toMatchObject({ status: 'FILLED', filledQuantity: 1, avgFillPrice: 50_010 });
  const ioc = { symbol: 'BTC', orderType: 'LIMIT', side: 'SELL', timeInForce: 'IOC' };
  const rest = await client.place({ ...ioc, quantity: 6, limitPrice: 49_990 });
  expect(rest).toMatchObject({ status: 'CANCELED', reason: 'UNFILLED_REMAINDER', filledQuantity: 5 });
});

test('the same clientOrderId with the same order is the order that exists', async () => {
  const request = { ...BID, clientOrderId: 'once' };
  const [first, second] = await Promise.all([client.place(request), client.place(request)]);
  expect(second).toEqual(first);
  const { orders } = await client.call<{ orders: OrderData[] }>('order.list');
  expect(orders.filter(({ clientOrderId }) => clientOrderId === 'once')).toEqual([first]);
});

test('a batch answers in order, and one bad order does not stop the others', async () => {
  const orders = [BID, { ...BID, symbol: 'NOPE' }, { ...BID, quantity: -1 }, { ...BID, quantity: 0.25 }];
  const { results } = await client.call<{ results: { order?: OrderData }[] }>('order.placeBatch', { orders });
  expect(results).toEqual([
    { order: expect.objectContaining({ quantity: 0.5, status: 'ACTIVE' }) },
    { error: expect.objectContaining({ code: 'UNKNOWN_SYMBOL' }) },
    {
      error: expect.objectContaining({
        code: 'INVALID_REQUEST',
        details: { errors: { quantity: ['quantity must be a positive number'] } },
      }),
    },
    { order: expect.objectContaining({ quantity: 0.25, status: 'ACTIVE' }) },
  ]);
  const full = { orders: Array.from({ length: 50 }, () => ({ ...BID, quantity: 0.001 })) };
  expect((await client.call<{ results: unknown[] }>('order.placeBatch', full)).results).toHaveLength(50);
});

test('only a smaller quantity keeps an order’s place in the queue', async () => {
  await sandbox.market('BTC', { bids: [] });
  const [first, second] = [await client.place(BID), await client.place(BID)];
  const amend = (order: OrderData, change: object) =>
    client.call<{ order: OrderData }>('order.amend', { orderId: order.orderId, ...change });
  expect((await amend(first, { quantity: 0.4 })).order).toMatchObject({ quantity: 0.4, status: 'ACTIVE' });
  await sandbox.flow('BTC', 'SELL', 0.1);
  expect([await filledOf(first), await filledOf(second)]).toEqual([0.1, 0]);
  await amend(first, { quantity: 0.6 });
  await sandbox.flow('BTC', 'SELL', 0.1);
  expect([await filledOf(first), await filledOf(second)]).toEqual([0.1, 0.1]);
  const moved = await amend(second, { limitPrice: 48_999 });
  expect(moved.order).toMatchObject({ limitPrice: 48_999, quantity: 0.5, filledQuantity: 0.1 });
  await sandbox.flow('BTC', 'SELL', 0.1);
  expect([await filledOf(first), await filledOf(second)]).toEqual([0.2, 0.1]);
});

test('orders are cancelled one by one, and all of a symbol at once', async () => {
  const ether = { ...BID, symbol: 'ETH', limitPrice: 2_900 };
  const one = await client.place({ ...BID, clientOrderId: 'to cancel' });
  await client.place(BID);
  await client.place(ether);
  const canceled = await client.call('order.cancel', { clientOrderId: 'to cancel' });
  expect(canceled).toMatchObject({ order: { orderId: one.orderId, status: 'CANCELED' } });
  expect(await client.call('order.cancelAll', { symbol: 'BTC' })).toEqual({ canceled: 1 });
  expect(await client.call('order.list')).toMatchObject({ orders: [{ symbol: 'ETH' }] });
  expect(await client.call('order.cancelAll')).toEqual({ canceled: 1 });
  expect(await client.call('order.list')).toEqual({ orders: [] });
});

test('orders are listed by status and symbol', async () => {
  const resting = await client.place(BID);
  const taker = { symbol: 'ETH', orderType: 'MARKET', side: 'BUY', quantity: 0.1 };
  const [older, newer] = [await client.place(taker), await client.place(taker)];
  const list = async (params: object) =>
    (await client.call<{ orders: OrderData[] }>('order.list', params)).orders.map(({ orderId }) => orderId);
  expect(await list({})).toEqual([resting.orderId]);
  expect(await list({ status: 'ACTIVE', symbol: 'ETH' })).toEqual([]);
  expect(await list({ status: 'FILLED', symbol: 'ETH', limit: 2 })).toEqual([newer.orderId, older.orderId]);
  expect(await list({ status: 'FILLED', symbol: 'ETH', limit: 1 })).toEqual([newer.orderId]);
});

test('positions, account and fills tell of a trade', async () => {
  const before = await client.call<{ account: { feesPaid: number; balance: number } }>('account.get');
  const { symbol, side } = { symbol: 'SOL', side: 'BUY' };
  await sandbox.market('SOL', { oracle: 150, bids: [[149, 100]], asks: [[151, 100]] });
  await client.place({ symbol, side, orderType: 'MARKET', quantity: 10 });
  expect(await client.call('fill.list', { limit: 1 })).toEqual({
    fills: [
      {
        fillId: expect.any(Number),
        orderId: expect.stringMatching(UUID),
        clientOrderId: null,
        symbol,
        side,
        price: 151,
        quantity: 10,
        liquidity: 'TAKER',
        fee: 0.6795,
        realizedPnl: 0,
        positionAfter: 10,
      },
    ],
  });
  const { positions } = await client.call<{ positions: { symbol: string; markPrice: number }[] }>(
    'position.list',
  );
  const position = positions.find((each) => each.symbol === symbol)!;
  expect(position).toEqual({
    symbol,
    quantity: 10,
    entryPrice: 151,
    markPrice: expect.any(Number),
    leverage: expect.any(Number),
    marginMode: 'CROSS',
    margin: expect.any(Number),
    unrealizedPnl: Number((10 * (position.markPrice - 151)).toFixed(6)),
    realizedPnl: 0,
    liquidationPrice: null,
    fundingPaid: 0,
  });
  const after = await client.call<{ account: { feesPaid: number; balance: number } }>('account.get');
  expect(Object.keys(after.account)).toEqual([
    'portfolioId',
    'balance',
    'equity',
    'unrealizedPnl',
    'marginUsed',
    'maintenanceMargin',
    'withdrawable',
    'feesPaid',
    'fundingPaid',
    'deposits',
    'volume14d',
    'feeTier',
    'portfolioType',
    'broker',
  ]);
  expect(after.account.feesPaid - before.account.feesPaid).toBeCloseTo(0.6795, 6);
  expect(after.account.balance - before.account.balance).toBeCloseTo(-0.6795, 6);
});

test('leverage is set for a symbol and shows in its position', async () => {
  const setting = { symbol: 'ETH', leverage: 7, marginMode: 'CROSS' };
  expect(await client.call('leverage.set', setting)).toEqual(setting);
  await client.place({ symbol: 'ETH', orderType: 'MARKET', side: 'BUY', quantity: 1 });
  const { positions } = await client.call<{ positions: { symbol: string }[] }>('position.list');
  expect(positions.find(({ symbol }) => symbol === 'ETH')).toMatchObject({ leverage: 7 });
});

test('markets and books are told to everyone who may read', async () => {
  const { markets } = await client.call<{ markets: { symbol: string }[] }>('market.list');
  const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'HYPE', 'AAPL', 'MSFT', 'NVDA', 'TSLA', 'SPY'];
  const predictions = markets.splice(symbols.length).map(({ symbol }) => symbol.replace(/\d{4}Q\d/, 'Q'));
  expect(markets.map(({ symbol }) => symbol)).toEqual(symbols);
  expect(predictions).toEqual(['BTC-70000-Q-YES', 'BTC-70000-Q-NO', 'ETH-3500-Q-YES', 'ETH-3500-Q-NO']);
  expect(markets[0]).toMatchObject({
    symbol: 'BTC',
    assetClass: 'PERPETUAL',
    name: 'Bitcoin',
    priceDecimals: 1,
    quantityDecimals: 5,
    minNotional: 10,
    maxLeverage: 40,
    marginTiers: [
      { lowerBound: 0, maxLeverage: 40 },
      { lowerBound: 150_000_000, maxLeverage: 20 },
    ],
    makerFee: 0.00015,
    takerFee: 0.00045,
    status: 'OPEN',
  });
  await client.place({ ...BID, quantity: 0.75 });
  await sandbox.market('BTC', { bids: [[49_990, 5]] });
  const book = await client.call<BookData>('book.get', { symbol: 'BTC' });
  expect(book.bids).toEqual([
    [49_990, 5],
    [49_000, 0.75],
  ]);
  expect(book.asks).toEqual([[50_010, 5]]);
  expect(await client.call('book.get', { symbol: 'BTC', depth: 1 })).toMatchObject({ bids: [[49_990, 5]] });
});
