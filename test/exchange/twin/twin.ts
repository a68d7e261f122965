import { HOUSE } from '../../../src/exchange/accounts/account.js';
import { Exchange } from '../../../src/exchange/exchange.js';
import { predictedRate } from '../../../src/exchange/funding/funding-rate.js';
import { availableMargin } from '../../../src/exchange/margin/initial-margin.js';
import type { TradeRecord } from '../../../src/exchange/matching/trade-record.js';
import type { Order } from '../../../src/exchange/orders/order.js';
import type { Side } from '../../../src/exchange/units.js';
import { EventRecorder, type OrderEvent, type RecordedEvent } from '../../support/event-recorder.js';
import { ascending, type NaiveAccount } from './naive-account.js';
import { isOpen, openLots } from './naive-book.js';
import { countedOf } from './naive-charge.js';
import { NaiveExchange } from './naive-exchange.js';
import { predictionOf } from './naive-funding.js';
import { availableFunds } from './naive-margin.js';
import type { NaiveOutcome } from './naive-outcome.js';

import { type Entry, METERS, TERRAINS, type Terrain, Traffic } from './traffic.js';

/** Books and balances are compared in full once in so many entries, outcomes and events always. */
const FULL_COMPARISON_EVERY = 20;
const SHRINK_TRIES_MAX = 300;

export interface Difference {
  readonly entry: number;
  readonly what: string;
}

/** The exchange and its twin, side by side. */
class Pair {
  private readonly recorder = new EventRecorder();
  private readonly exchange = new Exchange(this.recorder);
  readonly twin = new NaiveExchange();
  /** How often each error code, and each way in which an order ended, was met. */
  readonly met = new Map<string, number>();
  private applied = 0;

  /** Applies an entry to both, and tells where they first differ; null when they do not. */
  apply(entry: Entry): string | null {
    this.applied += 1;
    try {
      const outcomes = outcomesOf(this.exchange, entry);
      const events = ordered(this.recorder.take());
      this.count(outcomes, events);
      return (
        compare('outcomes', outcomes, this.twin.applyBatch(entry.time, entry.batch)) ??
        compare('events', events, ordered(this.twin.takeEvents())) ??
        (this.applied % FULL_COMPARISON_EVERY === 0 ? this.compareStates() : null)
      );
    } catch (error) {
      return `thrown: ${error instanceof Error ? error.stack : error}`;
    }
  }

  /** Compares all that is kept at the end of a run: the states, and the closed orders one by one. */
  compareAll(): string | null {
    const kept = closedOrdersOf(this.exchange).map(summaryOf).sort(byId);
    const expected = this.twin.orders.filter((order) => !isOpen(order)).map(summaryOf);
    return this.compareStates() ?? compare('closed orders', kept, expected.sort(byId));
  }

  private compareStates(): string | null {
    return compare('state', stateOf(this.exchange), twinStateOf(this.twin));
  }

  private count(outcomes: readonly NaiveOutcome[], events: readonly RecordedEvent[]): void {
    for (const { error } of outcomes) if (error !== null) this.meet(error);
    for (const event of events) {
      if (event.kind === 'trade') this.meet('TRADE');
      else if (event.kind === 'funding') this.meet(event.amount < 0 ? 'FUNDING_PAID' : 'FUNDING_RECEIVED');
      else if (event.kind === 'liquidation') this.meet(event.method);
      else if (event.kind === 'order' && event.status !== 'REJECTED') this.meet(wayOf(event));
    }
  }

  private meet(name: string): void {
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
  }
}

/** How an order stands: by the reason of the exchange, where that ended it or made it. */
function wayOf({ status, reason }: OrderEvent): string {
  return reason === 'INSUFFICIENT_MARGIN' ? 'MAKER_WITHOUT_MARGIN' : (reason ?? status);
}

/** What a run came across, by which a test can tell that it was worth running. */
export interface Run {
  readonly entries: readonly Entry[];
  readonly commandCount: number;
  readonly difference: string | null;
  readonly met: ReadonlyMap<string, number>;
}

/** Draws entries and applies them to both, until they differ or there are enough. The seed decides all of it. */
/** A crowded run begins with so many resting orders of one portfolio. */
export function drawRun(
  seed: number,
  entryCount: number,
  terrains: readonly Terrain[] = TERRAINS,
  crowd = 0,
): Run {
  const traffic = new Traffic(seed, terrains);
  const pair = new Pair();
  const entries: Entry[] = [];
  let commandCount = 0;
  let difference: string | null = null;
  while (difference === null && entries.length < entryCount) {
    const isFirst = entries.length === 0;
    const isCrowd = entries.length === 1 && crowd > 0;
    const entry = isFirst ? traffic.opening() : isCrowd ? traffic.crowd(crowd) : traffic.next(pair.twin);
    entries.push(entry);
    commandCount += entry.batch.commands.length;
    difference = pair.apply(entry);
  }
  return { entries, commandCount, difference: difference ?? pair.compareAll(), met: pair.met };
}

