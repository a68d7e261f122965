import { cpus, totalmem } from 'node:os';
import type { LatencySummary } from './latency.js';
import { EXIT_CODES, type Verdict } from './promises.js';
import { seriesOf } from './series.js';
import type { Sizes } from './sizes.js';

const LABEL_WIDTH = 44;
const GIB = 1024 ** 3;

/** A rate or a count with separators of thousands. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

export function title(text: string): void {
  console.log(`\n${text}`);
}

export function line(label: string, text: string): void {
  console.log(`  ${label.padEnd(LABEL_WIDTH)}${text}`);
}

/** How a promise fared. The process ends accordingly. */
export function verdictLine(promise: string, verdict: Verdict): void {
  line(promise, verdict.toLowerCase());
  // A promise that was broken before stays so.
  if (process.exitCode !== EXIT_CODES.BROKEN) process.exitCode = EXIT_CODES[verdict] || process.exitCode;
}

/** A figure over its rounds: the median, and between which values the rounds lay. */
export function seriesLine(label: string, values: readonly number[], format = whole): void {
  const { median, lowest, highest, spread } = seriesOf(values);
  const range = values.length > 1 ? `(${format(lowest)} … ${format(highest)}, ±${percent(spread / 2)})` : '';
  line(label, `${format(median).padStart(10)}  ${range}`);
}

/** Latencies of several rounds: the median of each percentile, and the longest of all. */
export function latencyLine(label: string, rounds: readonly LatencySummary[]): void {
  const median = (pick: (round: LatencySummary) => number): string =>
    whole(seriesOf(rounds.map(pick)).median).padStart(7);
  const maxUs = Math.max(...rounds.map((round) => round.maxUs));
  line(
    label,
    `p50 ${median((r) => r.p50Us)}  p90 ${median((r) => r.p90Us)}  p99 ${median((r) => r.p99Us)}  ` +
      `p99.9 ${median((r) => r.p999Us)}  max ${whole(maxUs).padStart(7)} µs`,
  );
}

/** Under what conditions the figures hold. */
export function conditions(sizes: Sizes, redisVersion: string): void {
  const cores = cpus();
  title('Conditions');
  line(
    'machine',
    `${cores.length} × ${cores[0]?.model ?? 'CPU'}, ${whole(totalmem() / GIB)} GiB, loopback, no TLS`,
  );
  line('versions', `Node ${process.versions.node}, Redis ${redisVersion} (appendfsync ${sizes.fsync})`);
  line('processes', 'one gateway, its Redis, the echo server and the load generator share the machine');
  line('load', '50 % limit orders that rest, 50 % cancels, both sides of 4 perpetuals, one portfolio');
}
