import { beforeEach, describe, expect, test } from 'vitest';
import type { QuoteLevel } from '../../src/exchange/command.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  SELL,
  type Ticks,
} from '../../src/exchange/units.js';
import { result, TestVenue } from '../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
});

describe('house quotes', () => {
  test('replace the house’s levels by exactly the new ones; a side left out stays', () => {
    venue.quote('BTC', { bids: [[63_990, 1]], asks: [[64_010, 1]] });
    venue.quote('BTC', { bids: [[63_980, 2]] });
    expect(venue.queues('BTC', BUY)).toEqual([[63_980, [2]]]);
    expect(venue.queues('BTC', SELL)).toEqual([[64_010, [1]]]);
    venue.quote('BTC', { asks: [] });
    expect(venue.queues('BTC', SELL)).toEqual([]);
  });

  test.each([
    ['the same', 2, [2, 1]],
    ['less', 1.5, [1.5, 1]],
    ['more', 3, [1, 3]],
  ])('quoted again with %s, a level keeps its place only when it does not grow', (_what, quantity, queue) => {
    venue.quote('BTC', { oracle: 64_000, bids: [[63_990, 2]] });
    venue.buy(trader, 'BTC', 1, 63_990);
    venue.quote('BTC', { bids: [[63_990, quantity]] });
    expect(venue.queues('BTC', BUY)).toEqual([[63_990, queue]]);
  });

  test('a level that was traded into is filled up behind the users', () => {
    venue.quote('BTC', { oracle: 64_000, bids: [[63_990, 2]] });
    venue.buy(trader, 'BTC', 1, 63_990);
    venue.flow('BTC', SELL, 0.5);
    venue.quote('BTC', { bids: [[63_990, 2]] });
    expect(venue.queues('BTC', BUY)).toEqual([[63_990, [1, 2]]]);
  });

  test('that cross users’ orders trade with them, and rest with what is left', () => {
    venue.quote('BTC', { oracle: 64_000 });
    const { order } = venue.sell(trader, 'BTC', 1, 64_000);
    venue.quote('BTC', { bids: [[64_010, 3]] });
    expect(order!.status).toBe('FILLED');
    expect(venue.queues('BTC', BUY)).toEqual([[64_010, [2]]]);
    expect(venue.market('BTC').lastTicks).toBe(640_000);
  });

  const [one, two] = [64_000 as Ticks, 64_010 as Ticks];
  const lots = 1 as Lots;
  test.each<[string, QuoteLevel[], QuoteLevel[]]>([
    ['cross themselves', [[two, lots]], [[one, lots]]],
    [
      'repeat a price',
      [],
      [
        [one, lots],
        [one, lots],
      ],
    ],
    [
      'are not best first',
      [
        [one, lots],
        [two, lots],
      ],
      [],
    ],
    ['have no price', [[0 as Ticks, lots]], []],
    ['have no quantity', [[one, 0 as Lots]], []],
  ])('that %s are refused', (_what, bids, asks) => {
    const instrument = venue.market('BTC').id;
    const quote = {
      kind: 'QUOTE',
      instrument,
      oracle: null,
      bids,
      asks,
      fundingRate: null,
      step: 0,
    } as const;
    expect(result(venue.send(quote))).toBe('INVALID_REQUEST');
    expect(venue.queues('BTC', BUY)).toEqual([]);
  });
});

describe('flow', () => {
  test('takes users’ and the house’s orders alike, in their order', () => {
    venue.quote('BTC', { oracle: 64_000, asks: [[64_010, 1]] });
    const { order } = venue.sell(trader, 'BTC', 1, 64_010);
    expect(result(venue.flow('BTC', BUY, 1.5))).toBeNull();
    expect(order!.filledLots).toBe(50_000);
    expect(result(venue.flow('BTC', BUY, 1))).toBeNull();
    expect(result(venue.flow('BTC', BUY, 1))).toBe('NO_LIQUIDITY');
  });
});

describe('steps of a source', () => {
  const instrument = 0 as InstrumentId;
  const quote = (step: number, price: number): string | null => {
    const asks: QuoteLevel[] = [[(price * 10) as Ticks, 100_000 as Lots]];
    return result(
      venue.send({ kind: 'QUOTE', instrument, oracle: null, bids: null, asks, fundingRate: null, step }),
    );
  };
  const flow = (step: number): string | null =>
    result(venue.send({ kind: 'FLOW', instrument, side: BUY, lots: 10_000 as Lots, step }));

  test('a step that was applied, or lies behind, is ignored: two sources do no harm', () => {
    quote(2, 64_000);
    quote(2, 65_000);
    quote(1, 66_000);
    expect(venue.queues('BTC', SELL)).toEqual([[64_000, [1]]]);
  });

  test('flow belongs to the step that comes next, before its quotes', () => {
    quote(1, 64_000);
    flow(1);
    flow(3);
    expect(venue.queues('BTC', SELL)).toEqual([[64_000, [1]]]);
    flow(2);
    flow(2);
    expect(venue.queues('BTC', SELL)).toEqual([[64_000, [0.8]]]);
  });

  test('the sandbox ends the quoting of a source', () => {
    quote(1, 64_000);
    venue.quote('BTC', { asks: [[65_000, 1]] });
    quote(2, 66_000);
    flow(2);
    expect(venue.queues('BTC', SELL)).toEqual([[65_000, [1]]]);
  });
});
