import { expect, onTestFinished, test } from 'vitest';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { testRedisUrl } from '../journal/stores.js';
import { assertNothingLost, Load } from '../support/load.js';
import { LossyProxy } from '../support/lossy-proxy.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient, type StreamError } from '../support/stream-client.js';
import type { OrderData } from '../support/stream-data.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
const QUOTES = { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] } as const;

async function start(settings: NodeJS.ProcessEnv): Promise<Tradewire> {
  const tradewire = await Tradewire.start({ ...settings });
  onTestFinished(() => tradewire.stop());
  await new Sandbox(tradewire).market('BTC', QUOTES);
  return tradewire;
}

async function isReady(tradewire: Tradewire): Promise<boolean> {
  return (await tradewire.ask('GET', '/ready')).status === 200;
}

test('an append whose reply is lost places its order once, and the client hears of it', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().slice('unix://'.length));
  onTestFinished(() => proxy.stop());
  const tradewire = await start({ REDIS_URL: proxy.url });
  // The proxy is silent while this process has other things to do, such as to compile the schemas of answers.
  await until('/ready is green', () => isReady(tradewire));
  const client = await StreamClient.connect(tradewire);
  await client.subscribe(['orders']);
  await until('/ready is green', () => isReady(tradewire));
  const placed: string[] = [];
  for (let round = 1; round <= 6; round++) {
    proxy.loseReplyTo('xadd');
    const placing = client.place(BID);
    await until('the reply is lost', () => proxy.lost === round);
    // Without its reader the gateway cannot see that the order is there, and has to send it again.
    if (round % 2 === 0) proxy.cut();
    const order = await placing;
    expect(order.status).toBe('ACTIVE');
    placed.push(order.orderId);
  }
  expect(client.events.map(({ data }) => data.orderId)).toEqual(placed);
  const { orders } = await client.call<{ orders: OrderData[] }>('order.list');
  expect(orders.map(({ orderId }) => orderId)).toEqual(placed);
  await client.close();
});

test('a gateway that cannot read the journal judges no position, and resumes from it when it can', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().slice('unix://'.length));
  onTestFinished(() => proxy.stop());
  const ahead = await start({});
  const cutOff = await start({ VENUE: ahead.venue, REDIS_URL: proxy.url });
  const trader = await StreamClient.connect(ahead);
  const client = await StreamClient.connect(cutOff);
  await trader.subscribe(['orders']);
  proxy.isMute = true;
  const { orderId } = await trader.place(BID);
  const since = { epoch: trader.hello.epoch, seq: trader.events.at(-1)!.seq! };
  const refusal = await client.refusal('session.subscribe', { channels: ['private'], since });
  expect(refusal.code).toBe('UNAVAILABLE');
  proxy.isMute = false;
  proxy.cut();
  await until('it can read again', () => isReady(cutOff));
  await client.call('session.subscribe', { channels: ['private'], since });
  await trader.call('order.cancel', { orderId });
  await until('what followed comes', () => client.events.length > 0);
  expect(client.events[0]).toMatchObject({ seq: since.seq + 1 });
  expect(cutOff.log.join('')).not.toContain('cursor_refused');
  await Promise.all([trader.close(), client.close()]);
});

test('a Redis that is killed under load loses nothing, and the gateway goes on by itself', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await start({ REDIS_URL: redis.url });
  const load = await Load.start(tradewire);
  const { epoch } = load.clients[0]!.hello;
  for (let round = 0; round < 3; round++) {
    await load.acknowledges(200);
    await redis.restart();
  }
  await load.acknowledges(200);

  redis.freeze();
  await until('/ready is red', async () => !(await isReady(tradewire)));
  const { body } = await tradewire.ask('GET', '/ready');
  expect(body).toEqual({ status: 'degraded', reason: expect.any(String) });
  await redis.restart();
  await until('/ready is green', () => isReady(tradewire));
  await load.acknowledges(200);
  await load.stop();
  await assertNothingLost(tradewire, load);
  const client = await StreamClient.connect(tradewire);
  expect(client.hello.epoch).toBe(epoch);
  await client.close();
});

test('while Redis does not answer, new orders are refused at once and sent ones get their true outcome', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await start({ REDIS_URL: redis.url });
  const client = await StreamClient.connect(tradewire);
  redis.freeze();
  const sent = client.place({ ...BID, clientOrderId: 'sent before' });
  const codes: string[] = [];
  await until('new orders are refused', () => {
    client.place(BID).catch((error: StreamError) => codes.push(error.code));
    return codes.includes('UNAVAILABLE');
  });
  redis.thaw();
  expect(await sent).toMatchObject({ clientOrderId: 'sent before', status: 'ACTIVE' });
  await until('/ready is green', () => isReady(tradewire));
  expect(await client.place({ ...BID, clientOrderId: 'sent after' })).toHaveProperty('status', 'ACTIVE');
  await client.close();
});

test('a history that vanished is a new epoch, never silent, and trading goes on', async () => {
  const tradewire = await start({});
  const client = await StreamClient.connect(tradewire);
  await client.place(BID);
  const redis = await connectTestRedis();
  await redis.unlink(await redis.keys(`{tw:${tradewire.venue}}:*`));
  redis.disconnect();
  expect(await client.closed).toMatchObject({ code: 1012 });
  expect(client.of('session').at(-1)).toMatchObject({ type: 'stale' });

  await until('/ready is green', () => isReady(tradewire));
  const back = await StreamClient.connect(tradewire);
  expect(back.hello.epoch).not.toBe(client.hello.epoch);
  const since = { epoch: client.hello.epoch, seq: client.hello.seq };
  const refusal = await back.refusal('session.subscribe', { channels: ['private'], since });
  expect(refusal).toMatchObject({ code: 'RESUME_UNAVAILABLE', details: { epoch: back.hello.epoch } });
  await new Sandbox(tradewire).market('BTC', QUOTES);
  expect(await back.place(BID)).toHaveProperty('status', 'ACTIVE');
  await back.close();
});
