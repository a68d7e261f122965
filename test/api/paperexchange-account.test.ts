import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Subscriber } from '../billing/subscriber.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { addKey } from './users.js';

const ACCOUNT = '/v1/exchanges/hyperliquid/account';
const DAY_MS = 86_400_000;
const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let tradewire: Tradewire;
let sandbox: Sandbox;
/** Each test has its own. */
let subscriber: Subscriber;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
});
afterAll(() => tradewire.stop());

beforeEach(async () => {
  await quoteAt('BTC', 50_000);
  await quoteAt('ETH', 2_500);
  subscriber = await Subscriber.register(tradewire, new Date(Date.now() + aheadMs));
  client = await StreamClient.connect(tradewire, subscriber.key);
});

/** How far the tests before have moved the clock. */
let aheadMs = 0;

async function advanceClock(byMs: number): Promise<void> {
  await sandbox.advanceClock(byMs);
  aheadMs += byMs;
}

/** The book of an instrument a dollar around one price. */
function quoteAt(symbol: string, price: number): Promise<void> {
  return sandbox.market(symbol, { oracle: price, bids: [[price - 1, 500]], asks: [[price + 1, 500]] });
}

async function trade(symbol: string, side: 'BUY' | 'SELL', quantity: number): Promise<void> {
  await client.place({ symbol, orderType: 'MARKET', side, quantity });
}

async function settle(symbol: string, rate: number): Promise<void> {
  expect(await tradewire.ask('POST', '/v1/sandbox/funding', { symbol, rate })).toMatchObject({ status: 200 });
}

async function get(path: string, key = subscriber.key): Promise<Record<string, unknown>> {
  const { status, body } = await tradewire.ask('GET', `${ACCOUNT}/${path}`, undefined, key);
  expect(status).toBe(200);
  return body as Record<string, unknown>;
}

describe('the overview', () => {
  test('of a new account is empty', async () => {
    expect(await get('overview')).toEqual({
      account_value: 10_000,
      initial_balance: 10_000,
      total_pnl: 0,
      total_pnl_percent: 0,
      withdrawable: 10_000,
      margin_used: 0,
      positions_count: 0,
      open_orders_count: 0,
      positions: [],
      stats: {
        total_trades: 0,
        winning_trades: 0,
        losing_trades: 0,
        win_rate: 0,
        total_volume: 0,
        total_fees_paid: 0,
        best_trade: 0,
        worst_trade: 0,
        realized_pnl: 0,
        unrealized_pnl: 0,
      },
    });
  });

  test('tells the trades, the positions and what they come to', async () => {
    for (const exit of [51_000, 52_000, 49_000]) {
      await quoteAt('BTC', 50_000);
      await trade('BTC', 'BUY', 0.1);
      await quoteAt('BTC', exit);
      await trade('BTC', 'SELL', 0.1);
    }
    await client.call('leverage.set', { symbol: 'ETH', leverage: 9, marginMode: 'ISOLATED' });
    await trade('ETH', 'SELL', 2);
    await client.place({ symbol: 'ETH', orderType: 'LIMIT', side: 'SELL', quantity: 1, limitPrice: 2_600 });
    const overview = await get('overview');
    const { account } = await client.call<{ account: Record<string, number> }>('account.get');
    const { equity, marginUsed, withdrawable, feesPaid, unrealizedPnl } = account;
    const { positions } = await client.call<{ positions: Record<string, number>[] }>('position.list');
    expect(overview).toMatchObject({
      account_value: equity,
      initial_balance: 10_000,
      total_pnl: expect.closeTo(equity! - 10_000, 6),
      total_pnl_percent: expect.closeTo((equity! - 10_000) / 100, 1),
      margin_used: marginUsed,
      withdrawable,
      positions_count: 1,
      open_orders_count: 1,
    });
    expect(overview['stats']).toEqual({
      total_trades: 3,
      winning_trades: 2,
      losing_trades: 1,
      win_rate: 66.7,
      total_volume: expect.closeTo(3 * 5_000.1 + 5_099.9 + 5_199.9 + 4_899.9 + 2 * 2_499, 6),
      total_fees_paid: feesPaid,
      best_trade: 199.8,
      worst_trade: -100.2,
      realized_pnl: expect.closeTo(99.8 + 199.8 - 100.2 - feesPaid!, 6),
      unrealized_pnl: unrealizedPnl,
    });
    expect(overview['positions']).toEqual([
      {
        coin: 'ETH',
        side: 'short',
        size: 2,
        entry_price: 2_499,
        mark_price: expect.any(Number),
        position_value: expect.any(Number),
        leverage: 9,
        margin_mode: 'isolated',
        margin_used: expect.any(Number),
        unrealized_pnl: unrealizedPnl,
        realized_pnl: 0,
        funding: 0,
        liquidation_price: positions[0]!['liquidationPrice'],
      },
    ]);
  });
});

