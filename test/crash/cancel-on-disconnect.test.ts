import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { stateHash } from '../../src/exchange/codec/state-hash.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { BID, cancelledByDisconnect, frozenBot, guardedBot, standingOf } from '../support/guarded-bot.js';
import { RedisServer } from '../support/redis-server.js';
import { replayed } from '../support/replayed.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient, type StreamError } from '../support/stream-client.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const IMPATIENT = { GUARDED_PING_MS: '250', GUARDED_SILENCE_MS: '1000' };
const LONG_GRACE_MS = 60_000;
/** As many as two gateways are given that try again for about twice the time after which one would be given up. */
const REFUSALS = 150;
/** Several processes are started one after the other, and lost ones are waited for. */
const TIMEOUT_MS = 180_000;

async function startPair(settings: NodeJS.ProcessEnv = {}): Promise<readonly [Tradewire, Tradewire]> {
  const one = await Tradewire.start(settings);
  onTestFinished(() => one.stop());
  const two = await Tradewire.start({ ...settings, VENUE: one.venue });
  onTestFinished(() => two.stop());
  await new Sandbox(one).market('BTC', { oracle: 50_000 });
  return [one, two];
}

/** Cuts a connection as a crash of the client's machine does: with a reset. */
function reset(client: StreamClient): void {
  (client.socket as unknown as { _socket: Socket })._socket.resetAndDestroy();
}

/** Where a gateway stands in the journal, once it can be asked: after an outage of Redis nobody is known at first. */
async function position(tradewire: Tradewire): Promise<number> {
  let body: unknown;
  await until('it can be asked', async () => {
    const answer = await tradewire.ask('GET', '/v1/sandbox/state');
    body = answer.body;
    return answer.status === 200;
  });
  return (body as { position: number }).position;
}

test('whatever ends a session, its orders are cancelled, on all gateways, and nobody else’s', {
  timeout: TIMEOUT_MS,
}, async () => {
  const [one, two] = await startPair(IMPATIENT);
  const [gone, goneWithGrace, left, living, calledOff] = await Promise.all([
    guardedBot(one, 0),
    guardedBot(one, 50),
    guardedBot(one, 0),
    guardedBot(one, 0),
    guardedBot(one, 0),
  ]);
  const frozen = await Promise.all([frozenBot(one, 0), frozenBot(one, 50)]);
  await calledOff.client.call('session.cancelOnDisconnect', { enabled: false });
  for (const { client } of [gone, goneWithGrace, calledOff]) reset(client);
  await left.client.close();
  for (const { trader, orderId } of [gone, goneWithGrace, left, ...frozen]) {
    await cancelledByDisconnect(two, trader, orderId);
  }
  for (const { trader, orderId } of [living, calledOff]) {
    expect(await standingOf(two, trader, orderId)).toMatchObject({ status: 'ACTIVE' });
  }

  // Who is back within the grace, be it on another gateway, keeps everything.
  const returning = await guardedBot(one, LONG_GRACE_MS);
  reset(returning.client);
  const back = await StreamClient.connect(two, returning.trader.key);
  const silent = await frozenBot(one, 0);
  const successor = await StreamClient.connect(two, silent.trader.key);
  const { orderId: fresh } = await successor.place({ ...BID, limitPrice: 48_000 });
  await cancelledByDisconnect(two, silent.trader, silent.orderId);
  await new Sandbox(two).advanceClock(LONG_GRACE_MS + 1_000);
  expect(await standingOf(two, returning.trader, returning.orderId)).toMatchObject({ status: 'ACTIVE' });
  expect(await standingOf(two, silent.trader, fresh)).toMatchObject({ status: 'ACTIVE' });

  // A session beside it is no return, and without one the grace ends on the exchange's clock.
  await back.call('session.cancelOnDisconnect', { enabled: true, graceMs: LONG_GRACE_MS });
  const beside = await StreamClient.connect(one, returning.trader.key);
  // Its own command is read back behind the beginning of the other one; what it sends then is heard after that.
  for (const client of [beside, back]) await client.call('order.cancelAll', { symbol: 'ETH' });
  await back.call('ping');
  reset(back);
  await until('the grace has begun', async () => {
    const { exchange } = await replayed(one.venue);
    return exchange.findPortfolio(returning.trader.portfolioId)!.disconnectAt > 0;
  });
  await new Sandbox(one).advanceClock(LONG_GRACE_MS);
  await cancelledByDisconnect(one, returning.trader, returning.orderId);
  expect(living.client.socket.readyState).toBe(living.client.socket.OPEN);
  await Promise.all([beside, successor, living.client].map((client) => client.close()));
});

