export function tally(files: readonly string[]): {
  passed: number;
  failed: number;
  failures: readonly string[];
  repeats: readonly string[];
};