describe('a reset', () => {
  const reset = (key = subscriber.key) => tradewire.ask('POST', `${ACCOUNT}/reset`, undefined, key);

  test('adds the plan’s balance to who has less than 100 dollars, and keeps orders', async () => {
    const { portfolioId } = subscriber;
    expect(await reset()).toMatchObject({ status: 400, body: { detail: 'Balance too high for reset' } });
    await sandbox.deposit(portfolioId, -9_900);
    expect((await reset()).status).toBe(400);
    await client.place({
      symbol: 'BTC',
      orderType: 'LIMIT',
      side: 'BUY',
      quantity: 0.001,
      limitPrice: 40_000,
    });
    await sandbox.deposit(portfolioId, -54.5);
    expect(await reset()).toMatchObject({
      status: 200,
      body: {
        message: 'Account topped up successfully',
        previous_balance: 45.5,
        added_amount: 10_000,
        new_balance: 10_045.5,
      },
    });
    expect(await get('overview')).toMatchObject({ account_value: 10_045.5, open_orders_count: 1 });
  });

  test('of two at once one is carried out', async () => {
    await sandbox.deposit(subscriber.portfolioId, -9_990);
    const answers = await Promise.all([reset(), reset(), reset()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  test('needs the scope', async () => {
    const { key } = await addKey(tradewire, subscriber.userId, ['read']);
    expect(await get('overview', key)).toHaveProperty('stats');
    expect((await reset(key)).status).toBe(403);
  });

  test('is refused after the end of a trial', async () => {
    expect(await get('overview')).toMatchObject({ account_value: 10_000 });
    await sandbox.deposit(subscriber.portfolioId, -9_990);
    await advanceClock(3 * DAY_MS);
    expect(await reset()).toMatchObject({ status: 403, body: { detail: 'Trial expired' } });
    expect(await get('overview')).toMatchObject({ account_value: 10 });
  });
});

describe('the funding history', () => {
  beforeEach(async () => {
    await trade('BTC', 'BUY', 0.5);
    await trade('ETH', 'SELL', 2);
  });

  test('is told newest first, with what all of it comes to', async () => {
    await quoteAt('BTC', 42_500);
    await settle('BTC', 0.0001);
    await settle('BTC', -0.0002);
    await settle('ETH', 0.0001);
    const history = await get('funding?limit=2');
    expect(history).toEqual({
      funding_payments: [
        expect.objectContaining({ coin: 'ETH', position_size: -2, payment_amount: 0.5 }),
        expect.objectContaining({ coin: 'BTC', funding_rate: -0.0002, payment_amount: 4.25 }),
      ],
      summary: { total_paid: -2.125, total_received: 4.75, net: 2.625, count: 3 },
    });
    const { funding_payments: payments } = (await get('funding?coin=BTC')) as { funding_payments: object[] };
    expect(payments).toHaveLength(2);
    expect(payments[1]).toEqual({
      coin: 'BTC',
      position_size: 0.5,
      funding_rate: 0.0001,
      oracle_price: 42_500,
      payment_amount: -2.125,
      timestamp: expect.stringMatching(SECOND),
    });
    expect(await get('funding?coin=DOGE')).toMatchObject({ funding_payments: [], summary: { count: 0 } });
    expect(await get('funding/summary')).toEqual({
      by_coin: {
        BTC: { total_funding: 2.125, payment_count: 2 },
        ETH: { total_funding: 0.5, payment_count: 1 },
      },
      total: 2.625,
    });
    for (const limit of ['0', '501', '-1', '1.5', 'all', '']) {
      expect(await subscriber.ask('GET', `${ACCOUNT}/funding?limit=${limit}`)).toMatchObject({
        status: 400,
        body: { detail: 'limit must be a whole number from 1 to 500' },
      });
    }
  });

  test('outlives a restart, and is nobody else’s', async () => {
    for (let count = 0; count < 3; count++) await settle('ETH', 0.0001);
    const before = await get('funding');
    await tradewire.terminate();
    await tradewire.launch();
    expect(await get('funding')).toEqual(before);
    const { key } = await addTrader(tradewire);
    expect(await get('funding', key)).toMatchObject({ funding_payments: [], summary: { count: 0 } });
  });

  test('reaches as far back as the plan says, by the exchange’s clock', async () => {
    await settle('BTC', 0.0001);
    await trade('ETH', 'BUY', 2);
    await trade('BTC', 'SELL', 0.5);
    await advanceClock(30 * DAY_MS - 60_000);
    expect(await get('funding/summary')).toMatchObject({ by_coin: { BTC: { payment_count: 1 } } });
    await advanceClock(60_000);
    expect(await get('funding/summary')).toEqual({ by_coin: {}, total: 0 });
    await subscriber.pay('pro');
    expect(await get('funding')).toMatchObject({ summary: { count: 1 } });
  });
});

test('liquidations are told with what the account lost', async () => {
  await trade('ETH', 'BUY', 20);
  await quoteAt('ETH', 2_030);
  const { liquidations, summary } = (await get('liquidations')) as {
    liquidations: Record<string, number>[];
    summary: object;
  };
  expect(liquidations).toHaveLength(1);
  const [liquidation] = liquidations as [Record<string, number>];
  expect(liquidation).toEqual({
    coin: 'ETH',
    position_size: 20,
    entry_price: 2_501,
    liquidation_price: expect.any(Number),
    mark_price: expect.any(Number),
    account_value_before: expect.any(Number),
    maintenance_margin: expect.any(Number),
    realized_loss: expect.any(Number),
    timestamp: expect.stringMatching(SECOND),
  });
  expect(liquidation['account_value_before']).toBeLessThan(liquidation['maintenance_margin']!);
  expect(summary).toEqual({ total_liquidations: 1, total_loss: liquidation['realized_loss'] });
  expect(await get('liquidations?coin=BTC')).toMatchObject({ summary: { total_liquidations: 0 } });
});

test('callers are turned away in the family’s words', async () => {
  const path = `${ACCOUNT}/overview`;
  expect(await tradewire.ask('GET', path, undefined, '')).toMatchObject({
    status: 401,
    body: { detail: 'API key required' },
  });
  expect(await tradewire.ask('GET', path, undefined, 'pe_unknown')).toMatchObject({
    status: 401,
    body: { detail: 'Invalid or revoked API key' },
  });
  const response = await fetch(`${tradewire.url}${path}`, { headers: { 'x-api-key': subscriber.key } });
  expect(response.status).toBe(200);
});
