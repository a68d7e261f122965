import { expect, onTestFinished, test } from 'vitest';
import { ArchivedVenue } from '../archive/archived-venue.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

/** Several starts of a process and of its archive, and the time that a lease takes to be over. */
const TIMEOUT_MS = 180_000;

/** A venue whose demo user trades and has a position that pays funding. */
async function startTrading(tradewire: Tradewire): Promise<StreamClient> {
  await new Sandbox(tradewire).market('BTC', { oracle: 42_500, bids: [[42_490, 50]], asks: [[42_510, 50]] });
  const client = await StreamClient.connect(tradewire);
  await client.subscribe(['private']);
  await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.5 });
  return client;
}

/** Places so many orders and settles as many payments; those that are refused while Redis is away do not count. */
async function trade(tradewire: Tradewire, client: StreamClient, count: number): Promise<void> {
  const order = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.01, limitPrice: 42_000 };
  const one = async () => {
    await client.place(order).catch(() => undefined);
    await tradewire.ask('POST', '/v1/sandbox/funding', { symbol: 'BTC', rate: 0.0001 });
  };
  await Promise.all(Array.from({ length: count }, one));
}

/** Every event as the stream told it. */
function told(client: StreamClient) {
  return client.events
    .filter(({ type }) => type === undefined)
    .map(({ channel, seq, time, data }) => ({ channel, seq, time, data }));
}

/** The archived events after a position, in the same form. */
async function archivedAfter(venue: ArchivedVenue, { hello }: StreamClient) {
  const events = await venue.eventsOf(hello.portfolioId, hello.seq);
  return events.map(({ time, data, ...rest }) => ({
    ...rest,
    time: new Date(time).toISOString(),
    data: JSON.parse(data) as unknown,
  }));
}

test('after Redis and the gateway were killed, the archive has every event that a client was told, once', {
  timeout: TIMEOUT_MS,
}, async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const tradewire = await Tradewire.start({ REDIS_URL: server.url });
  onTestFinished(() => tradewire.stop());
  const client = await startTrading(tradewire);
  const venue = await ArchivedVenue.open(tradewire.venue, server.url);
  await until('the archive has begun', async () => (await archivedAfter(venue, client)).length > 0);
  await trade(tradewire, client, 20);
  await server.restart();
  await until(
    'the gateway is ready again',
    async () => (await tradewire.ask('GET', '/ready')).status === 200,
  );
  await trade(tradewire, client, 20);
  await tradewire.kill();
  const before = told(client);
  expect(before.length).toBeGreaterThan(100);
  await tradewire.launch();
  await until('all is archived', async () => (await archivedAfter(venue, client)).length >= before.length);
  expect((await archivedAfter(venue, client)).slice(0, before.length)).toEqual(before);
  const metrics = await (await fetch(`${tradewire.url}/metrics`)).text();
  expect(metrics).toMatch(/^tradewire_archive_lag_seconds \d/m);
});

test('when the gateway that archives is killed, another one goes on', { timeout: TIMEOUT_MS }, async () => {
  const one = await Tradewire.start();
  onTestFinished(() => one.stop());
  const venue = await ArchivedVenue.open(one.venue);
  await until('the first archives', async () => (await venue.archive.mark()) !== null);
  const two = await Tradewire.start({ VENUE: one.venue });
  onTestFinished(() => two.stop());
  const client = await startTrading(two);
  await trade(two, client, 10);
  await one.kill();
  await trade(two, client, 10);
  const all = () => told(client).length;
  await until('all is archived', async () => (await archivedAfter(venue, client)).length === all());
  expect(await archivedAfter(venue, client)).toEqual(told(client));
});
