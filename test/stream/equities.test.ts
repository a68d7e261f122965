import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { addTrader, type Trader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';

interface MarketData {
  readonly symbol: string;
  readonly status: string;
  readonly nextOpen?: string;
  readonly nextClose?: string;
}

interface OrderData {
  readonly orderId: string;
  readonly status: string;
  readonly timeInForce: string;
  readonly expiresAt?: string;
}

const BUY_APPLE = { symbol: 'AAPL', side: 'BUY', orderType: 'LIMIT', quantity: 10, limitPrice: 201 };

let tradewire: Tradewire;
let sandbox: Sandbox;
let trader: Trader;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start({ MARKET_HOURS: 'enforced' });
  sandbox = new Sandbox(tradewire);
  trader = await addTrader(tradewire);
  client = await StreamClient.connect(tradewire, trader.key);
});
afterAll(async () => {
  await client.close();
  await tradewire.stop();
});

async function market(symbol: string): Promise<MarketData> {
  const { markets } = await client.call<{ markets: MarketData[] }>('market.list');
  return markets.find((each) => each.symbol === symbol)!;
}

/** Moves the clock just behind the next opening or closing bell. */
async function passBell(bell: 'nextOpen' | 'nextClose'): Promise<void> {
  const moment = Date.parse((await market('AAPL'))[bell]!);
  const { serverTime } = await client.call<{ serverTime: string }>('ping');
  await sandbox.advanceClock(moment - Date.parse(serverTime) + 1);
}

async function place(order: object): Promise<OrderData> {
  return (await client.call<{ order: OrderData }>('order.place', order)).order;
}

async function statusOf({ orderId }: OrderData): Promise<string> {
  return (await client.call<{ order: OrderData }>('order.get', { orderId })).order.status;
}

describe('with MARKET_HOURS=enforced', () => {
  test('an equity is closed from bell to bell, and what is placed meanwhile waits for the open', async () => {
    await passBell('nextOpen');
    await sandbox.market('AAPL', { oracle: 200, bids: [[199, 100]], asks: [[201, 100]] });
    expect(await market('AAPL')).toMatchObject({ status: 'OPEN' });
    expect(await market('BTC')).toMatchObject({ status: 'OPEN' });
    expect(await market('BTC')).not.toHaveProperty('nextOpen');
    const day = await place({ ...BUY_APPLE, limitPrice: 190 });
    expect([day.timeInForce, day.expiresAt]).toEqual(['DAY', (await market('AAPL')).nextClose]);

    await passBell('nextClose');
    expect(await market('AAPL')).toMatchObject({ status: 'CLOSED' });
    expect(await statusOf(day)).toBe('EXPIRED');
    expect(await client.call('book.get', { symbol: 'AAPL' })).toMatchObject({ bids: [], asks: [] });
    expect(await client.refusal('order.place', { ...BUY_APPLE, timeInForce: 'IOC' })).toMatchObject({
      code: 'MARKET_CLOSED',
    });
    const waiting = await place(BUY_APPLE);
    expect(waiting.status).toBe('PENDING_MARKET_OPEN');
    const list = await client.call<{ orders: OrderData[] }>('order.list', { status: 'PENDING_MARKET_OPEN' });
    expect(list.orders.map(({ orderId }) => orderId)).toEqual([waiting.orderId]);
    const { body } = await tradewire.ask('POST', '/v1/orders', { ...BUY_APPLE, limitPrice: 150 }, trader.key);
    expect(body).toMatchObject({ status: 'PENDING_MARKET_OPEN' });

    await passBell('nextOpen');
    expect(await market('AAPL')).toMatchObject({ status: 'OPEN' });
    expect(await statusOf(waiting)).toBe('FILLED');
    expect(await statusOf(body as OrderData)).toBe('ACTIVE');
  });
});

