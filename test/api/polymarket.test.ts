import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/api/family/endpoint.js';
import { PAPI } from '../../src/api/papi/papi-family.js';
import { polymarketRoutes } from '../../src/api/papi/polymarket-routes.js';
import { ArchiveProgress } from '../../src/archive/archive-progress.js';
import { RedisArchiveReader } from '../../src/archive/archive-reader-redis.js';
import { History } from '../../src/archive/history.js';
import { unending } from '../../src/exchange/accounts/membership.js';
import type { Instrument } from '../../src/exchange/markets/instrument.js';
import type { InstrumentId, Lots, Micros, Millis, PriceMicros, Ticks } from '../../src/exchange/units.js';
import { Feeds } from '../../src/gateway/channels/feeds.js';
import { PastEvents } from '../../src/gateway/channels/past-events.js';
import { PrivateFeed } from '../../src/gateway/channels/private-feed.js';
import { Venue } from '../../src/gateway/venue.js';
import {
  AUTHENTICATION_REFUSALS,
  type Authentication,
} from '../../src/identity/credentials/authenticator.js';
import type { Scope } from '../../src/identity/credentials/scope.js';
import { BEGINNING } from '../../src/journal/journal.js';
import { familyOf, type RunningGateway, startGateway } from '../gateway/running-gateway.js';
import { TestGateway } from '../journal/gateway.js';
import { newVenueName, openRedisStores, SILENT, testRedisUrl } from '../journal/stores.js';
import { BITCOIN, BTC_NO, BTC_YES } from '../support/exchange-fixture.js';
import { DEFAULT_LIMITS } from '../support/limits.js';

const MARKET_ID = BTC_YES.prediction!.marketId;
const UNKNOWN_ORDER = '00000000-0000-8000-8000-000000000001';

/** Whoever calls: the key names the user, and what it may do. */
const CALLERS: Readonly<Record<string, { userId: string; portfolioId: string; scopes: readonly Scope[] }>> = {
  trader: { userId: 'trader', portfolioId: 'portfolio-1', scopes: ['trade'] },
  other: { userId: 'other', portfolioId: 'portfolio-2', scopes: ['trade'] },
  reader: { userId: 'trader', portfolioId: 'portfolio-1', scopes: ['read'] },
  newcomer: { userId: 'newcomer', portfolioId: 'portfolio-3', scopes: ['trade'] },
};

const authenticate: Authentication = async (presented) => {
  if (presented === null) return { refusal: AUTHENTICATION_REFUSALS.MISSING };
  const caller = 'secret' in presented ? CALLERS[presented.secret] : undefined;
  if (caller === undefined) return { refusal: AUTHENTICATION_REFUSALS.UNKNOWN };
  const { userId, portfolioId, scopes } = caller;
  const rest = { keyId: 'key', meterId: 'key', tokenFamily: null, kind: 'API_KEY', expiresAt: null } as const;
  return { principal: { userId, portfolioIds: [portfolioId], scopes, ...rest } };
};

const schemas = new Ajv({ strict: false, validateFormats: false });

let gateway: TestGateway;
let running: RunningGateway;
let archive: RedisArchiveReader;
let endpoints: readonly Endpoint[];

beforeAll(async () => {
  gateway = new TestGateway(await openRedisStores());
  await gateway.ready();
  const feeds = new Feeds({ ...DEFAULT_LIMITS, bookIntervalMs: 0 });
  const venue = new Venue(gateway.replica, gateway.queue, feeds);
  archive = new RedisArchiveReader(testRedisUrl(), newVenueName(), SILENT);
  const history = new History(archive, new ArchiveProgress(archive, () => BEGINNING, SILENT));
  const past = new PastEvents(new PrivateFeed(DEFAULT_LIMITS), history, () => venue.now(), DEFAULT_LIMITS);
  const family = familyOf(PAPI, authenticate, venue);
  const hasCredentials = async (userId: string) => userId !== 'newcomer';
  endpoints = polymarketRoutes(family, venue, past, hasCredentials);
  running = await startGateway({ routes: endpoints, envelopes: family.envelopes });
  await gateway.submitAll(
    [BITCOIN, lasting(BTC_YES), lasting(BTC_NO)].map((instrument) => ({ kind: 'LIST', instrument })),
  );
  for (const portfolioId of ['portfolio-1', 'portfolio-2', 'portfolio-3']) {
    const deposit = 1_000_000_000 as Micros;
    await gateway.submit({ kind: 'OPEN_ACCOUNT', portfolioId, deposit, membership: unending('BASIC') });
  }
  await quote('BTC', 50_000e6, [499_990], [500_010]);
  await quote('BTC-YES', 400_000, [390], [410]);
  await quote('BTC-NO', 600_000, [590], [610]);
});

