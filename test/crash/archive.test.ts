import { expect, onTestFinished, test } from 'vitest';
import type { EntryId } from '../../src/journal/journal.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { writeSnapshot } from '../../src/journal/write-snapshot.js';
import { openArchive, readAll } from '../archive/events.js';
import { openRedisStores, SILENT, testRedisUrl } from '../journal/stores.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

/** Several starts of a process, and the time that a lease takes to be over. */
const TIMEOUT_MS = 60_000;

/** A venue whose demo user has a position that pays funding. */
async function startPaying(tradewire: Tradewire): Promise<StreamClient> {
  await new Sandbox(tradewire).market('BTC', { oracle: 42_500, bids: [[42_490, 50]], asks: [[42_510, 50]] });
  const client = await StreamClient.connect(tradewire);
  await client.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.5 });
  await client.subscribe(['funding']);
  return client;
}

/** Settles so many payments, and resolves when the last of them was answered. */
async function settle(tradewire: Tradewire, count: number): Promise<void> {
  const one = () => tradewire.ask('POST', '/v1/sandbox/funding', { symbol: 'BTC', rate: 0.0001 });
  const answers = await Promise.all(Array.from({ length: count }, one));
  expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200));
}

async function openArchiveOf(tradewire: Tradewire, url = testRedisUrl()) {
  const opened = await openArchive(tradewire.venue, {}, url);
  onTestFinished(() => opened.close());
  return opened;
}

/** The payments as the stream told them, newest first. */
function told(client: StreamClient) {
  return client
    .of<object>('funding')
    .map(({ seq, data }) => ({ seq, data }))
    .reverse();
}

async function archived({ archive }: Awaited<ReturnType<typeof openArchive>>, portfolioId: string) {
  const found = await readAll(archive, portfolioId);
  return found.map(({ seq, data }) => ({ seq, data: JSON.parse(data) }));
}

test('a gateway that is killed has everything in the archive once when it is back, beyond a snapshot', {
  timeout: TIMEOUT_MS,
}, async () => {
  const tradewire = await Tradewire.start();
  onTestFinished(() => tradewire.stop());
  const client = await startPaying(tradewire);
  const { portfolioId } = client.hello;
  const opened = await openArchiveOf(tradewire);
  await settle(tradewire, 40);
  await until('they are archived', async () => (await archived(opened, portfolioId)).length === 40);
  await settle(tradewire, 5);

  const stores = await openRedisStores(tradewire.venue);
  onTestFinished(() => stores.close());
  for (let count = 0; count < 2; count++) {
    const mark = (await opened.archive.completeUntil()) as EntryId;
    expect(await writeSnapshot(stores.journal, stores.snapshots, mark, SILENT)).not.toBeNull();
    await settle(tradewire, 5);
    await until('the archive goes on', async () => (await opened.archive.completeUntil()) !== mark);
  }
  await settle(tradewire, 30);
  await until('the client was told of all', () => told(client).length === 85);
  await tradewire.kill();
  const before = told(client);
  expect((await stores.journal.extent())!.complete).toBe(false);

  await tradewire.launch();
  await until('all is archived', async () => (await archived(opened, portfolioId)).length >= 85);
  expect(await archived(opened, portfolioId)).toEqual(before);
});

test('when the gateway that archives is killed, another one goes on', { timeout: TIMEOUT_MS }, async () => {
  const one = await Tradewire.start();
  onTestFinished(() => one.stop());
  const opened = await openArchiveOf(one);
  const lease = venueKey(one.venue, 'lease:archive');
  await until('the first has the lease', async () => (await opened.redis.exists(lease)) === 1);
  const two = await Tradewire.start({ VENUE: one.venue });
  onTestFinished(() => two.stop());
  const client = await startPaying(two);
  const { portfolioId } = client.hello;
  for (let round = 0; round < 4; round++) {
    await settle(two, 20);
    if (round === 1) await one.kill();
  }
  await until('the second has told of all', () => told(client).length === 80);
  await until('all is archived', async () => (await archived(opened, portfolioId)).length === 80);
  expect(await archived(opened, portfolioId)).toEqual(told(client));
});

test('a Redis that is killed in the middle has everything once when it is back', {
  timeout: TIMEOUT_MS,
}, async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const tradewire = await Tradewire.start({ REDIS_URL: server.url });
  onTestFinished(() => tradewire.stop());
  const client = await startPaying(tradewire);
  const { portfolioId } = client.hello;
  const settleMore = async () => {
    const wanted = told(client).length + 20;
    // While Redis is away some are refused.
    await until('more are told', async () => {
      await tradewire.ask('POST', '/v1/sandbox/funding', { symbol: 'BTC', rate: 0.0001 });
      return told(client).length >= wanted;
    });
  };
  for (let round = 0; round < 3; round++) {
    await settleMore();
    await server.restart();
  }
  await settleMore();
  const opened = await openArchiveOf(tradewire, server.url);
  const archivedCount = async () => (await archived(opened, portfolioId)).length;
  await until('all is archived', async () => (await archivedCount()) === told(client).length);
  expect(await archived(opened, portfolioId)).toEqual(told(client));
});

test('a Redis that has lost only the last write of the mark gets it again, and the archive goes on', {
  timeout: TIMEOUT_MS,
}, async () => {
  const tradewire = await Tradewire.start();
  onTestFinished(() => tradewire.stop());
  const client = await startPaying(tradewire);
  const { portfolioId } = client.hello;
  const opened = await openArchiveOf(tradewire);
  await settle(tradewire, 5);
  await until('they are archived', async () => (await archived(opened, portfolioId)).length === 5);
  const older = (await opened.archive.completeUntil()) as EntryId;
  await settle(tradewire, 5);
  await until('more is archived', async () => (await archived(opened, portfolioId)).length === 10);
  await until('the mark says so', async () => (await opened.archive.completeUntil()) !== older);
  await opened.redis.set(venueKey(tradewire.venue, 'archived-until'), older);
  expect((await client.closed).reason).toBe('the exchange was rebuilt');
  await until('it is ready', async () => (await tradewire.ask('GET', '/ready')).status === 200);
  await settle(tradewire, 5);
  await until('it goes on', async () => (await archived(opened, portfolioId)).length === 15);
  const metrics = await (await fetch(`${tradewire.url}/metrics`)).text();
  expect(metrics).toMatch(/^tradewire_archive_lag_seconds \d/m);
});
