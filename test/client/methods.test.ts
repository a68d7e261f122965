import {
  type Tradewire as Client,
  connect,
  isError,
  type PrivateItem,
  TradewireError,
} from 'tradewire-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { addKey, revokeKey } from '../api/users.js';
import { Sandbox } from '../support/sandbox.js';
import { addTrader, type Trader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 } as const;
const BUY = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.1 } as const;
const MINUTE_MS = 60_000;
const BROWSER_ENTRY = new URL('../../packages/tradewire-client/dist/browser.js', import.meta.url).href;

let tradewire: Tradewire;
let sandbox: Sandbox;
let trader: Trader;
let client: Client;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
  trader = await addTrader(tradewire);
  client = connect({ url: tradewire.url, key: trader.key });
});
afterEach(() => client.close());

/** What a promise rejects with. */
async function refusal(promise: Promise<unknown>): Promise<TradewireError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TradewireError);
  return error as TradewireError;
}

test('orders are placed, amended, looked up and cancelled', async () => {
  const placed = await client.placeOrder({ ...BID, clientOrderId: 'mine' });
  expect(placed).toMatchObject({ ...BID, clientOrderId: 'mine', status: 'ACTIVE' });
  const amended = await client.amendOrder({ clientOrderId: 'mine' }, { quantity: '0.4' });
  expect(amended).toMatchObject({ quantity: 0.4 });
  expect(await client.order({ orderId: placed.orderId })).toEqual(amended);
  expect(await client.orders({ symbol: 'BTC' })).toEqual([amended]);
  expect(await client.cancelOrder({ clientOrderId: 'mine' })).toMatchObject({ status: 'CANCELED' });
  expect(await client.orders({ status: 'CANCELED', limit: 1 })).toHaveLength(1);
  const { clientOrderId } = await client.placeOrder(BID);
  expect(clientOrderId).toMatch(/^tw-\w+-1$/);
  expect(await client.cancelAll('ETH')).toBe(0);
  expect(await client.cancelAll()).toBe(1);
});

test('a batch has an outcome for each order', async () => {
  const placements = await client.placeOrders([BID, { ...BID, limitPrice: 49_000.001 }, BUY]);
  expect(placements.map(({ order }) => order?.status ?? null)).toEqual(['ACTIVE', null, 'FILLED']);
  expect(placements[1]!.error?.code).toBe('PRICE_NOT_ON_TICK');
});

test('positions and the account are read and changed', async () => {
  expect(await client.setLeverage('BTC', 10, 'ISOLATED')).toEqual({
    symbol: 'BTC',
    leverage: 10,
    marginMode: 'ISOLATED',
  });
  await client.placeOrder(BUY);
  expect(await client.fills(1)).toMatchObject([{ symbol: 'BTC', quantity: 0.1, liquidity: 'TAKER' }]);
  const [position] = await client.positions();
  expect(position).toMatchObject({ quantity: 0.1, marginMode: 'ISOLATED' });
  const added = await client.adjustMargin('BTC', 100);
  const equityMoved = added.unrealizedPnl - position!.unrealizedPnl;
  expect(added.margin).toBeCloseTo(position!.margin + equityMoved + 100, 5);
  const exits = await client.protectPosition('BTC', { takeProfit: { triggerPrice: 60_000 } });
  expect(exits).toMatchObject([{ orderType: 'TAKE_PROFIT', stopPrice: 60_000 }]);
  expect(await client.protectPosition('BTC', { takeProfit: null })).toEqual([]);
  expect(await client.configureAccount({ portfolioType: 'MARGIN' })).toMatchObject({
    portfolioType: 'MARGIN',
  });
  expect(await client.account()).toMatchObject({ portfolioId: trader.portfolioId, portfolioType: 'MARGIN' });
});

test('markets, limits and the session are asked about', async () => {
  expect((await client.markets()).map(({ symbol }) => symbol)).toContain('BTC');
  expect(await client.bookDepth('BTC', 1)).toMatchObject({ bids: [[49_990, 5]], asks: [[50_010, 5]] });
  expect(await client.limit()).toEqual({ limit: null, remaining: null, resetTime: null });
  const { serverTime } = await client.ping();
  const { expiresAt } = await client.deadman(MINUTE_MS);
  expect(Date.parse(expiresAt!)).toBeGreaterThan(Date.parse(serverTime));
  expect(await client.deadman(0)).toEqual({ expiresAt: null });
  const guard = { enabled: true, graceMs: 0 };
  expect(await client.cancelOnDisconnect(guard)).toEqual(guard);
  expect(await client.ready).toMatchObject({ portfolioId: trader.portfolioId, scopes: ['read', 'trade'] });
  expect(client.status).toMatchObject({ state: 'LIVE' });
});

test('errors have the code and the details that the server gave', async () => {
  const invalid = await refusal(client.placeOrder({ ...BID, quantity: -1 }));
  if (!isError(invalid, 'INVALID_REQUEST')) throw invalid;
  expect(invalid.details?.errors['quantity']).toEqual(['quantity must be a positive number']);
  const missing = await refusal(client.cancelOrder({ clientOrderId: 'nobody' }));
  expect(isError(missing, 'ORDER_NOT_FOUND')).toBe(true);
  expect(missing.isRepeat).toBe(false);
});

