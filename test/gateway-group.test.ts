import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { childrenOf } from './support/process-table.js';
import { Tradewire } from './support/tradewire.js';
import { until } from './support/until.js';

/** Starts a group of two; one that starts against expectation is stopped with the test. */
function startGroup(settings: NodeJS.ProcessEnv = {}): Promise<Tradewire> {
  const started = Tradewire.start({ GATEWAYS: '2', ...settings });
  onTestFinished(async () => (await started.catch(() => null))?.stop());
  return started;
}

test('a group refuses a port that a group of another venue has', async () => {
  const first = await startGroup();
  const PORT = new URL(first.url).port;
  await expect(startGroup({ PORT })).rejects.toThrow('it ended early: 1');
  expect((await first.ask('GET', '/ready')).status).toBe(200);
});

test('of two groups that ask for a port in the same moment one gets it', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const PORT = String((free.address() as AddressInfo).port);
  free.close();
  await once(free, 'close');
  const starts = await Promise.allSettled([startGroup({ PORT }), startGroup({ PORT })]);
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a gateway can be stopped alone: the port stays, and another one takes its place', async () => {
  const group = await startGroup();
  const gateways = childrenOf(group.pid);
  let isOver = false;
  let served = 0;
  const requests = (async () => {
    while (!isOver) {
      const answer = await fetch(`${group.url}/health`, { headers: { connection: 'close' } }).catch(
        unlessReset,
      );
      if (answer !== null) expect(answer.status).toBe(200);
      served++;
    }
  })();
  process.kill(gateways[0]!, 'SIGTERM');
  await until('it has left', () => !childrenOf(group.pid).includes(gateways[0]!));
  const before = served;
  await until('the port is served', () => served > before + 20);
  await until('there is another one', () => childrenOf(group.pid).length === 2);
  isOver = true;
  await requests;
});

/** Connections that the kernel had queued for a gateway that leaves are reset; new ones go to the others. */
function unlessReset(error: { readonly cause?: { readonly code?: string } }): null {
  if (error.cause?.code !== 'ECONNRESET') throw error;
  return null;
}

test('a group refuses a port that another program has', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const PORT = String((other.address() as AddressInfo).port);
  await expect(startGroup({ PORT })).rejects.toThrow('it ended early: 1');
});

test('a group whose gateways cannot start ends, instead of starting them again for ever', async () => {
  const VENUE = `t-${randomUUID()}`;
  const redis = new Redis(process.env['TEST_REDIS_URL']!.replace('unix://', ''));
  const snapshot = { entryId: '1-1', position: '1', engineVersion: '99', bytes: '1' };
  await redis.hset(`{tw:${VENUE}}:snapshot:foreign`, snapshot);
  await redis.lpush(`{tw:${VENUE}}:snapshots`, `{tw:${VENUE}}:snapshot:foreign`);
  redis.disconnect();
  await expect(startGroup({ VENUE })).rejects.toThrow('it ended early: 1');
});
