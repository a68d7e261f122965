import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ledger } from '../../src/exchange/accounts/ledger.js';
import { stateHash } from '../../src/exchange/codec/state-hash.js';
import { openRedisStores, SILENT, testRedisUrl } from '../journal/stores.js';
import { writeSnapshot } from '../journal/write-snapshot.js';
import { assertNothingLost, Load } from '../support/load.js';
import { replayed } from '../support/replayed.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const REPLAY_HASH = fileURLToPath(new URL('../support/replay-hash.mjs', import.meta.url));
const runFile = promisify(execFile);

/** Keeps a snapshot of what a venue's journal holds by now, as a gateway does from time to time. */
async function keepSnapshot(venue: string): Promise<void> {
  const stores = await openRedisStores(venue);
  const { last } = (await stores.journal.extent())!;
  expect(await writeSnapshot(stores.journal, stores.snapshots, last, SILENT)).not.toBeNull();
  stores.close();
}

test('a gateway that is killed under load has every acknowledged order once when it is back', async () => {
  const tradewire = await Tradewire.start();
  onTestFinished(() => tradewire.stop());
  const load = await Load.start(tradewire);
  await load.acknowledges(500);
  const [{ hello }] = load.clients as [StreamClient, ...StreamClient[]];
  expect(await tradewire.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await load.cutOff();

  await tradewire.launch();
  await assertNothingLost(tradewire, load);
  const client = await StreamClient.connect(tradewire);
  expect(client.hello).toMatchObject({ epoch: hello.epoch, portfolioId: hello.portfolioId });

  const { account } = await client.call<{ account: { balance: number; feesPaid: number } }>('account.get');
  const { body } = await tradewire.ask('GET', '/v1/sandbox/ledger');
  const { exchange, last } = await replayed(tradewire.venue);
  const replica = exchange.findPortfolio(hello.portfolioId)!;
  expect(replica.seq).toBe(client.hello.seq);
  expect(account).toMatchObject({ balance: replica.balance / 1e6, feesPaid: replica.feesPaid / 1e6 });
  const amounts = Object.entries(ledger(exchange.state)).map(([name, micros]) => [name, micros / 1e6]);
  expect(body).toEqual(Object.fromEntries(amounts));
  const { stdout } = await runFile(process.execPath, [REPLAY_HASH, testRedisUrl(), tradewire.venue, last]);
  expect(stdout.trim()).toBe(stateHash(exchange));
});

test('a gateway goes on from a snapshot as if it had replayed everything', async () => {
  const tradewire = await Tradewire.start();
  onTestFinished(() => tradewire.stop());
  const load = await Load.start(tradewire);
  for (let count = 0; count < 2; count++) {
    await load.acknowledges(200);
    await keepSnapshot(tradewire.venue);
  }
  await load.acknowledges(100);
  await tradewire.kill();
  await load.cutOff();

  await tradewire.launch();
  const client = await StreamClient.connect(tradewire);
  for (const [clientOrderId, orderId] of [...load.acknowledged].slice(-500)) {
    expect(await client.call('order.get', { clientOrderId })).toMatchObject({ order: { orderId } });
  }
  const { body } = await tradewire.ask('GET', '/v1/sandbox/ledger');
  const { total, deposits } = body as { total: number; deposits: number };
  expect(total).toBe(deposits);
});
