import { afterEach, expect, test, vi } from 'vitest';
import type { Command } from '../../src/exchange/command.js';
import type { InstrumentId, PriceMicros, Ticks } from '../../src/exchange/units.js';
import { QuotedInstrument, SyntheticSource } from '../../src/market/synthetic-source.js';
import { syntheticMarket, Venue } from './venue.js';

const running: SyntheticSource[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((source) => source.stop()));
});

/** Begins a source of the first two instruments with a turn every millisecond. */
function startSource(
  venue: Venue,
  lease: { isHeld: boolean },
  submit: (commands: readonly Command[]) => Promise<unknown>,
): SyntheticSource {
  const markets = [syntheticMarket(0, 1, 1), syntheticMarket(1, 1, 1)];
  const quoted = markets.map((market) => new QuotedInstrument(market, (id) => venue.exchange.markets[id]));
  const source = new SyntheticSource(quoted, lease, submit);
  running.push(source);
  source.start();
  return source;
}

function stepOf(venue: Venue, place: number): number {
  return venue.exchange.markets[place]!.step;
}

function instrumentOf(commands: readonly Command[]): InstrumentId {
  const [first] = commands;
  if (first?.kind !== 'QUOTE' && first?.kind !== 'FLOW') throw new Error('only quotes and flow are expected');
  return first.instrument;
}

test('it quotes every instrument, one step after the other', async () => {
  const venue = new Venue();
  startSource(venue, { isHeld: true }, async (commands) => venue.apply(commands));
  await vi.waitUntil(() => stepOf(venue, 0) >= 20 && stepOf(venue, 1) >= 20);
});

test('it submits nothing without the lease, and begins when it gets it', async () => {
  const venue = new Venue();
  const lease = { isHeld: false };
  let asked = 0;
  const watched = {
    get isHeld() {
      asked += 1;
      return lease.isHeld;
    },
  };
  startSource(venue, watched, async (commands) => venue.apply(commands));
  await vi.waitUntil(() => asked >= 20);
  expect(stepOf(venue, 0)).toBe(0);
  lease.isHeld = true;
  await vi.waitUntil(() => stepOf(venue, 0) > 0);
});

test('it waits for the answer to a turn before the next one, however late, and does not make up for the pause', async () => {
  const venue = new Venue();
  const waiting = new Map<InstrumentId, () => void>();
  const lease = { isHeld: true };
  let overlaps = 0;
  startSource(venue, lease, (commands) => {
    const instrument = instrumentOf(commands);
    if (waiting.has(instrument)) overlaps += 1;
    return new Promise<void>((resolve) => {
      waiting.set(instrument, () => {
        waiting.delete(instrument);
        venue.apply(commands);
        resolve();
      });
    });
  });
  const [stuck, moving] = [0 as InstrumentId, 1 as InstrumentId];
  for (let turn = 0; turn < 30; turn++) {
    await vi.waitUntil(() => waiting.has(moving), { interval: 1 });
    waiting.get(moving)!();
  }
  await vi.waitUntil(() => waiting.has(stuck));
  waiting.get(stuck)!();
  expect(stepOf(venue, 0)).toBe(1);
  await vi.waitUntil(() => waiting.has(stuck));
  expect(stepOf(venue, 0)).toBe(1);
  expect(overlaps).toBe(0);
  lease.isHeld = false;
  for (const answer of waiting.values()) answer();
});

test('a turn that failed is tried again from the same step', async () => {
  const venue = new Venue();
  const tried: number[] = [];
  startSource(venue, { isHeld: true }, async (commands) => {
    if (instrumentOf(commands) !== 0) return;
    const last = commands.at(-1)!;
    if (last.kind === 'QUOTE') tried.push(last.step);
    if (tried.length > 3) venue.apply(commands);
  });
  await vi.waitUntil(() => tried.length >= 6);
  expect(tried.slice(0, 6)).toEqual([1, 1, 1, 1, 2, 3]);
});

test('it leaves an instrument alone that the sandbox has taken', async () => {
  const venue = new Venue();
  const submitted = new Set<InstrumentId>();
  venue.apply([
    {
      kind: 'QUOTE',
      instrument: 0 as InstrumentId,
      oracle: 50_000_000_000 as PriceMicros,
      bids: [[499_990 as Ticks, 10 as never]],
      asks: [],
      fundingRate: null,
      step: 0,
    },
  ]);
  startSource(venue, { isHeld: true }, async (commands) => {
    submitted.add(instrumentOf(commands));
    venue.apply(commands);
  });
  await vi.waitUntil(() => stepOf(venue, 1) >= 20);
  expect([...submitted]).toEqual([1]);
});

test('two sources at once make the market that one makes', async () => {
  const [together, alone] = [new Venue(), new Venue()];
  const late: (() => void)[] = [];
  startSource(together, { isHeld: true }, async (commands) => together.apply(commands));
  startSource(together, { isHeld: true }, (commands) => {
    return new Promise<void>((resolve) => {
      late.push(() => {
        together.apply(commands);
        resolve();
      });
      if (late.length > 2) late.shift()!();
    });
  });
  await vi.waitUntil(() => stepOf(together, 0) >= 100 && stepOf(together, 1) >= 100);
  for (const settle of late) settle();
  for (const place of [0, 1]) {
    const market = syntheticMarket(place, 1, 1);
    while (stepOf(alone, place) < stepOf(together, place)) {
      const { step, oracle } = alone.exchange.markets[place]!;
      alone.apply(market.turnAfter(step, oracle));
    }
    const traded = [alone, together].map((venue) =>
      venue.trades
        .filter((trade) => trade.instrument === place)
        .map(({ ticks, lots, side }) => [ticks, lots, side]),
    );
    expect(traded[0]).toEqual(traded[1]);
    expect(alone.exchange.markets[place]!.oracle).toBe(together.exchange.markets[place]!.oracle);
  }
});

test('stop waits for what was submitted, and nothing follows', async () => {
  const venue = new Venue();
  let submitted = 0;
  const answers: (() => void)[] = [];
  const source = startSource(venue, { isHeld: true }, () => {
    submitted += 1;
    return new Promise<void>((resolve) => {
      answers.push(resolve);
    });
  });
  await vi.waitUntil(() => answers.length === 2);
  let stopped = false;
  const stop = source.stop().then(() => {
    stopped = true;
  });
  answers[0]!();
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  answers[1]!();
  await stop;
  expect(submitted).toBe(2);
});
