import type { BystanderLatency } from './bystander.js';
import type { LatencySummary } from './latency.js';
import { latencyLine, line, percent } from './report.js';
import { seriesOf } from './series.js';

const KINDS = ['orders', 'books'] as const;

/** What a bystander waited alone and beside others, and the ratio of both. */
export function bystanderLines(
  alone: readonly BystanderLatency[],
  beside: readonly BystanderLatency[],
): void {
  for (const kind of KINDS) {
    const [without, along] = [alone, beside].map((rounds) => rounds.map((round) => round[kind]));
    latencyLine(`${kind}, alone`, without!);
    latencyLine(`${kind}, beside them`, along!);
    const ratios = (['p50Us', 'p99Us', 'p999Us'] as const).map((figure) => ratio(without!, along!, figure));
    line('p50, p99 and p99.9 beside / alone', ratios.join('  '));
  }
}

function ratio(
  alone: readonly LatencySummary[],
  beside: readonly LatencySummary[],
  figure: keyof LatencySummary,
): string {
  const [without, along] = [alone, beside].map((rounds) => seriesOf(rounds.map((round) => round[figure])));
  return `${(along!.median / without!.median).toFixed(2)} (noise ${percent(without!.spread)})`;
}
