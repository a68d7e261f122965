import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addKey, demoAccount, revokeKey } from '../api/users.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Relay } from '../support/relay.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const MAKER = fileURLToPath(new URL('../../dist/examples/maker.js', import.meta.url));
const QUOTES = { oracle: 64_250, bids: [[64_000, 5]], asks: [[64_500, 5]] } as const;

let tradewire: Tradewire;
let sandbox: Sandbox;
let maker: ChildProcess;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', QUOTES);
});
afterEach(() => maker.kill('SIGKILL'));
afterAll(() => tradewire.stop());

function startMaker(key: string, url = tradewire.streamUrl) {
  maker = spawn(process.execPath, [MAKER, key, 'BTC', url], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [maker.stdout!, maker.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => output.push(line));
  }
  return { output, exited: once(maker, 'exit') };
}

/** Resolves once the maker rests on both sides. */
async function quoted(client: StreamClient): Promise<void> {
  await until('the maker quotes both sides', async () => {
    const { orders } = await client.call<{ orders: unknown[] }>('order.list');
    return orders.length === 2;
  });
}

test('quotes both sides, tells its fills, and ends when its key is revoked', async () => {
  const { id } = await demoAccount(tradewire);
  const { key, keyId } = await addKey(tradewire, id, ['read', 'trade']);
  const { output, exited } = startMaker(key);
  const client = await StreamClient.connect(tradewire);
  await quoted(client);
  await sandbox.flow('BTC', 'SELL', 0.001);
  await until('the fill is told', () => output.some((line) => line.startsWith('filled BUY 0.001 BTC at 64')));
  await revokeKey(tradewire, keyId);
  await exited;
  await client.call('order.cancelAll');
  await client.close();
});

test('ends when its key is not known', async () => {
  const { output, exited } = startMaker('of nobody');
  await exited;
  expect(output).toEqual([expect.stringContaining('401')]);
});

test('tells its fills also after a pause in which its history vanished', async () => {
  const before = await StreamClient.connect(tradewire);
  const relay = await Relay.start(tradewire.port);
  const { port } = relay;
  const { output } = startMaker(tradewire.apiKey, relay.url);
  await quoted(before);
  await relay.close();
  const redis = await connectTestRedis();
  await redis.unlink(await redis.keys(`{tw:${tradewire.venue}}:*`));
  redis.disconnect();
  await before.closed;
  await until('a new history has begun', async () => (await tradewire.ask('GET', '/ready')).status === 200);
  await sandbox.market('BTC', QUOTES);
  const client = await StreamClient.connect(tradewire);
  await relay.open(port);
  await quoted(client);
  await sandbox.flow('BTC', 'SELL', 0.002);
  await until('the fill is told', () => output.some((line) => line.startsWith('filled BUY 0.002 BTC at 64')));
  await client.close();
  await relay.close();
});
