import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;

interface TickerData {
  readonly fundingRate: number | null;
}

/** The funding payments of a symbol that a client was told of, once there are so many. */
async function payments(client: StreamClient, symbol: string, count: number) {
  const told = () =>
    client
      .of<{ symbol: string }>('funding')
      .map(({ data }) => data)
      .filter((data) => data.symbol === symbol);
  await until('the payments are told', () => told().length >= count);
  return told();
}

describe('funding by the premium of the book', () => {
  let tradewire: Tradewire;
  let sandbox: Sandbox;
  let client: StreamClient;

  beforeAll(async () => {
    tradewire = await Tradewire.start();
    sandbox = new Sandbox(tradewire);
  });
  afterAll(() => tradewire.stop());

  beforeEach(async () => {
    await sandbox.market('BTC', { oracle: 42_500, bids: [[42_490, 50]], asks: [[42_510, 50]] });
    client = await StreamClient.connect(tradewire);
  });

  function settle(body: object) {
    return tradewire.ask('POST', '/v1/sandbox/funding', body);
  }

  test('a payment is told on its channel, before the position and the account', async () => {
    await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.5 });
    await client.subscribe(['private']);
    const settled = await settle({ symbol: 'BTC', rate: 0.0001 });
    expect(settled).toMatchObject({ status: 200 });
    expect(settled.body).toEqual({
      symbol: 'BTC',
      fundingRate: 0.0001,
      oraclePrice: 42_500,
      payments: 1,
      time: expect.stringMatching(/Z$/),
    });
    await client.call('ping');
    expect(client.events.map(({ channel }) => channel)).toEqual(['funding', 'positions', 'account']);
    const [funding, position, account] = client.events;
    expect(funding!.data).toEqual({
      symbol: 'BTC',
      positionSize: 0.5,
      fundingRate: 0.0001,
      oraclePrice: 42_500,
      paymentAmount: -2.125,
    });
    expect(position!.data).toMatchObject({ symbol: 'BTC', fundingPaid: 2.125 });
    expect(account!.data).toMatchObject({ fundingPaid: 2.125 });
    const history = await tradewire.ask(
      'GET',
      `/v1/events?since=${funding!.seq! - 1}&epoch=${client.hello.epoch}`,
    );
    expect((history.body as { events: object[] }).events[0]).toMatchObject({
      channel: 'funding',
      data: funding!.data,
    });
    await client.close();
  });

  test('hours that pass are settled one by one, and the ticker predicts the next', async () => {
    await sandbox.market('ETH', { oracle: 2_000, bids: [[2_020, 500]], asks: [[2_021, 500]] });
    const now = Date.parse(client.hello.serverTime);
    await sandbox.advanceClock(HOUR_MS - (now % HOUR_MS) + 60_000);
    await client.place({ symbol: 'ETH', orderType: 'MARKET', side: 'SELL', quantity: 10 });
    await client.subscribe(['funding', 'ticker:ETH']);
    const ticker = await client.seen<TickerData>('the ticker', ({ channel }) => channel === 'ticker:ETH');
    expect(ticker.data.fundingRate).toBe(0.0011875);
    await sandbox.advanceClock(2 * HOUR_MS);
    const payment = { symbol: 'ETH', positionSize: -10, fundingRate: 0.0011875, oraclePrice: 2_000 };
    expect(await payments(client, 'ETH', 2)).toEqual([
      { ...payment, paymentAmount: 23.75 },
      { ...payment, paymentAmount: 23.75 },
    ]);
    await client.place({ symbol: 'ETH', orderType: 'MARKET', side: 'BUY', quantity: 10 });
    await client.close();
  });

  test('on a venue where nothing else happens the hour comes by itself', async () => {
    await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.1 });
    await client.subscribe(['funding']);
    const { serverTime } = await client.call<{ serverTime: string }>('ping');
    await sandbox.advanceClock(HOUR_MS - (Date.parse(serverTime) % HOUR_MS) - 500);
    expect(await payments(client, 'BTC', 1)).toHaveLength(1);
    await client.close();
  });

  test('a payment by the prediction answers with the rate that was paid', async () => {
    await sandbox.market('SOL', { oracle: 100, bids: [[99.9, 500]], asks: [[100.1, 500]] });
    expect((await settle({ symbol: 'SOL' })).body).toMatchObject({ fundingRate: 0.0000125, payments: 0 });
    await client.close();
  });

  test('what cannot be settled is named', async () => {
    expect((await settle({ symbol: 'HYPE' })).body).toMatchObject({
      statusCode: 422,
      code: 'NO_ORACLE_PRICE',
    });
    expect((await settle({ symbol: 'NOPE' })).body).toMatchObject({ code: 'UNKNOWN_SYMBOL' });
    for (const body of [
      { symbol: 'AAPL', rate: 0.1 },
      { symbol: 'BTC', rate: 1.1 },
      { symbol: 'BTC', rate: 0.0000000000001 },
      { symbol: 'BTC', rate: 'much' },
    ]) {
      const { status, body: answer } = await settle(body);
      expect({ status, answer }).toMatchObject({ status: 400, answer: { message: 'Validation failed' } });
    }
    await client.close();
  });
});

describe('FUNDING=source', () => {
  test('pays the rate that comes with the quotes', async () => {
    const tradewire = await Tradewire.start({ FUNDING: 'source' });
    try {
      const sandbox = new Sandbox(tradewire);
      const quotes = { oracle: 42_500, bids: [[42_490, 50]], asks: [[42_510, 50]] } as const;
      await sandbox.market('BTC', { ...quotes, fundingRate: -0.0002 });
      const client = await StreamClient.connect(tradewire);
      await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 1 });
      await client.subscribe(['funding', 'ticker:BTC']);
      const ticker = await client.seen<TickerData>('the ticker', ({ channel }) => channel === 'ticker:BTC');
      expect(ticker.data.fundingRate).toBe(-0.0002);
      await sandbox.advanceClock(HOUR_MS);
      expect(await payments(client, 'BTC', 1)).toMatchObject([{ fundingRate: -0.0002, paymentAmount: 8.5 }]);
      const refused = await tradewire.ask('POST', '/v1/sandbox/market', { symbol: 'BTC', fundingRate: 2 });
      expect(refused).toMatchObject({
        status: 400,
        body: { errors: { fundingRate: ['fundingRate must be from -1 to 1 and have at most 12 decimals'] } },
      });
      await client.close();
    } finally {
      await tradewire.stop();
    }
  });
});
