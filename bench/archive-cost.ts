import { setTimeout as delay } from 'node:timers/promises';
import { currentPosition } from './checks.js';
import type { LoadResult } from './closed-loop.js';
import type { LatencySummary } from './latency.js';
import { readServerCpu } from './process-cpu.js';
import { quoteMarket } from './quoted-market.js';
import type { Target } from './raw-client.js';
import type { RoleWatch } from './role-watch-redis.js';
import { alternate } from './series.js';
import { type LoadedVenue, loadVenue } from './venue-load.js';

const SECOND_MS = 1_000;
/** Longer than a lease lasts, so that whoever had it has let go. */
const LET_GO_MS = 4_000;

/** How the archive kept up with a load. */
export interface ArchiveThroughput {
  readonly ordersPerSecond: number;
  /** Private events that the load made. */
  readonly eventsPerSecond: number;
  /** Those that were archived meanwhile, as the times of their journal entries tell. */
  readonly archivedPerSecond: number;
  /** How far it was behind at the end. */
  readonly behindMs: number;
  /** How fast it archived what was left, with nothing else to do. */
  readonly caughtUpPerSecond: number;
  /** What an event of those took of the gateway's process, which did little else; null where CPU times cannot be read. */
  readonly eventCpuUs: number | null;
  readonly findings: readonly string[];
}

type Load = (target: Target) => Promise<LoadResult>;

/** Loads a venue as much as it takes, and tells how much of it was archived when. */
export async function benchArchiving(
  venue: LoadedVenue,
  watch: RoleWatch,
  run: Load,
): Promise<ArchiveThroughput> {
  const { target } = venue;
  await archivedSoFar(venue, watch);
  const before = await currentPosition(target);
  const startedAt = Date.now();
  let endedAt = 0;
  let caughtUpAt = 0;
  let archivedUntil = 0;
  let events = 0;
  let cpuUs: number | null = null;
  const { load: result, findings } = await loadVenue(venue, false, async () => {
    const loaded = await run(target);
    endedAt = Date.now();
    archivedUntil = Math.max(startedAt, await watch.archivedUntilMs());
    events = (await currentPosition(target)).seq - before.seq;
    const cpuBefore = await readServerCpu(venue.pid);
    await archivedSoFar(venue, watch);
    const cpuAfter = await readServerCpu(venue.pid);
    caughtUpAt = Date.now();
    cpuUs = cpuBefore && cpuAfter && cpuAfter.gatewayUs - cpuBefore.gatewayUs;
    return loaded;
  });
  const loadedMs = endedAt - startedAt;
  const archived = (events * (archivedUntil - startedAt)) / loadedMs;
  const perSecond = (count: number, ms: number): number => (count / ms) * SECOND_MS;
  return {
    ordersPerSecond: result.acknowledgedPerSecond,
    eventsPerSecond: perSecond(events, loadedMs),
    archivedPerSecond: perSecond(archived, loadedMs),
    behindMs: endedAt - archivedUntil,
    caughtUpPerSecond: perSecond(events - archived, caughtUpAt - endedAt),
    eventCpuUs: cpuUs === null ? null : cpuUs / (events - archived),
    findings,
  };
}

/** The latency of orders at a fixed rate while they are archived, and while nobody archives, in turn. */
export async function benchArchiveCost(
  venue: LoadedVenue,
  watch: RoleWatch,
  run: Load,
  rounds: number,
): Promise<{ readonly archived: readonly LatencySummary[]; readonly unarchived: readonly LatencySummary[] }> {
  const measure = async (): Promise<LatencySummary> => (await run(venue.target)).latency;
  const whileArchived = async (): Promise<LatencySummary> => {
    await watch.giveBack('archive');
    await archivedSoFar(venue, watch);
    return await measure();
  };
  const whileNot = async (): Promise<LatencySummary> => {
    await watch.keepAway('archive');
    await delay(LET_GO_MS);
    return await measure();
  };
  const [archived, unarchived] = await alternate(rounds, [whileArchived, whileNot]);
  await watch.giveBack('archive');
  return { archived: archived!, unarchived: unarchived! };
}

/** Waits until everything up to now is archived, and puts something behind it by which that shows. */
async function archivedSoFar({ target }: LoadedVenue, watch: RoleWatch): Promise<void> {
  const now = Date.now();
  await quoteMarket(target);
  await watch.archived(now);
}
