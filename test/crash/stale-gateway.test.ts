import { expect, onTestFinished, test } from 'vitest';
import { RedisServer } from '../support/redis-server.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
/** A gateway says within 2 seconds that Redis has stopped to answer; the rest is what a loaded machine may take. */
const TOLD_WITHIN_MS = 10_000;
const INSTANT = expect.stringMatching(/^\d{4}-.*Z$/);

interface Stale {
  readonly since: string;
  readonly reason: string;
}

async function start(settings: NodeJS.ProcessEnv): Promise<Tradewire> {
  const tradewire = await Tradewire.start({ HEARTBEAT_MS: '1000', ...settings });
  onTestFinished(() => tradewire.stop());
  return tradewire;
}

/** The frames of the channel `session` behind the hello, in the order they came. */
function noticesOf(client: StreamClient) {
  return client.of<Record<string, unknown>>('session').slice(1);
}

test('a gateway that is cut from Redis says so, proves nothing meanwhile, and says when it goes on', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const tradewire = await start({ REDIS_URL: redis.url });
  const client = await StreamClient.connect(tradewire);
  await client.subscribe(['private']);
  await tradewire.openApi();
  await client.seen('a heartbeat', ({ type }) => type === 'heartbeat');
  for (let round = 1; round <= 2; round++) {
    redis.freeze();
    const frozenAtMs = performance.now();
    const told = (type: string) => noticesOf(client).filter((notice) => notice.type === type);
    await until('the client is told', () => told('stale').length === round);
    const ready = await tradewire.ask('GET', '/ready');
    expect(performance.now() - frozenAtMs).toBeLessThan(TOLD_WITHIN_MS);
    const stale = told('stale').at(-1)!.data as unknown as Stale;
    expect(stale).toEqual({ since: INSTANT, reason: 'Redis does not answer' });
    const { serverTime } = told('heartbeat').at(-1)!.data as { serverTime: string };
    expect(Date.parse(serverTime) - Date.parse(stale.since)).toBeLessThan(1_250);
    expect(ready).toMatchObject({ status: 503, body: { status: 'degraded', reason: stale.reason } });
    expect(await client.call('order.list')).toHaveProperty('orders');
    expect((await client.refusal('order.place', BID)).code).toBe('UNAVAILABLE');
    // As long as several heartbeats take.
    await until('time has passed', () => Date.now() - Date.parse(stale.since) > 4_500);
    expect(noticesOf(client).at(-1)!.type).toBe('stale');

    redis.thaw();
    await until('the client is told', () => told('live').length === round);
    expect(told('live').at(-1)!.data).toEqual({ since: stale.since, serverTime: INSTANT });
    expect(await client.place(BID)).toHaveProperty('status', 'ACTIVE');
    // One may have left between the end of the outage and the order.
    const proof = { type: 'heartbeat', data: { seq: client.seq, prev: client.seq } };
    await until('a heartbeat proves the order', () => noticesOf(client).at(-1)!.data['seq'] === client.seq);
    expect(noticesOf(client).at(-1)).toMatchObject(proof);
  }
  await client.close();
});

test('a gateway that was frozen answers, proves and tells nothing from before what it missed', async () => {
  const one = await start({});
  const two = await start({ VENUE: one.venue });
  const [frozen, other] = [await StreamClient.connect(one), await StreamClient.connect(two)];
  for (const client of [frozen, other]) await client.subscribe(['private']);
  const before = await frozen.place(BID);
  await other.caughtUpTo(frozen.seq!);
  for (let round = 0; round < 2; round++) {
    one.freeze();
    const { order } = await other.call<{ order: { orderId: string } }>('order.amend', {
      orderId: before.orderId,
      limitPrice: 48_000 - round,
    });
    const missed = await other.place({ ...BID, clientOrderId: `missed ${round}` });
    const sent = [
      frozen.call('order.get', { clientOrderId: `missed ${round}` }),
      frozen.call('order.get', { orderId: before.orderId }),
      frozen.place({ ...BID, clientOrderId: `missed ${round}` }),
      frozen.call('session.subscribe', { channels: ['orders'] }),
    ];
    const asked = one.ask('GET', `/v1/orders/${missed.orderId}`);
    const startMs = performance.now();
    // Longer than a copy of the exchange may be old.
    await until('time has passed', () => performance.now() - startMs > 2_500);
    one.thaw();
    const [found, amended, placed] = await Promise.all(sent);
    expect(found).toEqual({ order: missed });
    expect(amended).toEqual({ order });
    expect(placed).toEqual(missed);
    expect((await asked).status).toBe(200);
    await frozen.caughtUpTo(other.seq!);
    expect(frozen.events).toEqual(other.events.filter(({ seq }) => seq! > frozen.events[0]!.seq! - 1));
  }
  for (const { data } of noticesOf(frozen)) expect((data as { seq: number }).seq).toBeGreaterThan(0);
  expect(noticesOf(frozen).every(({ type }) => type === 'heartbeat')).toBe(true);
  await Promise.all([frozen.close(), other.close()]);
});
