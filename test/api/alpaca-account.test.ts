import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';
import { demoAccount } from './users.js';

/** Every field that a broker's clients may read, in no particular order. */
const FIELDS = [
  ...['id', 'account_number', 'status', 'crypto_status', 'currency', 'cash', 'portfolio_value'],
  ...['non_marginable_buying_power', 'accrued_fees', 'pending_transfer_in', 'pending_transfer_out'],
  ...['pattern_day_trader', 'trade_suspended_by_user', 'trading_blocked', 'transfers_blocked'],
  ...['account_blocked', 'created_at', 'shorting_enabled', 'long_market_value', 'short_market_value'],
  ...['equity', 'last_equity', 'multiplier', 'buying_power', 'initial_margin', 'maintenance_margin', 'sma'],
  ...['daytrade_count', 'last_maintenance_margin', 'daytrading_buying_power', 'regt_buying_power'],
  ...['options_buying_power', 'options_approved_level', 'options_trading_level', 'intraday_adjustments'],
  ...['pending_reg_taf_fees', 'balance_asof'],
];
const UNAUTHORIZED = { code: 40_110_000, message: 'request is not authorized' };

let tradewire: Tradewire;
let sandbox: Sandbox;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('AAPL', { oracle: 200, bids: [[199, 500]], asks: [[201, 500]] });
  await sandbox.market('BTC', { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] });
});
afterAll(() => tradewire.stop());

async function accountOf(): Promise<Record<string, unknown>> {
  return (await tradewire.ask('GET', '/v2/account')).body as Record<string, unknown>;
}

async function order(fields: object): Promise<void> {
  const { status, body } = await tradewire.ask('POST', '/v1/orders', { orderType: 'MARKET', ...fields });
  expect({ status, body }).toMatchObject({ status: 200 });
}

test('a fresh account has every field, and all of its money as text', async () => {
  const account = await accountOf();
  expect(Object.keys(account).sort()).toEqual([...FIELDS].sort());
  const { id, account_number } = await demoAccount(tradewire);
  expect(account).toMatchObject({
    ...{ id, account_number, status: 'ACTIVE', currency: 'USD', multiplier: '1', shorting_enabled: false },
    ...{ cash: '1000000', equity: '1000000', portfolio_value: '1000000', last_equity: '1000000' },
    ...{ buying_power: '1000000', long_market_value: '0', short_market_value: '0', initial_margin: '0' },
    ...{ trading_blocked: false, account_blocked: false, daytrade_count: 0 },
  });
  expect(account['balance_asof']).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('what is owned is taken out of the cash, and the sum is the equity', async () => {
  await order({ symbol: 'AAPL', quantity: 100, positionIntent: 'BUY_TO_OPEN' });
  await order({ symbol: 'BTC', quantity: 1, side: 'BUY' });
  const account = await accountOf();
  const amount = (field: string) => Number(account[field]);
  expect(account['long_market_value']).toBe('20000');
  expect(amount('cash') + amount('long_market_value')).toBeCloseTo(amount('equity'), 6);
  expect(amount('initial_margin')).toBeGreaterThan(20_000);
  expect(amount('buying_power')).toBeCloseTo(amount('equity') - amount('initial_margin'), 6);
  expect(amount('maintenance_margin')).toBeGreaterThan(0);
});

test('a margin portfolio buys for twice what it has, and may sell short', async () => {
  const [portfolioId] = (await demoAccount(tradewire)).portfolios;
  const path = `/v1/accounts/portfolios/${portfolioId}/margin-upgrade`;
  await tradewire.ask('PUT', path, { marginAgreement: true });
  const account = await accountOf();
  expect(account).toMatchObject({ multiplier: '2', shorting_enabled: true });
  expect(Number(account['buying_power'])).toBeCloseTo(2 * Number(account['sma']), 6);
  await sandbox.market('MSFT', { oracle: 400, bids: [[399, 500]], asks: [[401, 500]] });
  await order({ symbol: 'MSFT', quantity: 10, positionIntent: 'SELL_TO_OPEN' });
  const { equity, cash, long_market_value, short_market_value } = await accountOf();
  expect(short_market_value).toBe('-4000');
  expect(Number(cash) + Number(long_market_value) + Number(short_market_value)).toBeCloseTo(
    Number(equity),
    6,
  );
});

test('the account of a broker’s clients is the same one', async () => {
  const { body } = await tradewire.ask('GET', '/v1/accounts');
  const { id, account_number, equity, created_at } = await accountOf();
  expect(body).toEqual([
    {
      ...{ id, account_number, status: 'ACTIVE', portfolios: [expect.any(String)], account_type: 'trading' },
      ...{ crypto_status: 'ACTIVE', currency: 'USD', last_equity: equity, created_at },
    },
  ]);
});

test('a key pair opens every route as headers and as Basic', async () => {
  const { body } = await tradewire.ask('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'bot' });
  const { keyId, secretKey } = body as { keyId: string; secretKey: string };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const apca = (id: string, secret: string) => ({ 'APCA-API-KEY-ID': id, 'APCA-API-SECRET-KEY': secret });
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${tradewire.url}${path}`, { headers })).status;
  for (const path of ['/v2/account', '/v1/accounts', '/v1/orders/filled/today', '/me', '/v1/credentials']) {
    expect(await statusOf(path, apca(keyId, secretKey))).toBe(200);
    expect(await statusOf(path, basic(`${keyId}:${secretKey}`))).toBe(200);
    expect(await statusOf(path, apca(keyId, `${secretKey}x`))).toBe(401);
    expect(await statusOf(path, apca(keyId, ''))).toBe(401);
    expect(await statusOf(path, basic(`${keyId}:`))).toBe(401);
    expect(await statusOf(path, basic(keyId))).toBe(401);
  }
  // Neither half stands for the whole.
  for (const secret of [keyId, secretKey]) {
    expect((await tradewire.ask('GET', '/v2/account', undefined, secret)).status).toBe(401);
  }
});

test.each([
  ['no credential', {}],
  ['an unknown key', { authorization: 'Bearer tw_of_nobody' }],
  ['an unknown pair', { 'apca-api-key-id': 'PKNOBODY', 'apca-api-secret-key': 'x' }],
  ['an id of any length', { 'apca-api-key-id': 'P'.repeat(3_000), 'apca-api-secret-key': 'x' }],
  ['half a pair', { 'apca-api-key-id': 'PKNOBODY' }],
  ['a broken token', { authorization: 'Bearer eyJ.eyJ.x' }],
  ['another scheme', { authorization: 'Digest abc' }],
])('%s is answered in the words that clients know', async (_case, headers) => {
  const response = await fetch(`${tradewire.url}/v2/account`, { headers: headers as Record<string, string> });
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual(UNAUTHORIZED);
});

test('unknown paths and methods are answered in the same envelope', async () => {
  expect((await tradewire.ask('GET', '/v2/nothing')).body).toEqual({
    code: 40_410_000,
    message: 'Not found',
  });
  const wrong = await tradewire.ask('POST', '/v2/account', {});
  expect(wrong).toMatchObject({ status: 405, body: { code: 40_500_000 } });
});
