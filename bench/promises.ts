import { seriesOf } from './series.js';

/** What each of 10,000 idle connections may cost the process. */
export const IDLE_BYTES_MAX = 20_000;
/** What only one process of a venue does goes on in another one within so long after its death. */
export const ROLE_MOVES_WITHIN_MS = 5_000;

/** Fewer rounds tell nothing of how far they lie apart. */
const ROUNDS_MIN = 5;
/** Where rounds alone lie apart by more than they are long, a difference means nothing. */
const NOISE_MAX = 1;
/** One turn of the frames of others, for which whoever comes then waits: src/gateway/transports/frame-turns.ts. */
const FLOOR_US = 2_000;

/** How a promise fared in a bench. The last two say that it was not judged: too few rounds, or rounds too far apart. */
export type Verdict = 'KEPT' | 'BROKEN' | 'TOO FEW ROUNDS TO JUDGE' | 'TOO NOISY TO JUDGE';

/** With what code a bench ends in which something fared so; one that is broken outdoes one that is too noisy. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  KEPT: 0,
  BROKEN: 1,
  'TOO FEW ROUNDS TO JUDGE': 0,
  'TOO NOISY TO JUDGE': 2,
};

/** What must not be more than it was promised to be. */
export function verdictOnMost(value: number, most: number): Verdict {
  return value <= most ? 'KEPT' : 'BROKEN';
}

/** Whether latencies beside others, one a round, stay within the noise of those alone. */
export function verdictBeside(aloneUs: readonly number[], besideUs: readonly number[]): Verdict {
  if (Math.min(aloneUs.length, besideUs.length) < ROUNDS_MIN) return 'TOO FEW ROUNDS TO JUDGE';
  const alone = seriesOf(aloneUs);
  const noiseUs = alone.noise * alone.median;
  if (alone.noise > NOISE_MAX && noiseUs > FLOOR_US) return 'TOO NOISY TO JUDGE';
  return verdictOnMost(seriesOf(besideUs).median - alone.median, Math.max(FLOOR_US, noiseUs));
}