test('private events begin with the portfolio as it is, and follow in order', async () => {
  await client.placeOrder(BID);
  const items: PrivateItem[] = [];
  for await (const item of client.events()) {
    items.push(item);
    if (item.type === 'SNAPSHOT') await client.placeOrder(BUY);
    if (item.type === 'EVENT' && item.channel === 'account') break;
  }
  const [snapshot, ...events] = items;
  expect(snapshot).toMatchObject({
    type: 'SNAPSHOT',
    orders: [BID],
    positions: [],
    account: { balance: 100_000 },
  });
  expect(events.map((item) => item.type === 'EVENT' && item.channel)).toEqual([
    'orders',
    'fills',
    'orders',
    'positions',
    'account',
  ]);
  const first = snapshot!.type === 'SNAPSHOT' ? snapshot!.cursor.seq : 0;
  expect(events.map((item) => item.type === 'EVENT' && item.cursor.seq - first)).toEqual([1, 2, 3, 4, 5]);
  // A loop that has ended makes room for the next one, which may begin wherever its cursor says.
  const [since] = events.flatMap((item) => (item.type === 'EVENT' ? [item.cursor] : []));
  const again = client.events(since);
  expect(() => client.events()).toThrow('are being read');
  expect((await again.next()).value).toEqual({ ...events[1], isReplay: true });
  await again.return?.();
});

test('a cursor that cannot be resumed from is told, and followed by a snapshot', async () => {
  const since = { epoch: '00000000-0000-4000-8000-000000000000', seq: 7 };
  const events = client.events(since);
  const { epoch, seq } = await client.ready;
  expect((await events.next()).value).toMatchObject({
    type: 'GAP',
    since,
    available: { epoch, newest: seq },
  });
  expect((await events.next()).value).toMatchObject({ type: 'SNAPSHOT', cursor: { epoch, seq } });
});

test('public channels are followed, and left', async () => {
  const book = client.book('BTC');
  const ticker = client.ticker('BTC');
  const trades = client.trades('BTC')[Symbol.asyncIterator]();
  const candles = client.candles('BTC', '1m')[Symbol.asyncIterator]();
  for await (const { bids, asks } of book) {
    expect([bids[0], asks[0]]).toEqual([
      [49_990, 5],
      [50_010, 5],
    ]);
    break;
  }
  await client.placeOrder(BUY);
  expect((await trades.next()).value).toMatchObject({
    isGap: false,
    data: [{ price: 50_010, quantity: 0.1, side: 'BUY' }],
  });
  await until('the candle has the trade', async () => (await candles.next()).value?.data.close === 50_010);
  await until('the book has changed', () => book.asks[0]?.[1] === 4.9);
  await until('the ticker has the trade', () => ticker.latest?.last === 50_010);
  book.close();
  expect(book.isCurrent).toBe(false);
  expect(await book[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  await expect(client.ticker('NONE')[Symbol.asyncIterator]().next()).rejects.toThrow('UNKNOWN_CHANNEL');
  // The others of the same request are not harmed.
  client.ticker('NEITHER');
  expect((await client.ticker('ETH')[Symbol.asyncIterator]().next()).value).toMatchObject({
    data: { symbol: 'ETH' },
  });
});

test('in a browser the key goes as a subprotocol, and HTTP tells why a connection is refused', async () => {
  const { connect: connectInBrowser } = (await import(BROWSER_ENTRY)) as typeof import('tradewire-client');
  const platform = 'WebSocket' in globalThis ? {} : { WebSocket };
  const options = { url: tradewire.url, key: trader.key, ...platform };
  const browser = connectInBrowser(options);
  expect(await browser.placeOrder(BID)).toMatchObject({ status: 'ACTIVE' });
  expect((await browser.events().next()).value).toMatchObject({ type: 'SNAPSHOT', orders: [BID] });
  browser.close();
  await until('the goodbye has arrived', () => browser.status.state === 'CLOSED');
  expect(() => connectInBrowser({ ...options, WebSocket, key: 'with a blank' })).toThrow(SyntaxError);
  const portfolioId = '00000000-0000-4000-8000-000000000000';
  for (const [wrong, status] of [
    [{ key: 'of-nobody' }, 401],
    [{ portfolioId }, 403],
  ] as const) {
    const refused = await refusal(connectInBrowser({ ...options, ...wrong }).ready);
    expect(isError(refused, 'REFUSED') && refused.details).toEqual({ status });
  }
});

test('what is closed rejects, and its loops end', async () => {
  const events = client.events();
  await events.next();
  const loop = events.next();
  client.close();
  expect(await loop).toEqual({ done: true, value: undefined });
  expect((await refusal(client.account())).code).toBe('CLOSED');
  expect(await client.trades('BTC')[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  expect(client.status).toEqual({ state: 'CLOSED', error: null });
});

test('a client whose key is not known, or not any more, does not come back', async () => {
  const stranger = connect({ url: tradewire.url, key: 'of nobody' });
  const refused = await refusal(stranger.ready);
  expect(isError(refused, 'REFUSED') && refused.details).toEqual({ status: 401 });
  expect(stranger.status).toEqual({ state: 'CLOSED', error: refused });

  expect(await refusal(stranger.account())).toBe(refused);
  const unasked = connect({ url: tradewire.url, key: 'of nobody' });
  expect((await refusal(unasked.account())).message).toBe('REFUSED: The credential is not valid');

  const { key, keyId } = await addKey(tradewire, trader.userId, ['read']);
  const revoked = connect({ url: tradewire.url, key });
  const events = revoked.events();
  await events.next();
  await revokeKey(tradewire, keyId);
  const error = await refusal(events.next());
  expect(isError(error, 'REFUSED') && error.details).toEqual({ closeCode: 4001 });
  expect(await refusal(revoked.ping())).toBe(error);
});
