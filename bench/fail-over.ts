import type { GatewayFleet } from './gateway-fleet.js';
import { inTime } from './in-time.js';
import { reopened, VenueSession } from './venue-session.js';

const ORDER = {
  symbol: 'BTC',
  side: 'BUY',
  orderType: 'LIMIT',
  quantity: 0.001,
  limitPrice: 30_000,
} as const;
/** So many events are seen before the kill and after it. */
const EVENTS = 200;

/** How long a client was without what it needs, from the kill of its gateway on. */
export interface FailOver {
  /** Until the first private event at another gateway. */
  readonly eventMs: number;
  /** Until the first acknowledged order. */
  readonly orderMs: number;
  /** What is wrong with the chain of the events over both gateways; empty: nothing. */
  readonly findings: readonly string[];
}

/**
 * Follows the private events of a venue under load, kills the gateway that tells them, and goes on at once elsewhere.
 * Rejects when something that it waits for does not come.
 */
export async function failOver(fleet: GatewayFleet): Promise<FailOver> {
  const { session: before, hello } = await VenueSession.open(fleet.targets[0]!);
  await inTime('the past events', before.follow(hello));
  await inTime('events before the kill', eventsOf(before, EVENTS));
  const kill = await fleet.killerOf(before.localPort);
  const killedAtMs = performance.now();
  const sinceKillMs = () => performance.now() - killedAtMs;
  kill();
  await inTime('the end of the killed connection', before.closed);
  const { session: after, hello: secondHello } = await reopened(() => fleet.targets[0]!);
  const [eventMs, orderMs] = await Promise.all([
    inTime('the first event elsewhere', eventsOf(after, 1)).then(sinceKillMs),
    inTime('the first order elsewhere', after.request('order.place', ORDER)).then(sinceKillMs),
    inTime('the missed events', after.follow({ epoch: hello.epoch, seq: before.lastSeq })),
  ]);
  await inTime('events after the kill', eventsOf(after, EVENTS));
  const findings: string[] = [];
  const gaps = before.gaps + after.gaps;
  if (gaps > 0) findings.push(`${gaps} gaps in the events of a client that went on elsewhere`);
  if (before.events + after.events !== after.lastSeq - hello.seq)
    findings.push('events are missing or came twice');
  if (secondHello.epoch !== hello.epoch) findings.push(`the epoch changed to ${secondHello.epoch}`);
  await inTime('the cancel of the order', after.request('order.cancelAll', {}));
  after.close();
  return { eventMs, orderMs, findings };
}

/** Resolves once a session has seen so many events. */
function eventsOf(session: VenueSession, count: number): Promise<void> {
  return new Promise((resolve) => {
    session.onPrivateEvent = () => {
      if (session.events >= count) resolve();
    };
    if (session.events >= count) resolve();
  });
}
