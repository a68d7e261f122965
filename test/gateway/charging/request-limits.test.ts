import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Membership, unending } from '../../../src/exchange/accounts/membership.js';
import type { Outcome } from '../../../src/exchange/outcome.js';
import type { Micros } from '../../../src/exchange/units.js';
import { Feeds } from '../../../src/gateway/channels/feeds.js';
import type { Meter, PayingMeter } from '../../../src/gateway/charging/meter.js';
import { RequestLimits } from '../../../src/gateway/charging/request-limits.js';
import type { RequestStanding } from '../../../src/gateway/charging/request-standing.js';
import { Venue } from '../../../src/gateway/venue.js';
import { MemoryJournal } from '../../../src/journal/memory-journal.js';
import { MemorySnapshotStore } from '../../../src/journal/memory-snapshot-store.js';
import { TestGateway } from '../../journal/gateway.js';
import { cancel, OPENING, place } from '../../journal/orders.js';
import { newVenueName, type Stores } from '../../journal/stores.js';
import { DEFAULT_LIMITS } from '../../support/limits.js';
import { until } from '../../support/until.js';

const LIMIT = 200;
const PORTFOLIO = '00000000-0000-4000-8000-000000000002';

/** One of several gateways over one journal, and what it makes of requests. */
class Place {
  readonly venue: Venue;
  readonly limits: RequestLimits;

  constructor(readonly gateway: TestGateway) {
    const feeds = new Feeds({ ...DEFAULT_LIMITS, bookIntervalMs: 0 });
    this.venue = new Venue(gateway.replica, gateway.queue, feeds);
    this.limits = new RequestLimits(this.venue);
  }

  meter(meterId = 'key', portfolioId = PORTFOLIO): PayingMeter {
    return { meterId, payer: this.venue.exchange.findPortfolio(portfolioId)! };
  }

  /** A request that needs no command. */
  read(cost = 1, isCancel = false, meter: Meter = this.meter()): Promise<RequestStanding> {
    return new Promise((resolve) => this.limits.charge(meter, cost, isCancel, resolve));
  }

  /** An order, or a cancel of one, as sent behind its charge; whether it was admitted, and what became of it. */
  order(name: string, isCancel = false): Promise<RequestStanding | Outcome> {
    const meter = this.meter();
    return new Promise((resolve) => {
      const refusal = this.limits.refusalOf(meter, 1, isCancel);
      if (refusal !== null) return resolve(refusal);
      const command = isCancel ? cancel(name) : place(name);
      const desk = this.limits.guard(meter, 1, isCancel, resolve);
      desk.submit(command, resolve);
      desk.send();
    });
  }
}

let stores: Stores;
let one: Place;
let two: Place;

beforeEach(async () => {
  // Time stands still but for what a test says: how long the tests take is not what they are about.
  vi.useFakeTimers({ toFake: ['Date'] });
  const journal = new MemoryJournal();
  const snapshots = new MemorySnapshotStore(journal);
  stores = { venue: newVenueName(), journal, snapshots, close: () => journal.close() };
  one = new Place(new TestGateway(stores));
  await one.gateway.ready();
  two = new Place(new TestGateway(stores));
  await two.gateway.ready();
  await one.gateway.submitAll(OPENING);
  await open(PORTFOLIO, unending('BASIC'));
});

afterEach(async () => {
  two.gateway.replica.stop();
  await one.gateway.stop();
  await two.gateway.ended;
  vi.useRealTimers();
});

async function open(portfolioId: string, membership: Membership): Promise<void> {
  const deposit = 1_000_000_000 as Micros;
  await one.gateway.submit({ kind: 'OPEN_ACCOUNT', portfolioId, deposit, membership });
  await caughtUp();
}

async function caughtUp(): Promise<void> {
  await until('both stand at the same entry', () => {
    return one.gateway.replica.entryId === two.gateway.replica.entryId;
  });
}

const advance = (advanceMs: number) => one.gateway.submit({ kind: 'ADVANCE_CLOCK', advanceMs });
const isAdmitted = (answer: RequestStanding | Outcome) => !('isRefused' in answer && answer.isRefused);

async function admittedOf(answers: readonly Promise<RequestStanding | Outcome>[]): Promise<number> {
  return (await Promise.all(answers)).filter(isAdmitted).length;
}

test('two gateways admit together exactly the limit, of orders and of what needs no command', async () => {
  const both = [one, two] as const;
  const reads: Promise<RequestStanding>[] = [];
  const orders: Promise<RequestStanding | Outcome>[] = [];
  for (let index = 0; index < 2 * LIMIT; index++) {
    const place = both[index % 2]!;
    if (index % 3 === 0) reads.push(place.read());
    else orders.push(place.order(`order ${index}`));
  }
  const placed = await admittedOf(orders);
  expect(placed).toBeGreaterThan(0);
  expect(placed + (await admittedOf(reads))).toBe(LIMIT);
  await caughtUp();
  expect(one.gateway.openOrders()).toHaveLength(placed);
  expect(two.gateway.openOrders()).toEqual(one.gateway.openOrders());
  for (const place of both) {
    expect(place.limits.standingOf(place.meter())).toMatchObject({ limit: LIMIT, remaining: 0 });
    expect(isAdmitted(await place.read())).toBe(false);
    expect(isAdmitted(await place.order('late'))).toBe(false);
  }
  expect(one.limits.standingOf(one.meter())).toEqual(two.limits.standingOf(two.meter()));
  await advance(60_000);
  await caughtUp();
  expect(await admittedOf([one.read(), two.order('in time')])).toBe(2);
});

