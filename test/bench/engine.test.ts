import { expect, test } from 'vitest';
import { measureAppend } from '../../bench/append-redis.js';
import { benchBook } from '../../bench/book.js';
import { benchFundingHour } from '../../bench/funding-hour.js';
import { benchLiquidations } from '../../bench/liquidations.js';
import { readServerCpu } from '../../bench/process-cpu.js';
import { benchReplay } from '../../bench/replay.js';
import { alternate, seriesOf } from '../../bench/series.js';
import { readSizes } from '../../bench/sizes.js';

test('the book keeps the number of resting orders it was given', () => {
  const result = benchBook({ operations: 5_000, resting: 500, cancels: 1_000, deepQueue: 100 });
  expect(result.operationsPerSecond).toBeGreaterThan(0);
  expect(Math.abs(result.restingAtEnd - 500)).toBeLessThan(50);
  expect(result.levelsAtEnd).toBeGreaterThan(10);
});

test('a replayed journal gives the recorded state', async () => {
  const result = await benchReplay({
    commands: 10_000,
    commandsPerBatch: 64,
    instrumentFile: 'config/instruments.json',
  });
  expect(result.sameState).toBe(true);
  expect(result.commands).toBeGreaterThanOrEqual(10_000);
  expect(result.refused / result.commands).toBeLessThan(0.02);
});

test('a full hour is settled in slices, every position once', async () => {
  const options = { accounts: 600, positionsEach: 4, hours: 2, instrumentFile: 'config/instruments.json' };
  const result = await benchFundingHour(options);
  expect(result).toMatchObject({ payments: 2_400, entriesPerHour: 3 });
  expect(result.longestTurnMs).toBeGreaterThanOrEqual(result.medianTurnMs);
});

test('one mark update liquidates a whole crowd, in each of the three ways', async () => {
  const result = await benchLiquidations({ accounts: 20, instrumentFile: 'config/instruments.json' });
  expect([result.MARKET.liquidated, result.BACKSTOP.liquidated, result.ADL.liquidated]).toEqual([20, 20, 20]);
});

test('appends are timed one by one', async () => {
  const result = await measureAppend({ redisUrl: process.env['TEST_REDIS_URL']!, appends: 20 });
  expect(result.latency.count).toBe(20);
  expect(result.redisVersion).toMatch(/^\d+\.\d+/);
});

test('the CPU time of a process grows as it works', async () => {
  const before = await readServerCpu(process.pid);
  if (before === null) return;
  while (process.cpuUsage().user < 300_000) Math.sqrt(performance.now());
  const after = await readServerCpu(process.pid);
  expect(after!.gatewayUs).toBeGreaterThan(0);
  expect(after!.gatewayUs).toBeGreaterThanOrEqual(before.gatewayUs);
});

test('variants take turns, and each keeps its results', async () => {
  const order: string[] = [];
  const variant = (name: string) => async () => {
    order.push(name);
    return `${name}${order.length}`;
  };
  const results = await alternate(3, [variant('a'), variant('b')]);
  expect(order.join('')).toBe('abbaab');
  expect(results).toEqual([
    ['a1', 'a4', 'a5'],
    ['b2', 'b3', 'b6'],
  ]);
});

test('a series has a median, a spread, and a noise that one value makes no greater', () => {
  expect(seriesOf([4, 1, 3])).toEqual({ median: 3, lowest: 1, highest: 4, spread: 1, noise: 1 });
  expect(seriesOf([90, 4, 2, 1, 3])).toMatchObject({ spread: 89 / 3, noise: 2 / 3 });
  expect(seriesOf([4, 2]).median).toBe(3);
});

test('sizes are read from the command line', () => {
  expect(readSizes([])).toMatchObject({ connections: 8, inFlight: 64, fsync: 'always' });
  expect(readSizes(['--small', '--seconds=0.25'])).toMatchObject({ seconds: 0.25, rounds: 2 });
  expect(() => readSizes(['--seconds=never'])).toThrow('--seconds');
  expect(() => readSizes(['--fsync=no'])).toThrow('--fsync');
});