/** The entries of a run, for tests that look at the exchange alone. */
export function drawEntries(
  seed: number,
  entryCount: number,
  terrains: readonly Terrain[] = TERRAINS,
): readonly Entry[] {
  const traffic = new Traffic(seed, terrains);
  const twin = new NaiveExchange();
  const entries: Entry[] = [];
  while (entries.length < entryCount) {
    const entry = entries.length === 0 ? traffic.opening() : traffic.next(twin);
    twin.applyBatch(entry.time, entry.batch);
    twin.takeEvents();
    entries.push(entry);
  }
  return entries;
}

/** Applies the entries to both, and tells the first difference; null when there is none. */
export function compareRun(entries: readonly Entry[]): Difference | null {
  const pair = new Pair();
  for (const [entry, each] of entries.entries()) {
    const what = pair.apply(each);
    if (what !== null) return { entry, what };
  }
  const what = pair.compareAll();
  return what === null ? null : { entry: entries.length - 1, what };
}

/** Leaves out what is not needed for a difference, in ever smaller pieces. */
export function shrink(entries: readonly Entry[]): Entry[] {
  let kept = [...entries];
  let tries = 0;
  for (let size = Math.floor(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 1; start < kept.length && tries < SHRINK_TRIES_MAX; ) {
      const candidate = [...kept.slice(0, start), ...kept.slice(start + size)];
      tries += 1;
      const difference = compareRun(candidate);
      if (difference === null) start += size;
      else kept = candidate.slice(0, difference.entry + 1);
    }
  }
  return kept;
}

function compare(name: string, actual: unknown, expected: unknown): string | null {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return null;
  return firstDifference(name, actual, expected);
}

/** Where two values first differ, by the path to it. */
function firstDifference(path: string, actual: unknown, expected: unknown): string | null {
  if (Object.is(actual, expected)) return null;
  const areObjects = typeof actual === 'object' && typeof expected === 'object';
  if (!areObjects || actual === null || expected === null) {
    return `${path}: exchange ${JSON.stringify(actual)}, twin ${JSON.stringify(expected)}`;
  }
  for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const found = firstDifference(`${path}.${key}`, Reflect.get(actual, key), Reflect.get(expected, key));
    if (found !== null) return found;
  }
  return null;
}

function outcomesOf(exchange: Exchange, { time, batch }: Entry): NaiveOutcome[] {
  const outcomes: NaiveOutcome[] = [];
  exchange.applyBatch(time, batch, (_index, { error, order, count }) => {
    outcomes.push({ error, orderId: order?.id ?? null, count });
  });
  return outcomes;
}

/** Events by the stream they belong to: the order within a stream is what clients rely on. */
function ordered(events: RecordedEvent[]): RecordedEvent[] {
  const place = (event: RecordedEvent): [stream: number, number: number] =>
    event.kind === 'trade' ? [0, event.tradeId] : [event.account, event.seq];
  return [...events].sort((one, other) => {
    const [oneStream, oneNumber] = place(one);
    const [otherStream, otherNumber] = place(other);
    return oneStream - otherStream || oneNumber - otherNumber;
  });
}

/** Everything comparable, in a form that both sides can give. */
function stateOf(exchange: Exchange): unknown {
  const { state } = exchange;
  return {
    position: state.position,
    time: state.time,
    offsetMs: state.clockOffsetMs,
    fees: state.fees,
    insurance: state.insurance,
    deposits: state.deposits,
    guards: byGateway(
      [...state.guardedGateways].flatMap(([incarnation, { sessions }]) =>
        [...sessions].map(
          ([sessionId, { account, graceMs }]): GuardRow => [incarnation, sessionId, account, graceMs],
        ),
      ),
    ),
    openOrders: [...state.openOrders.values()].map(({ id, lots, trigger }) => [
      id,
      lots,
      trigger?.ticks ?? 0,
    ]),
    closedCount: closedOrdersOf(exchange).length,
    charged: METERS.map((name) => state.meters.find(name)?.totalAt(Math.floor(state.time / 1_000)) ?? 0),
    markets: state.markets.map((market) => ({
      mark: market.mark,
      funding: predictedRate(market, state.time),
      last: market.lastTicks,
      openInterest: market.openInterest,
      books: ([1, -1] as Side[]).map((side) =>
        [...market.book.levels(side)].reverse().flatMap((level) => {
          const queue: [number, number, number][] = [];
          for (let order = level.first; order !== null; order = order.queueNext) {
            queue.push([order.id, level.ticks, order.openLots]);
          }
          return queue;
        }),
      ),
    })),
    accounts: state.accounts
      .filter((account) => account !== null)
      .map((account) => {
        return {
          id: account.id,
          seq: account.seq,
          balance: account.balance,
          feesPaid: account.feesPaid,
          fundingPaid: account.id === HOUSE ? 0 : account.fundingPaid,
          deposits: account.deposits,
          deadmanAt: account.deadmanAt,
          faults: account.faults,
          ordersUnderFaults: account.ordersUnderFaults,
          disconnectAt: account.disconnectAt,
          guarded: account.guardedSessions,
          returns: account.returns.map(({ position, lastOrderId }) => [position, lastOrderId]),
          partial: account.partialLiquidationAt,
          trades: recordOf(account.tradeRecord),
          available: account.id === HOUSE ? 0 : availableMargin(account, state.markets),
          positions: account.holdings
            .filter((holding) => holding !== null && holding.lots !== 0)
            .map((holding) => [
              holding!.instrument,
              holding!.lots,
              holding!.cost,
              holding!.leverage,
              holding!.isolatedMargin,
            ]),
        };
      }),
  };
}