test('what is asked within one turn is one command, and a flood makes none', async () => {
  const before = one.gateway.replica.commandsApplied;
  const asked = Array.from({ length: 5 * LIMIT }, () => one.read());
  expect(await admittedOf(asked)).toBe(LIMIT);
  expect(await admittedOf([one.order('flood'), one.read(50)])).toBe(0);
  expect(one.gateway.replica.commandsApplied).toBe(before + 1);
});

test('a refusal is what it takes to go on, also while what was admitted is under way', async () => {
  const asked = Array.from({ length: LIMIT + 1 }, () => one.read());
  expect(await asked[LIMIT]).toEqual({ limit: LIMIT, remaining: 0, resetTime: 60, isRefused: true });
  expect(await asked[0]).toMatchObject({ limit: LIMIT, remaining: 0, isRefused: false });
  await advance(10_000);
  expect(await one.read()).toMatchObject({ remaining: 0, resetTime: 50, isRefused: true });
});

test('a batch is admitted as a whole or not at all', async () => {
  expect(isAdmitted(await one.read(180))).toBe(true);
  expect(isAdmitted(await one.read(30))).toBe(false);
  expect(await one.read(20)).toMatchObject({ remaining: 0, isRefused: false });
});

test('a limited client gets out at either gateway, with half the limit on top', async () => {
  await Promise.all(Array.from({ length: LIMIT }, (_, index) => one.order(`order ${index}`)));
  await caughtUp();
  expect(one.gateway.openOrders()).toHaveLength(LIMIT);
  const out = Array.from({ length: LIMIT / 2 }, (_, index) =>
    (index % 2 === 0 ? one : two).order(`order ${index}`, true),
  );
  expect(await admittedOf(out)).toBe(LIMIT / 2);
  await caughtUp();
  expect(one.gateway.openOrders()).toHaveLength(LIMIT / 2);
  expect(await admittedOf([one.order('order 150', true), two.read(1, true)])).toBe(0);
});

test('what is answered at once counts, and is turned away where it is too much', async () => {
  const answer = () => one.limits.charge(one.meter(), 1, false, null);
  answer();
  expect(one.limits.standingOf(one.meter())).toMatchObject({ remaining: LIMIT - 1, resetTime: 60 });
  await until('the other gateway knows', () => two.limits.standingOf(two.meter()).remaining === LIMIT - 1);
  for (let count = 0; count < LIMIT + 10; count++) answer();
  expect(one.limits.refusalOf(one.meter(), 1, false)).toMatchObject({ remaining: 0, isRefused: true });
  await until('the other gateway knows', () => two.limits.standingOf(two.meter()).remaining === 0);
});

test('the commands of one request go behind one charge, in one trip', async () => {
  const { replica } = one.gateway;
  const before = { commands: replica.commandsApplied, position: replica.exchange.position };
  const desk = one.limits.guard(one.meter(), 2, false, () => expect.unreachable('it has a chance'));
  expect(desk.isEmpty).toBe(true);
  const submitted = ['one', 'two'].map(
    (name) => new Promise<Outcome>((resolve) => desk.submit(place(name), resolve)),
  );
  desk.send();
  const outcomes = await Promise.all(submitted);
  expect(outcomes.map(({ error }) => error)).toEqual([null, null]);
  expect(replica.commandsApplied).toBe(before.commands + 3);
  expect(replica.exchange.position).toBe(before.position + 1);
  expect(one.limits.standingOf(one.meter())).toMatchObject({ remaining: LIMIT - 2 });
  expect(() => desk.submit(place('three'), () => undefined)).toThrow('after those of its request');
});

test('the unlimited pay nothing: no command, and no waiting', async () => {
  await open('unlimited', unending('UNLIMITED'));
  const before = one.gateway.replica.commandsApplied;
  const meter = one.meter('key', 'unlimited');
  let standing: RequestStanding | null = null;
  one.limits.charge(meter, 1_000, false, (decided) => {
    standing = decided;
  });
  expect(standing).toEqual({ limit: null, remaining: null, resetTime: null, isRefused: false });
  await one.gateway.submit({ kind: 'TICK' });
  expect(one.gateway.replica.commandsApplied).toBe(before + 1);
});

test('while the journal takes nothing, each gateway goes on counting for itself', async () => {
  await one.read(150);
  await caughtUp();
  one.gateway.queue.close();
  const asked = Array.from({ length: 60 }, () => one.read());
  expect(await admittedOf(asked)).toBe(50);
  expect(await one.read()).toMatchObject({ remaining: 0, isRefused: true });
  expect(await two.read()).toMatchObject({ remaining: LIMIT - 151, isRefused: false });
  expect(await two.order('there')).toMatchObject({ error: null });
  one.gateway.queue.open();
  await advance(60_000);
  expect(await one.order('again')).toMatchObject({ error: null });
});

test('a command is as unavailable as ever, and costs nothing then', async () => {
  one.gateway.queue.close();
  expect(await one.order('away')).toMatchObject({ error: 'UNAVAILABLE' });
  expect(one.limits.standingOf(one.meter())).toMatchObject({ remaining: LIMIT });
});

test('who waits for a charge that is not read back goes on', async () => {
  one.gateway.replica.stop();
  await one.gateway.ended;
  one.gateway.queue.open();
  expect(await one.read()).toMatchObject({ isRefused: false, remaining: LIMIT - 1 });
  expect(one.gateway.queue.waiting).toBe(1);
});

test('whom the exchange does not know has the smallest plan, counted here', async () => {
  const meter = one.limits.meterOf('key of a stranger', 'unheard-of');
  expect(await admittedOf(Array.from({ length: LIMIT + 9 }, () => one.read(1, false, meter)))).toBe(LIMIT);
  expect(one.limits.standingOf(meter)).toMatchObject({ limit: LIMIT, remaining: 0 });
});
