/** The results of several rounds of one variant. */
export interface Series {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** How far the rounds lie apart, as a fraction of the median: differences below it mean nothing. */
  readonly spread: number;
  /** The same of the middle half of the rounds, which does not grow with their number: one that was disturbed is not in it. */
  readonly noise: number;
}

/** Sums up at least one value. */
export function seriesOf(values: readonly number[]): Series {
  const sorted = [...values].sort((a, b) => a - b);
  const lowest = sorted[0]!;
  const highest = sorted.at(-1)!;
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  const quarter = Math.floor(sorted.length / 4);
  const middleHalf = sorted.at(-1 - quarter)! - sorted[quarter]!;
  const ofMedian = (distance: number): number => (median === 0 ? 0 : distance / median);
  return { median, lowest, highest, spread: ofMedian(highest - lowest), noise: ofMedian(middleHalf) };
}

/**
 * Runs variants in turn, A B, B A, A B …, so that a machine that gets faster or slower meanwhile does so for all
 * of them alike. Returns the results of each variant, in the order of the variants.
 */
export async function alternate<Result>(
  rounds: number,
  variants: readonly (() => Promise<Result>)[],
): Promise<Result[][]> {
  const results: Result[][] = variants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...variants.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) results[index]!.push(await variants[index]!());
  }
  return results;
}
