import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started, by the kernel's table of Linux. */
export function childrenOf(pid: number): readonly number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((child) => parentOf(child) === pid);
}

/** Null for a process that has ended meanwhile. */
function parentOf(pid: number): number | null {
  try {
    // The name of the program comes before, in brackets, and may hold anything.
    const afterName = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!;
    return Number(afterName.split(' ')[1]);
  } catch {
    return null;
  }
}
