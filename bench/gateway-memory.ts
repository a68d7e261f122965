import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './raw-client.js';

const POLL_MS = 250;
const POLLS_MAX = 60;
/** So many readings in a row that lie so close together are at rest. */
const CALM_READINGS = 6;
const CALM_FRACTION = 0.002;

/** What a gateway says of itself, in bytes and in counts. */
export interface GatewayReadings {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly waitingBytes: number;
  readonly sessions: number;
}

/** Reads a gateway's metrics. */
export async function readGateway({ host, port }: Target): Promise<GatewayReadings> {
  const text = await (await fetch(`http://${host}:${port}/metrics`)).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    residentBytes: value('process_resident_memory_bytes'),
    heapUsedBytes: value('nodejs_heap_size_used_bytes'),
    waitingBytes: value('tradewire_waiting_bytes'),
    sessions: value('tradewire_sessions'),
  };
}

/** Reads them once the memory is at rest, or after 15 seconds. */
export async function readGatewayAtRest(target: Target): Promise<GatewayReadings> {
  const recent: GatewayReadings[] = [];
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    recent.push(await readGateway(target));
    const last = recent.slice(-CALM_READINGS).map(({ residentBytes }) => residentBytes);
    const isCalm = Math.max(...last) - Math.min(...last) <= CALM_FRACTION * last[0]!;
    if (last.length === CALM_READINGS && isCalm) break;
    await delay(POLL_MS);
  }
  return recent.at(-1)!;
}
