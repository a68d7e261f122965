import { describe, expect, test } from 'vitest';
import { BUY, SELL } from '../../../src/exchange/units.js';
import type { TradeEvent } from '../../support/event-recorder.js';
import { result, TestVenue } from '../../support/exchange-fixture.js';

function trades(venue: TestVenue): [price: number, quantity: number, side: number][] {
  const told = venue.recorder.take().filter((event): event is TradeEvent => event.kind === 'trade');
  return told.map(({ ticks, lots, side }) => [ticks / 10, lots / 1e5, side]);
}

describe('price-time priority', () => {
  test('the best price is matched first, and at one price whoever came first', () => {
    const venue = new TestVenue();
    const ann = venue.open(1_000_000);
    const ben = venue.open(1_000_000);
    const cat = venue.open(1_000_000);
    const taker = venue.open(1_000_000);
    venue.sell(ann, 'BTC', 1, 64_100);
    venue.sell(ben, 'BTC', 2, 64_000);
    venue.sell(cat, 'BTC', 3, 64_000);
    venue.recorder.take();

    expect(result(venue.buy(taker, 'BTC', 4, 64_200))).toBe('FILLED');
    expect(trades(venue)).toEqual([
      [64_000, 2, BUY],
      [64_000, 2, BUY],
    ]);
    expect(venue.positionOf(ben, 'BTC')).toBe(-2);
    expect(venue.positionOf(cat, 'BTC')).toBe(-2);
    expect(venue.queues('BTC', SELL)).toEqual([
      [64_000, [1]],
      [64_100, [1]],
    ]);
  });

  test('a trade has the price of the maker, so that a taker may do better than its limit', () => {
    const venue = new TestVenue();
    const [maker, taker] = [venue.open(1_000_000), venue.open(1_000_000)];
    venue.buy(maker, 'BTC', 1, 64_000);
    venue.recorder.take();
    const { order } = venue.sell(taker, 'BTC', 1, 63_000);
    expect(trades(venue)).toEqual([[64_000, 1, SELL]]);
    expect(order!.filledNotional / order!.filledLots).toBe(640_000);
  });

  test('what is left of a partly filled order rests at its limit, still active', () => {
    const venue = new TestVenue();
    const [maker, taker] = [venue.open(1_000_000), venue.open(1_000_000)];
    venue.sell(maker, 'BTC', 0.4, 64_000);
    const { order } = venue.buy(taker, 'BTC', 1, 64_000);
    expect([order!.status, order!.filledLots, order!.openLots]).toEqual(['ACTIVE', 40_000, 60_000]);
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [0.6]]]);
    expect(venue.queues('BTC', SELL)).toEqual([]);
  });

  test('a cancelled order leaves the queue to those behind it', () => {
    const venue = new TestVenue();
    const [ann, ben, cat] = [venue.open(1_000_000), venue.open(1_000_000), venue.open(1_000_000)];
    venue.buy(ann, 'BTC', 1, 64_000);
    const { order } = venue.buy(ben, 'BTC', 2, 64_000);
    venue.buy(cat, 'BTC', 3, 64_000);
    expect(result(venue.cancel(ben, order!.id))).toBe('CANCELED');
    expect(venue.queues('BTC', BUY)).toEqual([[64_000, [1, 3]]]);
    expect(result(venue.cancel(ben, order!.id))).toBe('ORDER_NOT_OPEN');
  });

  test('a maker and a taker each learn of the trade, in the order of their own events', () => {
    const venue = new TestVenue();
    const [maker, taker] = [venue.open(1_000_000), venue.open(1_000_000)];
    venue.sell(maker, 'BTC', 1, 64_000);
    venue.recorder.take();
    venue.buy(taker, 'BTC', 1, 64_000);
    const events = venue.recorder.take();
    const told = (account: number): string[] =>
      events.flatMap((event) => {
        if (event.kind === 'trade' || event.account !== account) return [];
        return [event.kind === 'order' ? `order ${event.status}` : event.kind];
      });
    expect(told(maker)).toEqual(['fill', 'order FILLED', 'position', 'account']);
    expect(told(taker)).toEqual(['order ACTIVE', 'fill', 'order FILLED', 'position', 'account']);
  });
});

describe('self-trade prevention', () => {
  test('the resting order is cancelled, without trade or fee, and the new one goes on', () => {
    const venue = new TestVenue();
    const [own, other] = [venue.open(1_000_000), venue.open(1_000_000)];
    const maker = venue.sell(own, 'BTC', 1, 64_000).order!;
    venue.sell(other, 'BTC', 1, 64_010);
    venue.recorder.take();

    expect(result(venue.buy(own, 'BTC', 1, 64_010))).toBe('FILLED');
    expect([maker.status, maker.reason, maker.filledLots]).toEqual(['CANCELED', 'SELF_TRADE', 0]);
    expect(trades(venue)).toEqual([[64_010, 1, BUY]]);
  });

  test('an order that meets only its own portfolio rests, or finds no liquidity', () => {
    const venue = new TestVenue();
    const own = venue.open(1_000_000);
    venue.quote('BTC', { oracle: 64_000 });
    venue.sell(own, 'BTC', 1, 64_000);
    expect(result(venue.marketBuy(own, 'BTC', 1))).toBe('NO_LIQUIDITY');
    expect(result(venue.buy(own, 'BTC', 1, 64_000, { timeInForce: 'IOC' }))).toBe('WOULD_NOT_FILL');
    expect(venue.queues('BTC', SELL)).toEqual([[64_000, [1]]]);
    expect(result(venue.buy(own, 'BTC', 1, 64_000))).toBe('ACTIVE');
    expect(venue.queues('BTC', SELL)).toEqual([]);
    expect(trades(venue)).toEqual([]);
  });
});
