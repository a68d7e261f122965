import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { Tradewire } from './support/tradewire.js';

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