describe('account.configure', () => {
  test('chooses broker and type of the portfolio, which the account tells', async () => {
    const { account } = await client.call<{ account: object }>('account.configure', {
      portfolioType: 'MARGIN',
      broker: 'interactive-brokers',
    });
    expect(account).toMatchObject({ portfolioType: 'MARGIN', broker: 'interactive-brokers' });
    expect(await client.call('account.get')).toMatchObject({
      account: { portfolioType: 'MARGIN', broker: 'interactive-brokers', volume14d: 0 },
    });
  });

  test('decides commissions, leverage and short sales', async () => {
    await passBell('nextOpen');
    await sandbox.market('AAPL', { oracle: 200, bids: [[199, 1_000]], asks: [[201, 1_000]] });
    await client.call('session.subscribe', { channels: ['fills'] });
    await place({ symbol: 'AAPL', side: 'SELL', orderType: 'MARKET', quantity: 110 });
    const [fill] = (await client.call<{ fills: { data?: unknown }[] }>('fill.list', { limit: 1 })).fills;
    expect(fill).toMatchObject({ fee: 0.55, positionAfter: -100 });
    expect(
      await client.call('leverage.set', { symbol: 'AAPL', leverage: 1, marginMode: 'CROSS' }),
    ).toMatchObject({ leverage: 1 });
    expect(await client.refusal('account.configure', { portfolioType: 'CASH' })).toMatchObject({
      code: 'INSUFFICIENT_MARGIN',
    });
  });

  test.each([
    [{}, 'request'],
    [{ broker: 'nobody' }, 'broker'],
    [{ portfolioType: 'IRA' }, 'portfolioType'],
  ])('refuses %j and names the field', async (params, field) => {
    const { code, details } = await client.refusal('account.configure', params);
    expect(code).toBe('INVALID_REQUEST');
    expect(details).toHaveProperty(['errors', field]);
  });
});

describe('the same over REST', () => {
  const path = (id: string, what: string) => `/v1/accounts/portfolios/${id}/${what}`;

  test('the broker, the margin agreement, and who is eligible for it', async () => {
    const { key, userId, portfolioId } = await addTrader(tradewire);
    const put = (what: string, body: object) => tradewire.ask('PUT', path(portfolioId, what), body, key);
    const eligibility = () => tradewire.ask('GET', path(portfolioId, 'margin-eligibility'), undefined, key);
    expect((await eligibility()).body).toEqual({
      portfolioId,
      portfolioType: 'CASH',
      eligible: true,
      reasons: [],
    });
    expect((await put('broker', { broker: 'lightspeed' })).body).toEqual({
      portfolioId,
      accountId: userId,
      portfolioType: 'CASH',
      broker: 'lightspeed',
      cashBalance: 100_000,
      equity: 100_000,
      marginUsed: 0,
      buyingPower: 100_000,
    });
    expect(await put('margin-upgrade', { marginAgreement: true })).toMatchObject({
      status: 200,
      body: { portfolioType: 'MARGIN', broker: 'lightspeed', buyingPower: 200_000 },
    });
    expect((await eligibility()).body).toMatchObject({ portfolioType: 'MARGIN', eligible: false });
  });

  test('bad bodies are named, and another user’s portfolio is not found', async () => {
    const put = (id: string, what: string, body: object) =>
      tradewire.ask('PUT', path(id, what), body, trader.key);
    expect(await put(trader.portfolioId, 'broker', { broker: 'nobody' })).toMatchObject({
      status: 400,
      body: { errors: { broker: [expect.stringContaining('broker must be one of: default')] } },
    });
    expect(await put(trader.portfolioId, 'margin-upgrade', { marginAgreement: false })).toMatchObject({
      status: 400,
      body: { errors: { marginAgreement: ['marginAgreement must be true'] } },
    });
    const other = await addTrader(tradewire);
    expect(await put(other.portfolioId, 'margin-upgrade', { marginAgreement: true })).toMatchObject({
      status: 404,
      body: { statusCode: 404, message: 'Portfolio not found' },
    });
  });
});