test('a gateway that dies, freezes or stops takes its sessions with it, and the others see to their orders', {
  timeout: TIMEOUT_MS,
}, async () => {
  const [one, two] = await startPair();
  const doomed = await guardedBot(one, 0);
  const patient = await guardedBot(one, LONG_GRACE_MS);
  const elsewhere = await guardedBot(two, 0);
  await one.kill();
  await cancelledByDisconnect(two, doomed.trader, doomed.orderId);
  const back = await StreamClient.connect(two, patient.trader.key);
  await new Sandbox(two).advanceClock(LONG_GRACE_MS + 1_000);
  for (const { trader, orderId } of [patient, elsewhere]) {
    expect(await standingOf(two, trader, orderId)).toMatchObject({ status: 'ACTIVE' });
  }
  expect(elsewhere.client.socket.readyState).toBe(elsewhere.client.socket.OPEN);
  await back.close();

  await one.launch();
  process.kill(two.pid, 'SIGSTOP');
  const late = elsewhere.client.place({ ...BID, clientOrderId: 'sent to the frozen one' });
  const refusal = late.then(
    () => 'placed',
    ({ code, message }: StreamError) => code ?? message,
  );
  await cancelledByDisconnect(one, elsewhere.trader, elsewhere.orderId);
  process.kill(two.pid, 'SIGCONT');
  expect(await elsewhere.client.closed).toMatchObject({ code: 1012 });
  expect(await refusal).not.toBe('placed');
  const again = await StreamClient.connect(two, elsewhere.trader.key);
  expect(await again.refusal('order.get', { clientOrderId: 'sent to the frozen one' })).toMatchObject({
    code: 'ORDER_NOT_FOUND',
  });
  await again.call('session.cancelOnDisconnect', { enabled: true });
  const drained = await again.place(BID);
  expect(await two.terminate()).toEqual({ code: 0, signal: null });
  await cancelledByDisconnect(one, elsewhere.trader, drained.orderId);

  // With nobody left, whoever starts next does what is due.
  const orphan = await guardedBot(one, 0);
  const silent = await addTrader(one);
  const watched = await StreamClient.connect(one, silent.key);
  await watched.call('session.deadman', { timeoutMs: 1_000 });
  const { orderId } = await watched.place(BID);
  await one.kill();
  await one.launch();
  await cancelledByDisconnect(one, orphan.trader, orphan.orderId);
  expect(await standingOf(one, silent, orderId)).toMatchObject({ status: 'CANCELED', reason: 'DEADMAN' });
  const { exchange } = await replayed(one.venue);
  const { body } = await one.ask('GET', '/v1/sandbox/state');
  expect(body).toMatchObject({ position: exchange.position, hash: stateHash(exchange) });
});

test('an outage of Redis is held against nobody', { timeout: TIMEOUT_MS }, async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const [one, two] = await startPair({ REDIS_URL: redis.url });
  const client = await StreamClient.connect(one);
  await client.call('session.cancelOnDisconnect', { enabled: true });
  const { orderId } = await client.place(BID);
  const isReady = async (tradewire: Tradewire) => (await tradewire.ask('GET', '/ready')).status === 200;
  const beats = async () => {
    for (const tradewire of [one, two]) await until('it is ready', () => isReady(tradewire));
    const before = await position(two);
    await until('some beats have passed', async () => (await position(two)) > before + 4);
  };
  await redis.restart();
  await beats();
  redis.freeze();
  for (const tradewire of [one, two]) await until('it is not ready', async () => !(await isReady(tradewire)));
  redis.thaw();
  for (const tradewire of [one, two]) await until('it is ready', () => isReady(tradewire));
  await redis.kill();
  for (const tradewire of [one, two]) await until('it is not ready', async () => !(await isReady(tradewire)));
  await redis.launch();
  await beats();
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  const { order } = await client.call<{ order: { status: string } }>('order.get', { orderId });
  expect(order.status).toBe('ACTIVE');

  // What could not be told while Redis was away is told when it is back.
  redis.freeze();
  for (const tradewire of [one, two]) await until('it is not ready', async () => !(await isReady(tradewire)));
  client.socket.terminate();
  await client.closed;
  redis.thaw();
  await until('it is cancelled', async () => {
    const { body } = await two.ask('GET', `/v1/orders/${orderId}`);
    return (body as { reason?: string }).reason === 'DISCONNECT';
  });
});

test('a Redis that is read and refuses to be written to is held against nobody', {
  timeout: TIMEOUT_MS,
}, async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const [one, two] = await startPair({ REDIS_URL: redis.url });
  const bots = [await guardedBot(one, 0), await guardedBot(two, 0)] as const;
  const control = await connectTestRedis(redis.url);
  onTestFinished(() => control.disconnect());
  const refusals = async () =>
    Number(/errorstat_OOM:count=(\d+)/.exec(await control.info('errorstats'))?.[1]);
  // Whose append comes first when it is over is a matter of luck.
  for (let round = 0; round < 3; round++) {
    const before = await position(two);
    const refused = (await refusals()) || 0;
    await control.config('SET', 'maxmemory', 1);
    await until('many appends were refused', async () => (await refusals()) > refused + REFUSALS);
    await control.config('SET', 'maxmemory', 0);
    await until('some beats have passed', async () => (await position(two)) > before + 6);
  }
  for (const { trader, client, orderId } of bots) {
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(await standingOf(one, trader, orderId)).toMatchObject({ status: 'ACTIVE' });
  }
});
