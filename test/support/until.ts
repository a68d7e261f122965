import { setTimeout as delay } from 'node:timers/promises';

/** Longer than anything takes, so that a condition fails on a loaded machine only where it never comes true. */
const LIMIT_MS = 45_000;
const POLL_MS = 5;

/** Waits for a condition, and fails by name when it does not come true. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await delay(POLL_MS);
  }
}
