import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY_PLACE_DEFAULTS, GatewayPlace } from '../src/gateway-place.js';
import { SILENT } from './journal/stores.js';
import { until } from './support/until.js';

const exec = fileURLToPath(new URL('./support/beating-gateway.mjs', import.meta.url));

/** A place whose processes are listed as they are started. */
function openPlace(isReady: boolean, settings: Partial<typeof GATEWAY_PLACE_DEFAULTS> = {}) {
  cluster.setupPrimary({ exec, execArgv: [], args: [] });
  const workers: Worker[] = [];
  const fork = () => {
    const worker = cluster.fork({ READY: isReady ? '1' : '0' });
    workers.push(worker);
    return worker;
  };
  const place = new GatewayPlace(1, fork, SILENT, { ...GATEWAY_PLACE_DEFAULTS, ...settings });
  onTestFinished(() => place.stop(100));
  return { place, workers };
}

test('a gateway that hangs is killed, and another one takes its place', async () => {
  const { place, workers } = openPlace(true, { silenceMaxMs: 2_000 });
  const { port: pid } = await place.start();
  expect(workers[0]!.process.pid).toBe(pid);
  workers[0]!.process.kill('SIGSTOP');
  await until('there is another one', () => workers.length === 2);
  expect(workers[0]!.process.signalCode).toBe('SIGKILL');
});

test('one that hangs before it was ready ends the start, instead of holding the group for ever', async () => {
  const { place, workers } = openPlace(false, { firstWordMaxMs: 2_000, silenceMaxMs: 2_000 });
  const started = place.start();
  await until('it has begun', () => workers[0]!.process.pid !== undefined);
  workers[0]!.process.kill('SIGSTOP');
  await expect(started).rejects.toThrow('gateway 1 ended with SIGKILL before it was ready');
});

test('one that does not end when it is asked to is killed at the deadline', async () => {
  const { place, workers } = openPlace(false);
  place.start().catch(() => undefined);
  await once(workers[0]!, 'message');
  await place.stop(200);
  expect(workers).toHaveLength(1);
  expect(workers[0]!.process.signalCode).toBe('SIGKILL');
});

test('a crash loop gets slower and slower, even of gateways that become ready', async () => {
  const { place, workers } = openPlace(true, { firstBackoffMs: 1, longestBackoffMs: 60_000 });
  await place.start();
  const endings: number[] = [];
  for (let crash = 1; crash <= 8; crash++) {
    await until('there is another one', () => workers.length === crash);
    const worker = workers[crash - 1]!;
    worker.once('exit', () => endings.push(performance.now()));
    worker.process.kill('SIGKILL');
    await until('it has ended', () => endings.length === crash);
  }
  await until('there is another one', () => workers.length === 9);
  // At least as long as the backoff that is due by now.
  expect(performance.now() - endings.at(-1)!).toBeGreaterThan(100);
});