afterAll(async () => {
  await running.server.stop(0);
  archive.close();
  await gateway.stop();
});

/** The same prediction, on a date that the tests do not come to. */
function lasting(instrument: Instrument): Instrument {
  const settlesAt = Date.UTC(2100, 0, 1) as Millis;
  return { ...instrument, prediction: { ...instrument.prediction!, settlesAt } };
}

async function quote(symbol: string, oracle: number, bids: number[], asks: number[]): Promise<void> {
  const market = gateway.exchange.findMarket(symbol)!;
  const levels = (prices: number[]) => prices.map((ticks) => [ticks as Ticks, 1_000_000 as Lots] as const);
  await gateway.submit({
    ...{ kind: 'QUOTE', instrument: market.id as InstrumentId, oracle: oracle as PriceMicros },
    ...{ bids: levels(bids), asks: levels(asks), fundingRate: null, step: 0 },
  });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends a request, and holds its answer against what the route's specification promises. */
async function ask(method: string, path: string, body?: object, key = 'trader'): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${running.port}/polymarket/${path}`, {
    method,
    headers: key === '' ? {} : { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = { status: response.status, body: await response.json() };
  const schema = schemaOf(method, path, answer.status);
  if (!schemas.validate(schema, answer.body)) throw new Error(schemas.errorsText());
  return answer;
}

function schemaOf(method: string, path: string, status: number): object {
  const [route = ''] = `/polymarket/${path}`.split('?');
  const endpoint = endpoints.find((each) => {
    const pattern = new RegExp(`^${each.path.replace(/:\w+/g, '[^/]+')}$`);
    return each.method === method && pattern.test(route);
  });
  return endpoint?.spec.answers[status]?.schema ?? PAPI.errorSchema;
}

const BUY_YES = {
  market_id: MARKET_ID,
  outcome_id: 'yes',
  side: 'buy',
  order_type: 'limit',
  amount: '100',
  price: '0.3',
};

async function place(changes: object = {}, key?: string): Promise<Record<string, string>> {
  const { status, body } = await ask('POST', 'orders', { ...BUY_YES, ...changes }, key);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body as Record<string, string>;
}

async function idsOf(path: string): Promise<string[]> {
  const { body } = await ask('GET', path);
  return (body as { id: string }[]).map(({ id }) => id);
}

function refusal(code: string, message: string | RegExp = /./): object {
  return { error: { code, message: expect.stringMatching(message) } };
}

describe('markets', () => {
  test('are listed with both outcomes, and decimals as texts', async () => {
    const { status, body } = await ask('GET', 'markets', undefined, 'reader');
    expect(status).toBe(200);
    expect(body).toMatchObject([
      {
        market_id: MARKET_ID,
        title: 'Bitcoin above 60000: YES',
        slug: MARKET_ID,
        outcomes: [
          { outcome_id: 'BTC-YES', label: 'Yes', price: '0.4' },
          { outcome_id: 'BTC-NO', label: 'No', price: '0.6' },
        ],
        resolution_date: '2100-01-01T00:00:00.000Z',
        status: 'open',
        category: 'crypto',
        tags: ['crypto', 'btc'],
        tick_size: '0.001',
        exchange: 'polymarket',
      },
    ]);
  });

  test('are found one by one', async () => {
    expect(await ask('GET', `markets/${MARKET_ID}`)).toMatchObject({
      status: 200,
      body: { market_id: MARKET_ID },
    });
    expect(await ask('GET', 'markets/nothing')).toEqual({
      status: 404,
      body: { error: { code: 'not_found', message: 'Market not found' } },
    });
  });

  test.each<[string, number]>([
    ['search=BITCOIN', 1],
    ['search=dogecoin', 0],
    ['status=open', 1],
    ['status=closed', 0],
    ['tags=sports,btc', 1],
    ['tags=sports', 0],
    ['limit=1', 1],
    [`pagination_key=${MARKET_ID}`, 0],
  ])('are searched by %s', async (query, count) => {
    expect((await ask('GET', `markets?${query}`)).body).toHaveLength(count);
  });

  test.each([
    ['limit=0', /^limit must be a whole number/],
    ['limit=many', /^limit must be a whole number/],
    ['status=over', /^status must be one of: open, closed$/],
    ['pagination_key=nothing', /^pagination_key must be/],
  ])('%s is refused', async (query, message) => {
    const { status, body } = await ask('GET', `markets?${query}`);
    expect({ status, body }).toEqual({ status: 400, body: refusal('bad_request', message) });
  });
});

describe('who may', () => {
  test('read needs a key, trading needs the scope', async () => {
    expect(await ask('GET', 'markets', undefined, '')).toMatchObject({
      status: 401,
      body: refusal('unauthorized'),
    });
    for (const [method, path] of [
      ['POST', 'orders'],
      ['GET', 'orders'],
      ['GET', `orders/${UNKNOWN_ORDER}`],
      ['DELETE', `orders/${UNKNOWN_ORDER}`],
      ['DELETE', 'orders'],
      ['GET', 'positions'],
      ['GET', 'balance'],
    ] as const) {
      const body = method === 'POST' ? BUY_YES : undefined;
      expect(await ask(method, path, body, 'reader')).toEqual({ status: 403, body: refusal('forbidden') });
      expect(await ask(method, path, body, 'newcomer')).toEqual({
        status: 412,
        body: refusal('credentials_missing', /PUT \/account\/credentials\/polymarket/),
      });
    }
  });

  test('nobody reaches the orders of another', async () => {
    const { id } = await place();
    const notFound = { status: 404, body: refusal('not_found') };
    expect(await ask('GET', `orders/${id}`, undefined, 'other')).toEqual(notFound);
    expect(await ask('DELETE', `orders/${id}`, undefined, 'other')).toEqual(notFound);
    expect(await ask('DELETE', 'orders', undefined, 'other')).toEqual({ status: 200, body: { canceled: 0 } });
    expect((await ask('GET', 'orders', undefined, 'other')).body).toEqual([]);
    expect(await idsOf('orders')).toContain(id);
    await ask('DELETE', 'orders');
  });
});

describe('orders', () => {
  test('rest, are looked up, listed and cancelled', async () => {
    const order = await place({ time_in_force: 'GTC', outcome_id: 'BTC-NO', amount: 100.5 });
    expect(order).toMatchObject({
      ...{ market_id: MARKET_ID, outcome_id: 'BTC-NO', side: 'buy', order_type: 'limit', price: '0.3' },
      ...{ amount: '100.5', status: 'open', filled: '0', remaining: '100.5', fee: '0', time_in_force: 'GTC' },
    });
    const other = await place();
    expect(await idsOf('orders')).toEqual([other['id'], order['id']]);
    expect(await idsOf('orders?limit=1')).toEqual([other['id']]);
    expect(await idsOf('orders?market_id=nothing')).toEqual([]);
    expect((await ask('GET', `orders/${order['id']}`)).body).toEqual(order);
    expect((await ask('DELETE', `orders/${order['id']}`)).body).toEqual({ ...order, status: 'canceled' });
    expect(await ask('DELETE', `orders/${order['id']}`)).toEqual({ status: 409, body: refusal('conflict') });
    expect(await idsOf('orders?status=canceled')).toContain(order['id']);
    expect((await ask('DELETE', `orders?market_id=${MARKET_ID}`)).body).toEqual({ canceled: 1 });
    expect(await idsOf('orders')).toEqual([]);
  });

  test('are counted on their way: one trip to the journal, and none but the charge where nothing is sent', async () => {
    const { replica } = gateway;
    const applied = () => [replica.exchange.position, replica.commandsApplied] as const;
    const [position, commands] = applied();
    const order = await place();
    expect(applied()).toEqual([position + 1, commands + 2]);
    await ask('DELETE', `orders/${UNKNOWN_ORDER}`);
    expect(applied()).toEqual([position + 2, commands + 3]);
    await ask('DELETE', `orders/${order['id']}`);
    expect(applied()).toEqual([position + 3, commands + 5]);
  });

  test('fill, become positions, and are paid for', async () => {
    const bought = await place({
      order_type: 'market',
      price: undefined,
      amount: '100',
      time_in_force: 'FOK',
    });
    expect(bought).toMatchObject({ status: 'filled', price: '0.41', filled: '100', remaining: '0' });
    expect((await ask('GET', 'positions')).body).toEqual([
      {
        ...{ market_id: MARKET_ID, outcome_id: 'BTC-YES', label: 'Yes', size: '100' },
        ...{ average_price: '0.41', current_price: '0.4', value: '40' },
        ...{ unrealized_pnl: '-1', realized_pnl: '0' },
      },
    ]);
    expect((await ask('GET', 'balance')).body).toEqual({
      currency: 'USD',
      available: '959',
      positions_value: '40',
      total: '999',
    });
    expect((await ask('GET', 'positions', undefined, 'other')).body).toEqual([]);
    const market = await ask('GET', `markets/${MARKET_ID}`);
    expect(market.body).toMatchObject({ volume_24h: '41', volume_total: '41', open_interest: '100' });
    await place({ side: 'sell', order_type: 'market', price: undefined });
  });

  test.each<[string, object, number, RegExp]>([
    ['no market', { market_id: 'nothing' }, 404, /^Market not found$/],
    ['no outcome', { outcome_id: 'maybe' }, 400, /^outcome_id must be/],
    ['no price', { price: undefined }, 400, /^price is required for limit orders$/],
    ['a price of a market order', { order_type: 'market' }, 400, /^price is not allowed/],
    ['a price beyond a dollar', { price: '1' }, 400, /^price must be from 0.001 to 0.999/],
    ['a price between ticks', { price: '0.3005' }, 400, /^price must be from/],
    ['an amount between lots', { amount: '1.0001' }, 400, /^amount must have at most 3 decimals/],
    ['an amount of 0', { amount: '0' }, 400, /^amount must be a positive number$/],
    ['another side', { side: 'BUY' }, 400, /^side must be one of: buy, sell$/],
    ['an unknown field', { tif: 'GTC' }, 400, /^tif is not a known field$/],
  ])('with %s are refused', async (_, changes, status, message) => {
    const answer = await ask('POST', 'orders', { ...BUY_YES, ...changes });
    expect(answer).toEqual({ status, body: refusal(status === 404 ? 'not_found' : 'bad_request', message) });
  });

  test.each<[string, object]>([
    ['are not paid for', { amount: '10000' }],
    ['sell what is not held', { side: 'sell' }],
    ['are worth too little', { amount: '1' }],
    ['cannot be filled as asked', { time_in_force: 'FOK' }],
  ])('that %s are the exchange’s to reject', async (_, changes) => {
    const answer = await ask('POST', 'orders', { ...BUY_YES, ...changes });
    expect(answer).toEqual({ status: 422, body: refusal('exchange_error') });
  });

  test('of other classes are none of this family’s', async () => {
    const account = gateway.exchange.findPortfolio('portfolio-1')!.id;
    const { order } = await gateway.submit({
      ...{
        kind: 'PLACE',
        account,
        instrument: 0 as InstrumentId,
        side: 1,
        type: 'LIMIT',
        timeInForce: 'GTC',
      },
      ...{ lots: 100 as Lots, ticks: 400_000 as Ticks, postOnly: false, reduceOnly: false },
      ...{ clientOrderId: null, expiresAt: 0 as never, trigger: null, exits: null },
    });
    expect(await idsOf('orders')).toEqual([]);
    expect((await ask('DELETE', 'orders')).body).toEqual({ canceled: 0 });
    expect(order!.isOpen).toBe(true);
  });
});

test('a market that has settled is closed, at a dollar and nothing', async () => {
  await place({ order_type: 'market', price: undefined, outcome_id: 'no' });
  await gateway.submit({ kind: 'SETTLE_PREDICTION', marketId: MARKET_ID, outcome: 'NO' });
  const { body } = await ask('GET', 'markets?status=closed');
  expect(body).toMatchObject([
    { status: 'closed', outcomes: [{ price: '0' }, { price: '1' }], open_interest: '0' },
  ]);
  expect((await ask('GET', 'positions')).body).toEqual([]);
  expect(await ask('POST', 'orders', BUY_YES)).toEqual({
    status: 422,
    body: refusal('exchange_error', /^The market is closed$/),
  });
  const filled = (await ask('GET', 'orders?status=filled')).body as object[];
  expect(filled[0]).toMatchObject({ outcome_id: 'BTC-NO', side: 'sell', price: '1', filled: '100' });
});
