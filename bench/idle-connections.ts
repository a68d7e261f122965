import { type GatewayReadings, readGateway, readGatewayAtRest } from './gateway-memory.js';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';

/** So many handshakes are under way at once. */
const AT_ONCE = 50;
/** So many connections come and go first, so that what is made once is not counted. */
const WARM_UP = 500;

/** After so many collections Node has forgotten the compiled code that was not used between them, too. */
const COLLECTIONS = 10;

/** What open connections that do nothing cost the process of the gateway. */
export interface IdleResult {
  readonly connections: number;
  /** Of resident memory: all that the process has. */
  readonly bytesEach: number;
  readonly heapBytesEach: number;
}

/** Hears the greeting and nothing else. */
class Idle implements RawClientListener {
  onText(): void {}
  onClose(): void {}
}

/** Opens so many authenticated connections, and tells what each costs. `collect` has the server collect its garbage. */
export async function benchIdleConnections(
  target: Target,
  connections: number,
  collect: () => Promise<void>,
): Promise<IdleResult> {
  for (const client of await openAll(target, Math.min(WARM_UP, connections))) client.close();
  const before = await readCollected(target, collect);
  const clients = await openAll(target, connections);
  const after = await readCollected(target, collect);
  for (const client of clients) client.close();
  if (after.sessions - before.sessions !== connections) throw new Error('not all connections were idle');
  const each = (pick: (readings: GatewayReadings) => number): number =>
    (pick(after) - pick(before)) / connections;
  return {
    connections,
    bytesEach: each(({ residentBytes }) => residentBytes),
    heapBytesEach: each(({ heapUsedBytes }) => heapUsedBytes),
  };
}

/** All that the process has at rest, and the heap at once after a collection: else it has the garbage of being asked. */
async function readCollected(target: Target, collect: () => Promise<void>): Promise<GatewayReadings> {
  await collect();
  const atRest = await readGatewayAtRest(target);
  for (let count = 0; count < COLLECTIONS; count++) await collect();
  const { heapUsedBytes } = await readGateway(target);
  return { ...atRest, heapUsedBytes };
}

async function openAll(target: Target, count: number): Promise<readonly RawClient[]> {
  const clients: RawClient[] = [];
  while (clients.length < count) {
    const size = Math.min(AT_ONCE, count - clients.length);
    const opening = Array.from({ length: size }, () => RawClient.open(target, new Idle()));
    clients.push(...(await Promise.all(opening)));
  }
  return clients;
}