type GuardRow = readonly [incarnation: string, sessionId: string, account: number, graceMs: number];

/** The order within a gateway is what counts. */
function byGateway(guards: readonly GuardRow[]): readonly GuardRow[] {
  return guards.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

function recordOf({ closed, winning, losing, best, worst, volume }: TradeRecord): unknown {
  return [closed, winning, losing, best, worst, volume.dollars, volume.micros];
}

function twinRecordOf({ trades, traded }: NaiveAccount): unknown {
  const winning = trades.filter((profit) => profit > 0n).length;
  const losing = trades.filter((profit) => profit < 0n).length;
  const sorted = ascending(...trades);
  const [worst, best] = [sorted[0] ?? 0n, sorted.at(-1) ?? 0n];
  const volume = [traded / 1_000_000n, traded % 1_000_000n];
  return [trades.length, winning, losing, ...[best, worst, ...volume].map(Number)];
}

type Summary = readonly [id: number, status: string, reason: string | null, updatedAt: number];

function summaryOf(order: {
  readonly id: number;
  readonly status: string;
  readonly reason: string | null;
  readonly updatedAt: number;
}): Summary {
  return [order.id, order.status, order.reason, order.updatedAt];
}

function byId([one]: Summary, [other]: Summary): number {
  return one - other;
}

function twinStateOf(twin: NaiveExchange): unknown {
  return {
    position: twin.position,
    time: twin.time,
    offsetMs: twin.offsetMs,
    fees: Number(twin.fees),
    insurance: Number(twin.insurance),
    deposits: Number(twin.deposits),
    guards: byGateway(
      twin.guards.guards.map((guard) => [guard.incarnation, guard.sessionId, guard.account, guard.graceMs]),
    ),
    openOrders: twin.open.map(({ id, lots, stop }) => [id, lots, stop?.ticks ?? 0]),
    closedCount: twin.orders.filter((order) => !isOpen(order)).length,
    charged: METERS.map((name) => countedOf(twin, name)),
    markets: twin.markets.map((market) => ({
      mark: Number(market.mark),
      funding: predictionOf(twin, market),
      last: market.lastTicks,
      openInterest: twin.accounts.reduce((sum, { id }) => sum + Math.max(0, twin.lotsOf(id, market.id)), 0),
      books: [1, -1].map((side) =>
        twin.book.queue(market.id, side).map((order) => [order.id, order.ticks, openLots(order)]),
      ),
    })),
    accounts: twin.accounts.map((account) => ({
      id: account.id,
      seq: account.seq,
      balance: Number(account.balance),
      feesPaid: Number(account.feesPaid),
      fundingPaid: account.id === HOUSE ? 0 : Number(account.fundingPaid),
      deposits: Number(account.deposits),
      deadmanAt: account.deadmanAt,
      faults: account.faults,
      ordersUnderFaults: account.orderCount,
      disconnectAt: account.disconnectAt,
      guarded: twin.guards.guardsOf(account.id).length,
      returns: twin.guards.returnsOf(account.id).map(({ position, lastOrderId }) => [position, lastOrderId]),
      partial: account.partlyLiquidatedAt,
      trades: twinRecordOf(account),
      available: account.id === HOUSE ? 0 : Number(availableFunds(twin, account.id)),
      positions: twin.markets.flatMap(({ id }) => {
        const position = account.positions.get(id);
        if (position === undefined || position.lots === 0n) return [];
        return [
          [id, Number(position.lots), Number(position.cost), position.leverage, Number(position.margin)],
        ];
      }),
    })),
  };
}

/** The closed orders of all accounts that the exchange keeps. */
function closedOrdersOf({ state }: Exchange): Order[] {
  return state.accounts.flatMap((account) => (account === null ? [] : [...state.closedOrdersOf(account)]));
}
