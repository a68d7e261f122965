import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface AccountData {
  readonly feesPaid: number;
  readonly volume14d: number;
  readonly feeTier: { readonly makerFee: number; readonly takerFee: number };
}

/** The demo user of the plan `basic`, for whom the venue's own limits hold. */
let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start({ DEMO_PLAN: 'basic' });
  sandbox = new Sandbox(tradewire);
  client = await StreamClient.connect(tradewire);
});
afterAll(async () => {
  await client.close();
  await tradewire.stop();
});

async function account(): Promise<AccountData> {
  return (await client.call<{ account: AccountData }>('account.get')).account;
}

async function trade(side: 'BUY' | 'SELL', quantity: number): Promise<void> {
  await sandbox.market('BTC', { oracle: 50_000, bids: [[50_000, 100]], asks: [[50_001, 100]] });
  await client.call('order.place', { symbol: 'BTC', side, orderType: 'MARKET', quantity });
}

test('five million dollars of volume make trading cheaper from the next day of UTC on', async () => {
  const { portfolioId } = (await client.call<{ account: { portfolioId: string } }>('account.get')).account;
  await tradewire.ask('POST', '/v1/sandbox/deposit', { portfolioId, amount: 990_000 });
  await trade('SELL', 60);
  await trade('BUY', 60);
  const before = await account();
  expect(before).toMatchObject({
    feesPaid: 1_350 + 1_350.027,
    volume14d: 6_000_060,
    feeTier: { makerFee: 0.00015, takerFee: 0.00045 },
  });
  await sandbox.advanceClock(DAY_MS);
  expect(await account()).toMatchObject({
    volume14d: 6_000_060,
    feeTier: { makerFee: 0.00012, takerFee: 0.0004 },
  });
  await trade('SELL', 1);
  expect((await account()).feesPaid).toBeCloseTo(before.feesPaid + 20, 6);
  await sandbox.advanceClock(15 * DAY_MS);
  expect(await account()).toMatchObject({ volume14d: 0, feeTier: { makerFee: 0.00015, takerFee: 0.00045 } });
});

test('a portfolio of a plan with limits has 1,000 open orders, and one more for five million dollars', async () => {
  const bid = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', quantity: 0.001, limitPrice: 40_000 };
  const orders = Array.from({ length: 50 }, () => bid);
  for (let batch = 0; batch < 20; batch++) {
    // The plan allows 200 requests a minute, and each order of a batch is one.
    if (batch % 3 === 0) await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: MINUTE_MS });
    await client.call('order.placeBatch', { orders });
  }
  await tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs: MINUTE_MS });
  await client.call('order.place', bid);
  expect(await client.refusal('order.place', bid)).toMatchObject({ code: 'TOO_MANY_OPEN_ORDERS' });
  expect(await client.call('order.cancelAll')).toEqual({ canceled: 1_001 });
});
