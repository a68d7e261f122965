/** Longer than anything takes that is measured here. */
const PATIENCE_MS = 30_000;

/** The same as `promise`; rejects with what it waited for when that does not come, so that no bench hangs on a fault. */
export async function inTime<Result>(
  what: string,
  promise: Promise<Result>,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patienceMs);
  });
  return await Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}
