import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, Tradewire } from '../support/tradewire.js';
import { addStranger, demoAccount } from './users.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

function setMarket(body: object): Promise<Answer> {
  return tradewire.ask('POST', '/v1/sandbox/market', body);
}

test('is closed unless it was opened', async () => {
  const closed = await Tradewire.start({ SANDBOX: '0' });
  try {
    expect((await closed.ask('GET', '/v1/sandbox/ledger')).status).toBe(404);
  } finally {
    await closed.stop();
  }
});

test('lets only admins in', async () => {
  const anonymous = await tradewire.ask('GET', '/v1/sandbox/ledger', undefined, '');
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
  const stranger = await addStranger(tradewire);
  const { status, body } = await tradewire.ask('GET', '/v1/sandbox/ledger', undefined, stranger);
  expect(status).toBe(403);
  expect(body).toMatchObject({ statusCode: 403, code: 'FORBIDDEN' });
});

test('a market is exactly what it is told to be', async () => {
  const set = await setMarket({
    symbol: 'ETH',
    oracle: '3000.123456',
    bids: [
      [2999, '2'],
      ['2999.5', 1],
    ],
    asks: [[3001, 1.5]],
  });
  expect(set.status).toBe(200);
  expect(set.body).toEqual({
    symbol: 'ETH',
    oracle: 3000.123456,
    mark: 3000.25,
    bids: [
      [2999.5, 1],
      [2999, 2],
    ],
    asks: [[3001, 1.5]],
  });
  const halved = await setMarket({ symbol: 'ETH', asks: [] });
  expect(halved.body).toMatchObject({
    bids: [
      [2999.5, 1],
      [2999, 2],
    ],
    asks: [],
  });
});

test('a market names everything that is wrong with it', async () => {
  const wrong = await setMarket({
    symbol: 'SOL',
    oracle: 150.1234567,
    bids: [
      [149, 1],
      [149, 2],
    ],
    asks: [[151, 0.0000001]],
  });
  expect(wrong.status).toBe(400);
  const { errors } = wrong.body as { errors: Record<string, string[]> };
  expect(Object.keys(errors).sort()).toEqual(['asks', 'bids', 'oracle']);
  expect(errors['bids']).toEqual(['bids: price 149 is given twice']);
  const crossed = await setMarket({ symbol: 'SOL', bids: [[151, 1]], asks: [[150, 1]] });
  expect(crossed.status).toBe(400);
  expect(crossed.body).toMatchObject({
    errors: { bids: ['the best bid of the house must stay below its best ask'] },
  });
  expect((await setMarket({ symbol: 'SOL', bids: [[0, 1]] })).status).toBe(400);
  expect((await setMarket({ symbol: 'NOPE' })).body).toMatchObject({ code: 'UNKNOWN_SYMBOL' });
  expect((await setMarket({ symbol: 'SOL', bid: [] })).body).toMatchObject({
    errors: { bid: ['bid is not a known field'] },
  });
});

test('flow takes from the book, and says so when there is nothing', async () => {
  await setMarket({ symbol: 'AAPL', oracle: 200, bids: [[199, 10]], asks: [[201, 10]] });
  const flow = { symbol: 'AAPL', side: 'SELL', quantity: 4 };
  const sold = await tradewire.ask('POST', '/v1/sandbox/flow', flow);
  expect(sold.body).toMatchObject({ ...flow, filledQuantity: 4, last: 199, mark: 200 });
  const more = await tradewire.ask('POST', '/v1/sandbox/flow', { ...flow, quantity: 20 });
  expect(more.body).toMatchObject({ quantity: 20, filledQuantity: 6 });
  await setMarket({ symbol: 'AAPL', bids: [[199, 6]] });
  expect((await setMarket({ symbol: 'AAPL', asks: [] })).body).toMatchObject({ bids: [[199, 6]] });
  const nothing = await tradewire.ask('POST', '/v1/sandbox/flow', { ...flow, side: 'BUY' });
  expect(nothing.status).toBe(422);
  expect(nothing.body).toMatchObject({ statusCode: 422, code: 'NO_LIQUIDITY' });
});

test('the clock moves on by as much as it is told, at most ten years at once', async () => {
  const advance = (advanceMs: unknown) => tradewire.ask('POST', '/v1/sandbox/clock', { advanceMs });
  const before = (await advance(1)).body as { time: string };
  const after = (await advance(3_600_000)).body as { time: string; advancedMs: number };
  expect(after.advancedMs).toBe(3_600_000);
  expect(Date.parse(after.time) - Date.parse(before.time)).toBeGreaterThanOrEqual(3_600_000);
  for (const wrong of [0, -1, 1.5, '1', 11 * 365 * 24 * 3_600_000]) {
    expect((await advance(wrong)).status).toBe(400);
  }
});

test('deposits and withdrawals are in the ledger, whose total they are', async () => {
  const [portfolioId] = (await demoAccount(tradewire)).portfolios;
  const deposit = (amount: unknown) => tradewire.ask('POST', '/v1/sandbox/deposit', { portfolioId, amount });
  const ledger = async () =>
    (await tradewire.ask('GET', '/v1/sandbox/ledger')).body as Record<string, number>;
  const before = await ledger();
  expect((await deposit('1000.25')).body).toMatchObject({ portfolioId, balance: 1_001_000.25 });
  expect((await deposit(-500)).body).toMatchObject({ balance: 1_000_500.25 });
  const after = await ledger();
  expect(Object.keys(after)).toEqual(['users', 'house', 'fees', 'insurance', 'total', 'deposits']);
  expect(after['deposits']! - before['deposits']!).toBeCloseTo(500.25, 6);
  expect(after['total']).toBe(after['deposits']);
  for (const wrong of ['1e3', 0.0000001, '9007199254', null]) expect((await deposit(wrong)).status).toBe(400);
  const unknown = { portfolioId: '00000000-0000-4000-8000-000000000000', amount: 1 };
  expect((await tradewire.ask('POST', '/v1/sandbox/deposit', unknown)).status).toBe(404);
});
