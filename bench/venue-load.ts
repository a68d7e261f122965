import { setTimeout as delay } from 'node:timers/promises';
import { checkAfterLoad, currentPosition } from './checks.js';
import type { LoadResult } from './closed-loop.js';
import { readServerCpu, type ServerCpu } from './process-cpu.js';
import type { Target } from './raw-client.js';
import { VenueSession } from './venue-session.js';

const CATCH_UP_TIMEOUT_MS = 10_000;

/** A load on a Tradewire, with what its servers spent on it and what the checks found afterwards. */
export interface VenueLoad<Load extends LoadResult> {
  readonly load: Load;
  /** Of the whole load, warm-up included; null where CPU times cannot be read. */
  readonly cpu: ServerCpu | null;
  /** Private events that were streamed meanwhile. */
  readonly events: number;
  readonly findings: readonly string[];
}

export interface LoadedVenue {
  readonly target: Target;
  readonly pid: number;
}

/** Runs a load and judges it. With `isStreamed`, one session follows all the private events that it causes. */
export async function loadVenue<Load extends LoadResult>(
  venue: LoadedVenue,
  isStreamed: boolean,
  run: (target: Target) => Promise<Load>,
): Promise<VenueLoad<Load>> {
  const before = await currentPosition(venue.target);
  const follower = isStreamed ? (await VenueSession.open(venue.target)).session : null;
  await follower?.follow(before);
  const cpuBefore = await readServerCpu(venue.pid);
  const load = await run(venue.target);
  const cpuAfter = await readServerCpu(venue.pid);
  const findings = [...(await checkAfterLoad(venue.target, before, load))];
  if (follower !== null) findings.push(...(await followerFindings(venue.target, follower)));
  follower?.close();
  const cpu = cpuBefore !== null && cpuAfter !== null ? difference(cpuBefore, cpuAfter) : null;
  return { load, cpu, events: follower?.events ?? 0, findings };
}

/** What the follower of a whole load missed, once it had the time to catch up. */
async function followerFindings(target: Target, follower: VenueSession): Promise<string[]> {
  const { seq } = await currentPosition(target);
  const deadlineMs = performance.now() + CATCH_UP_TIMEOUT_MS;
  while (follower.lastSeq < seq && performance.now() < deadlineMs) await delay(5);
  const findings: string[] = [];
  if (follower.gaps > 0) findings.push(`${follower.gaps} gaps in the streamed events`);
  if (follower.lastSeq !== seq)
    findings.push(`the stream ended at event ${follower.lastSeq} instead of ${seq}`);
  return findings;
}

function difference(before: ServerCpu, after: ServerCpu): ServerCpu {
  return { gatewayUs: after.gatewayUs - before.gatewayUs, redisUs: after.redisUs - before.redisUs };
}
