import { readdir, readFile } from 'node:fs/promises';

/** CPU time since their start, of the servers among a process and its descendants. */
export interface ServerCpu {
  /** The gateways: everything that is no Redis. */
  readonly gatewayUs: number;
  readonly redisUs: number;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly cpuUs: number;
}

/** Linux counts CPU time in hundredths of a second on all its platforms that Node runs on. */
const TICK_US = 10_000;

/** Reads the CPU time from `/proc`; null where there is none. */
export async function readServerCpu(rootPid: number): Promise<ServerCpu | null> {
  const all = await readStats();
  if (all === null) return null;
  const family = new Set([rootPid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const members = all.filter(({ pid }) => family.has(pid));
  const sum = (isRedis: boolean): number =>
    members
      .filter(({ name }) => /redis|valkey/.test(name) === isRedis)
      .reduce((total, { cpuUs }) => total + cpuUs, 0);
  return { gatewayUs: sum(false), redisUs: sum(true) };
}

async function readStats(): Promise<ProcessStat[] | null> {
  const entries = await readdir('/proc').catch(() => null);
  if (entries === null) return null;
  const pids = entries.filter((entry) => /^\d+$/.test(entry));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)));
  return stats.filter((stat) => stat !== null).map(parseStat);
}

/** The name stands in parentheses and may hold anything, so the fields are counted from the last one on. */
function parseStat(stat: string): ProcessStat {
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    cpuUs: (Number(fields[11]) + Number(fields[12])) * TICK_US,
  };
}
