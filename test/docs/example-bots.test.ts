import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PrivateItem } from 'tradewire-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addKey, demoAccount, revokeKey } from '../api/users.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Relay } from '../support/relay.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const EXAMPLES = fileURLToPath(new URL('../../dist/examples/', import.meta.url));
const QUOTES = { oracle: 64_250, bids: [[64_000, 5]], asks: [[64_500, 5]] } as const;
const BATCH = 50;

let tradewire: Tradewire;
let sandbox: Sandbox;
let bot: ChildProcess;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', QUOTES);
});
afterEach(() => bot.kill('SIGKILL'));
afterAll(() => tradewire.stop());

/** Runs an example, and gathers the lines that it prints. */
function start(example: string, ...parameters: readonly string[]) {
  const program = join(EXAMPLES, `${example}.js`);
  bot = spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [bot.stdout!, bot.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => output.push(line));
  }
  return { output, exited: once(bot, 'exit') };
}

/** Resolves once the maker rests on both sides. */
async function quoted(client: StreamClient): Promise<void> {
  await until('the maker quotes both sides', async () => {
    const { orders } = await client.call<{ orders: unknown[] }>('order.list');
    return orders.length === 2;
  });
}

test('the maker quotes both sides, tells its fills, and ends when its key is revoked', async () => {
  const { id } = await demoAccount(tradewire);
  const { key, keyId } = await addKey(tradewire, id, ['read', 'trade']);
  const { output, exited } = start('maker', key, 'BTC', tradewire.url);
  const client = await StreamClient.connect(tradewire);
  await quoted(client);
  await sandbox.flow('BTC', 'SELL', 0.001);
  await until('the fill is told', () => output.some((line) => line.startsWith('filled BUY 0.001 BTC at 64')));
  await revokeKey(tradewire, keyId);
  await exited;
  await client.call('order.cancelAll');
  await client.close();
});

test.each(['maker', 'book', 'survivor'])(
  'the %s ends with a line when it has no good key',
  async (example) => {
    const without = start(example);
    await without.exited;
    expect(without.output).toEqual([
      expect.stringMatching(`^usage: node dist/examples/${example}.js <api key> `),
    ]);
    const file = join(tradewire.folder, 'none.jsonl');
    const stranger = start(example, 'of nobody', example === 'survivor' ? file : 'BTC', tradewire.url);
    await stranger.exited;
    const lines = stranger.output.filter((line) => !['CONNECTING', 'CLOSED'].includes(line));
    expect(lines).toEqual([expect.stringMatching('^REFUSED: ')]);
  },
);

test.each(['maker', 'book'])('the %s ends with a line when there is no such instrument', async (example) => {
  const { output, exited } = start(example, tradewire.apiKey, 'NONE', tradewire.url);
  await exited;
  expect(output).toEqual([expect.stringMatching('^UNKNOWN_')]);
});

test('the maker tells the fills that it was not there for', async () => {
  const client = await StreamClient.connect(tradewire);
  const relay = await Relay.start(tradewire.port);
  const { output } = start('maker', tradewire.apiKey, 'BTC', relay.url);
  await quoted(client);
  relay.loseReplies();
  await sandbox.flow('BTC', 'SELL', 0.002);
  relay.cut();
  await until('the fill is told', () => output.some((line) => line.startsWith('filled BUY 0.002 BTC at 64')));
  await client.close();
  await relay.close();
});

test('the book prints its best levels when it changes', async () => {
  const { output } = start('book', tradewire.apiKey, 'ETH', tradewire.url);
  await until('it is printed', () => output.some((line) => line.startsWith('ETH at ')));
  await sandbox.market('ETH', { oracle: 3_000, bids: [[2_999, 5]], asks: [[3_001.5, 7]] });
  await until('the change is printed', () => output.some((line) => line.endsWith('5 @ 2999 | 7 @ 3001.5')));
});

test('the survivor writes each event down once, however often it is killed', async () => {
  const file = join(tradewire.folder, 'events.jsonl');
  const written = (): readonly PrivateItem[] => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line) as PrivateItem);
  };
  const client = await StreamClient.connect(tradewire);
  const order = { symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', quantity: 0.001, limitPrice: 60_000 };
  for (let round = 1; round <= 3; round++) {
    const { exited } = start('survivor', tradewire.apiKey, file, tradewire.url);
    await until('it has begun', () => written().length > 0);
    const before = written().length;
    const placed = client.call('order.placeBatch', { orders: Array.from({ length: BATCH }, () => order) });
    await until('it writes', () => written().length > before);
    bot.kill('SIGKILL');
    await Promise.all([exited, placed]);
    // What a kill in the middle of a write leaves.
    appendFileSync(file, '{"type":"EVE');
  }
  start('survivor', tradewire.apiKey, file, tradewire.url);
  await client.call('order.cancelAll');
  const { hello } = await StreamClient.connect(tradewire);
  const last = () => written().at(-1)!;
  await until('it has everything', () => last().type === 'EVENT' && seqOf(last()) === hello.seq);
  const [snapshot, ...events] = written();
  expect(snapshot!.type).toBe('SNAPSHOT');
  expect(events.map(seqOf)).toEqual(events.map((_, index) => seqOf(snapshot!) + index + 1));
  await client.close();
});

test('the maker tells its fills also after a pause in which its history vanished', async () => {
  const before = await StreamClient.connect(tradewire);
  const relay = await Relay.start(tradewire.port);
  const { port } = relay;
  const { output } = start('maker', tradewire.apiKey, 'BTC', relay.url);
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
  await until('it could not resume', () =>
    output.includes('fills may be missing: the server could not resume'),
  );
  // The maker may be changing its quote just when somebody sells: then the house buys, and the next one is asked.
  await until('the fill is told', async () => {
    await quoted(client);
    await sandbox.flow('BTC', 'SELL', 0.003);
    return output.some((line) => line.startsWith('filled BUY 0.003 BTC at 64'));
  });
  await client.close();
  await relay.close();
});

function seqOf(item: PrivateItem): number {
  return item.type === 'GAP' ? Number.NaN : item.cursor.seq;
}
