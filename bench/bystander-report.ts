import type { BystanderLatency } from './bystander.js';
import type { LatencySummary } from './latency.js';
import { verdictBeside } from './promises.js';
import { latencyLine, line, percent, verdictLine } from './report.js';
import { seriesOf } from './series.js';

const KINDS = ['orders', 'books'] as const;

/** What a bystander waited alone and beside others, the ratio of both and, if that is promised, whether p99 stays within noise. */
export function bystanderLines(
  alone: readonly BystanderLatency[],
  beside: readonly BystanderLatency[],
  isPromised: boolean,
): void {
  for (const kind of KINDS) {
    const [without, along] = [alone, beside].map((rounds) => rounds.map((round) => round[kind]));
    latencyLine(`${kind}, alone`, without!);
    latencyLine(`${kind}, beside them`, along!);
    const ratios = (['p50Us', 'p99Us', 'p999Us'] as const).map((figure) => ratio(without!, along!, figure));
    line('p50, p99 and p99.9 beside / alone', ratios.join('  '));
    const [aloneUs, besideUs] = [without!, along!].map((rounds) => rounds.map(({ p99Us }) => p99Us));
    if (isPromised) verdictLine('p99 beside within noise', verdictBeside(aloneUs!, besideUs!));
  }
}

function ratio(
  alone: readonly LatencySummary[],
  beside: readonly LatencySummary[],
  figure: keyof LatencySummary,
): string {
  const [without, along] = [alone, beside].map((rounds) => seriesOf(rounds.map((round) => round[figure])));
  return `${(along!.median / without!.median).toFixed(2)} (noise ${percent(without!.noise)})`;
}
