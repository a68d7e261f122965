import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const MONTH_MS = 31 * 24 * 60 * 60 * 1_000;

interface Listed {
  readonly symbol: string;
  readonly status: string;
  readonly settlementPrice: number | null;
  readonly prediction?: { readonly marketId: string; readonly outcome: string; readonly settlesAt: string };
}

let tradewire: Tradewire;
let sandbox: Sandbox;
let client: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  client = await StreamClient.connect(tradewire);
});
afterAll(async () => {
  await client.close();
  await tradewire.stop();
});

/** The outcomes of the questions about Bitcoin, those listed last at the end. */
async function outcomes(): Promise<readonly Listed[]> {
  const { markets } = await client.call<{ markets: Listed[] }>('market.list');
  return markets.filter(({ prediction }) => prediction?.marketId.startsWith('btc-') === true);
}

function settle(body: object) {
  return tradewire.ask('POST', '/v1/sandbox/settle', body);
}

test('what a test settles pays out, and the market of the next quarter is listed', async () => {
  const [yes, no] = (await outcomes()) as [Listed, Listed];
  const { marketId, settlesAt } = yes.prediction!;
  expect([yes.status, yes.settlementPrice]).toEqual(['OPEN', null]);
  expect(yes).toMatchObject({ prediction: { outcome: 'YES', reference: 'BTC', strike: 70_000 } });
  await sandbox.market(yes.symbol, { oracle: 0.4, asks: [[0.4, 1_000]], bids: [[0.39, 1_000]] });
  await sandbox.market(no.symbol, { oracle: 0.6, asks: [[0.6, 1_000]], bids: [[0.59, 1_000]] });
  for (const { symbol } of [yes, no])
    await client.place({ symbol, orderType: 'MARKET', side: 'BUY', quantity: 100 });
  await client.place({ symbol: yes.symbol, orderType: 'LIMIT', side: 'BUY', quantity: 100, limitPrice: 0.1 });

  const answer = await settle({ marketId, outcome: 'NO' });
  expect(answer).toMatchObject({ status: 200, body: { marketId, outcome: 'NO', settlements: 2 } });
  const settled = (await outcomes()).slice(0, 2);
  expect(settled.map(({ status, settlementPrice }) => [status, settlementPrice])).toEqual([
    ['SETTLED', 0],
    ['SETTLED', 1],
  ]);
  const { fills } = await client.call<{ fills: object[] }>('fill.list', { limit: 2 });
  expect(fills).toMatchObject([
    { symbol: no.symbol, side: 'SELL', price: 1, quantity: 100, fee: 0, realizedPnl: 40, positionAfter: 0 },
    { symbol: yes.symbol, side: 'SELL', price: 0, quantity: 100, fee: 0, realizedPnl: -40, positionAfter: 0 },
  ]);
  const late = { symbol: yes.symbol, orderType: 'LIMIT', side: 'BUY', quantity: 100, limitPrice: 0.5 };
  expect((await client.refusal('order.place', late)).code).toBe('MARKET_CLOSED');
  expect((await settle({ marketId, outcome: 'YES' })).status).toBe(422);

  await until('the next is listed', async () => (await outcomes()).length === 4);
  const next = (await outcomes()).slice(2);
  expect(next.map(({ status }) => status)).toEqual(['OPEN', 'OPEN']);
  expect(Date.parse(next[0]!.prediction!.settlesAt)).toBeGreaterThan(Date.parse(settlesAt));
});

test('on its date a market settles by itself, and the one after it is listed without a restart', async () => {
  const [yes] = (await outcomes()).slice(-2) as [Listed];
  await sandbox.market('BTC', { oracle: 70_000.5 });
  for (let month = 0; month < 7; month++) await sandbox.advanceClock(MONTH_MS);
  const settled = (await outcomes()).find(({ symbol }) => symbol === yes.symbol)!;
  expect(settled).toMatchObject({ status: 'SETTLED', settlementPrice: 1 });
  await until('another is listed', async () => (await outcomes()).at(-1)!.status === 'OPEN');
  const { total, deposits } = (await tradewire.ask('GET', '/v1/sandbox/ledger')).body as Record<
    string,
    number
  >;
  expect(total).toBe(deposits);
});

test.each([
  [{ marketId: 'btc-above-1-2026q4', outcome: 'YES' }, 404, 'Market not found'],
  [{ marketId: 'btc-above-1-2026q4', outcome: 'MAYBE' }, 400, 'Validation failed'],
  [{ outcome: 'YES' }, 400, 'Validation failed'],
])('%j cannot be settled', async (body, status, message) => {
  expect(await settle(body)).toMatchObject({ status, body: { message } });
});

test('the synthetic market quotes predictions from the start', async () => {
  const synthetic = await Tradewire.start({ MARKET: 'synthetic' });
  try {
    const reader = await StreamClient.connect(synthetic);
    const { markets } = await reader.call<{ markets: Listed[] }>('market.list');
    const { symbol } = markets.find(({ prediction }) => prediction !== undefined)!;
    await until('it is quoted', async () => {
      const { bids, asks } = await reader.call<{ bids: unknown[]; asks: unknown[] }>('book.get', { symbol });
      return bids.length > 0 && asks.length > 0;
    });
    await reader.close();
  } finally {
    await synthetic.stop();
  }
});
