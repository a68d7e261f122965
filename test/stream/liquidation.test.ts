import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

/** A trader with 10,000 dollars, and asks at 50,000: without bids the mark is exactly the oracle. */
beforeEach(async () => {
  await sandbox.market('BTC', { oracle: 50_000, bids: [], asks: [[50_000, 5]] });
  const trader = await addTrader(tradewire);
  await sandbox.deposit(trader.portfolioId, -90_000);
  client = await StreamClient.connect(tradewire, trader.key);
});
afterEach(() => client.close());

const BUY_TWO = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 2 };

test('a liquidation is told as orders, fills, the liquidation, position and account', async () => {
  await client.call('leverage.set', { symbol: 'BTC', leverage: 40, marginMode: 'CROSS' });
  await client.place(BUY_TWO);
  await sandbox.market('BTC', { asks: [] });
  await client.place({ ...BUY_TWO, orderType: 'LIMIT', quantity: 0.01, limitPrice: 30_000 });
  await client.subscribe(['private']);
  await sandbox.market('BTC', { oracle: 45_500, bids: [[45_480, 5]], asks: [] });
  await client.call('ping');
  expect(
    client.events.map(({ channel, data }) => [channel, data.status ?? null, data.reason ?? null]),
  ).toEqual([
    ['orders', 'CANCELED', 'LIQUIDATION'],
    ['orders', 'ACTIVE', 'LIQUIDATION'],
    ['fills', null, null],
    ['orders', 'FILLED', 'LIQUIDATION'],
    ['liquidations', null, null],
    ['positions', null, null],
    ['account', null, null],
  ]);
  expect(client.events[4]!.data).toEqual({
    symbol: 'BTC',
    positionSize: 2,
    entryPrice: 50_000,
    liquidationPrice: expect.closeTo((100_000 - 10_000 + 45) / 2 / 0.9875, 6),
    markPrice: 45_500,
    accountValueBefore: 10_000 - 45 - 9_000,
    maintenanceMargin: 1_137.5,
    realizedLoss: -9_040,
    method: 'MARKET',
  });
  expect(client.events[5]!.data).toMatchObject({ symbol: 'BTC', quantity: 0 });
});

test('an isolated position has margin of its own, which can be added to and taken from', async () => {
  const setting = { symbol: 'BTC', leverage: 20, marginMode: 'ISOLATED' };
  expect(await client.call('leverage.set', setting)).toEqual(setting);
  await client.place({ ...BUY_TWO, quantity: 1 });
  const added = await client.call('margin.adjust', { symbol: 'BTC', amount: '5000' });
  expect(added).toMatchObject({ position: { symbol: 'BTC', marginMode: 'ISOLATED', leverage: 20 } });
  const { account } = await client.call<{ account: object }>('account.get');
  expect(account).toMatchObject({ balance: 2_500, maintenanceMargin: 0 });
  const tooMuch = await client.refusal('margin.adjust', { symbol: 'BTC', amount: -2_600 });
  expect(tooMuch.code).toBe('INSUFFICIENT_MARGIN');
  const { position } = await client.call<{ position: { margin: number } }>('margin.adjust', {
    symbol: 'BTC',
    amount: -2_000,
  });
  expect(position.margin).toBe(2_500 + 5_000 - 2_000 - 22.5);
});

test('margin is adjusted of isolated positions only', async () => {
  const adjust = { symbol: 'BTC', amount: 1 };
  expect((await client.refusal('margin.adjust', adjust)).code).toBe('POSITION_NOT_FOUND');
  await client.place({ ...BUY_TWO, quantity: 0.1 });
  expect((await client.refusal('margin.adjust', adjust)).code).toBe('POSITION_NOT_ISOLATED');
  expect((await client.refusal('margin.adjust', { ...adjust, symbol: 'NOPE' })).code).toBe('UNKNOWN_SYMBOL');
});
