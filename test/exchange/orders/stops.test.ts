import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, BUY, type Millis, SELL } from '../../../src/exchange/units.js';
import type { OrderEvent } from '../../support/event-recorder.js';
import { type Quotes, result, TestVenue } from '../../support/exchange-fixture.js';

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  quoteAround(64_000);
  venue.quote('AAPL', { oracle: 228, bids: [[227, 100]], asks: [[229, 100]] });
});

/** The mark price is the middle: oracle, best bid and best ask lie together. */
function quoteAround(price: number): void {
  venue.quote('BTC', { oracle: price, bids: [[price - 10, 9]], asks: [[price + 10, 9]] });
}

function ordersTold(): [status: string, reason: string | null][] {
  const events = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
  return events.map(({ status, reason }) => [status, reason]);
}

describe('a stop', () => {
  test('waits among the open orders, ties up nothing, and fires at the mark price', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 65_000 });
    expect([order!.status, venue.account(trader).openCount]).toEqual(['PENDING', 1]);
    expect(venue.holding(trader, 'BTC').bidNotional).toBe(0);
    quoteAround(64_999);
    expect(order!.status).toBe('PENDING');
    venue.recorder.take();
    quoteAround(65_000);
    expect(ordersTold()).toEqual([
      ['ACTIVE', null],
      ['FILLED', null],
    ]);
    expect(venue.positionOf(trader, 'BTC')).toBe(1);
  });

  test.each([
    [BUY, 65_000, 64_999.9, 65_000],
    [SELL, 63_000, 63_000.1, 63_000],
  ])('of side %i fires at its price, not before', (side, stopPrice, before, at) => {
    const place = side === BUY ? venue.buy.bind(venue) : venue.sell.bind(venue);
    const { order } = place(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice });
    const oneSided: Quotes =
      side === BUY ? { bids: [], asks: [[66_000, 9]] } : { bids: [[62_000, 9]], asks: [] };
    venue.quote('BTC', { oracle: before, ...oneSided });
    expect(order!.status).toBe('PENDING');
    venue.quote('BTC', { oracle: at });
    expect(order!.status).toBe('FILLED');
  });

  test('whose price is reached already fires at once', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 63_000 }))).toBe('FILLED');
    expect(result(venue.sell(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 65_000 }))).toBe('FILLED');
  });

  test('of an equity looks at the last trade alone', () => {
    venue.marketBuy(trader, 'AAPL', 1);
    const { order } = venue.sell(trader, 'AAPL', 1, 0, { type: 'STOP', stopPrice: 220 });
    venue.quote('AAPL', { oracle: 200, bids: [[219, 10]], asks: [[221, 10]] });
    expect(order!.status).toBe('PENDING');
    venue.flow('AAPL', SELL, 1);
    expect([order!.status, order!.ticks]).toEqual(['FILLED', 0]);
  });

  test('of a perpetual slips at most 10 % from the mark; what is left is cancelled', () => {
    const { order } = venue.buy(trader, 'BTC', 3, 0, { type: 'STOP', stopPrice: 65_000 });
    venue.quote('BTC', {
      oracle: 65_000,
      bids: [[64_900, 9]],
      asks: [
        [71_500, 1],
        [71_500.1, 9],
      ],
    });
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'UNFILLED_REMAINDER']);
    expect([order!.filledLots, order!.ticks]).toEqual([100_000, 715_000]);
  });

  test('into an empty book is cancelled, however it is to be filled', () => {
    const stop = { type: 'STOP', stopPrice: 65_000 } as const;
    const whole = venue.buy(trader, 'BTC', 1, 0, { ...stop, timeInForce: 'FOK' }).order!;
    const part = venue.buy(trader, 'BTC', 1, 0, stop).order!;
    venue.quote('BTC', { oracle: 65_000, bids: [], asks: [] });
    expect([whole.status, whole.reason]).toEqual(['CANCELED', 'WOULD_NOT_FILL']);
    expect([part.status, part.reason]).toEqual(['CANCELED', 'UNFILLED_REMAINDER']);
  });

  test('is asked for its margin when it fires', () => {
    const poor = venue.open(1_000);
    const { order } = venue.buy(poor, 'BTC', 1, 0, { type: 'STOP', stopPrice: 65_000 });
    expect(order!.status).toBe('PENDING');
    quoteAround(65_000);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'INSUFFICIENT_MARGIN']);
  });

  test('fires in the order of the numbers, each into the book that the one before left', () => {
    const first = venue.buy(trader, 'BTC', 6, 0, { type: 'STOP', stopPrice: 65_000 }).order!;
    const second = venue.buy(trader, 'BTC', 6, 0, { type: 'STOP', stopPrice: 64_500 }).order!;
    quoteAround(65_100);
    expect([first.filledLots, second.filledLots]).toEqual([600_000, 300_000]);
  });

  test('may fire by what another one has moved', () => {
    const first = venue.buy(trader, 'BTC', 9, 0, { type: 'STOP', stopPrice: 64_100 }).order!;
    const second = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 64_105 }).order!;
    const asks = [
      [64_110, 9],
      [65_200, 9],
    ] as const;
    venue.quote('BTC', { oracle: 65_100, bids: [[64_090, 9]], asks });
    expect([first.status, second.status]).toEqual(['FILLED', 'FILLED']);
  });

  test('with a limit becomes that order, with its time in force', () => {
    const stop = { type: 'STOP_LIMIT', stopPrice: 65_000 } as const;
    const { order } = venue.buy(trader, 'BTC', 1, 64_500, stop);
    quoteAround(65_000);
    expect([order!.status, order!.ticks]).toEqual(['ACTIVE', 645_000]);
    expect(venue.queues('BTC', BUY)[1]).toEqual([64_500, [1]]);
    expect(venue.holding(trader, 'BTC').bidNotional).toBe(645_000 * 100_000);
    const immediate = venue.buy(trader, 'BTC', 1, 64_500, { ...stop, timeInForce: 'IOC' }).order!;
    expect([immediate.status, immediate.reason]).toEqual(['CANCELED', 'UNFILLED_REMAINDER']);
    const maker = venue.buy(trader, 'BTC', 1, 66_000, { ...stop, postOnly: true }).order!;
    expect([maker.status, maker.reason]).toEqual(['CANCELED', 'POST_ONLY_WOULD_CROSS']);
  });

  test('can be cancelled and amended while it waits', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 64_500, { type: 'STOP_LIMIT', stopPrice: 65_000 });
    expect(result(venue.amend(trader, order!.id, { stopPrice: 66_000, quantity: 2, price: 65_900 }))).toBe(
      'PENDING',
    );
    quoteAround(65_500);
    expect([order!.status, order!.lots, order!.ticks]).toEqual(['PENDING', 200_000, 659_000]);
    expect(result(venue.cancel(trader, order!.id))).toBe('CANCELED');
    quoteAround(66_000);
    expect(order!.status).toBe('CANCELED');
    expect(venue.account(trader).openCount).toBe(0);
  });

  test('that is amended beyond the mark fires', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 65_000 });
    expect(result(venue.amend(trader, order!.id, { stopPrice: 63_900 }))).toBe('FILLED');
  });

  test('does not let a client amend what it does not have', () => {
    const stop = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', stopPrice: 65_000 }).order!;
    expect(result(venue.amend(trader, stop.id, { price: 65_000 }))).toBe('INVALID_REQUEST');
    const trailing = venue.buy(trader, 'BTC', 1, 0, { type: 'TRAILING_STOP', trailAmount: 500 }).order!;
    expect(result(venue.amend(trader, trailing.id, { stopPrice: 65_000 }))).toBe('INVALID_REQUEST');
    const limit = venue.buy(trader, 'BTC', 1, 63_000).order!;
    expect(result(venue.amend(trader, limit.id, { stopPrice: 65_000 }))).toBe('INVALID_REQUEST');
  });

  test.each([
    ['PRICE_NOT_ON_TICK', { stopPrice: 64_000.5 }],
    ['PRICE_TOO_FAR', { stopPrice: 120_000 }],
    ['PRICE_TOO_FAR', { stopPrice: 12_000 }],
    ['REDUCE_ONLY_WOULD_INCREASE', { stopPrice: 65_000, reduceOnly: true }],
  ])('is rejected with %s', (error, options) => {
    const { order } = venue.buy(trader, 'BTC', 1, 0, { type: 'STOP', ...options });
    expect([order!.status, order!.reason]).toEqual(['REJECTED', error]);
    expect(ordersTold().at(-1)).toEqual(['REJECTED', error]);
  });

  test('is below the minimum by its own price', () => {
    const stop = { type: 'STOP', stopPrice: 65_000 } as const;
    expect(result(venue.buy(trader, 'BTC', 0.00015, 0, stop))).toBe('BELOW_MIN_NOTIONAL');
    expect(result(venue.buy(trader, 'BTC', 0.00016, 0, stop))).toBe('PENDING');
    expect(result(venue.buy(trader, 'BTC', 470, 0, stop))).toBe('ORDER_TOO_LARGE');
  });

  test('that is reduce-only shrinks with its position, and ends with it', () => {
    venue.marketBuy(trader, 'BTC', 1);
    const stop = { type: 'STOP', stopPrice: 63_000, reduceOnly: true } as const;
    const { order } = venue.sell(trader, 'BTC', 5, 0, stop);
    expect([order!.status, order!.lots]).toEqual(['PENDING', 100_000]);
    venue.marketSell(trader, 'BTC', 0.4);
    expect([order!.status, order!.lots]).toEqual(['PENDING', 60_000]);
    venue.marketSell(trader, 'BTC', 0.6);
    expect([order!.status, order!.reason]).toEqual(['CANCELED', 'REDUCE_ONLY']);
  });

  test('of the day ends with it, fired or not', () => {
    const stop = { type: 'STOP_LIMIT', stopPrice: 65_000, timeInForce: 'DAY' } as const;
    const waiting = venue.buy(trader, 'BTC', 1, 64_500, { ...stop, stopPrice: 66_000 }).order!;
    const fired = venue.buy(trader, 'BTC', 1, 64_500, stop).order!;
    quoteAround(65_000);
    expect([waiting.status, fired.status]).toEqual(['PENDING', 'ACTIVE']);
    venue.wait(6 * 3_600_000);
    expect([waiting.reason, fired.reason]).toEqual(['DAY_ENDED', 'DAY_ENDED']);
    expect(venue.account(trader).openCount).toBe(0);
  });

  test('is repeated safely, and told from another one', () => {
    const stop = { type: 'STOP', stopPrice: 65_000, clientOrderId: 'mine' } as const;
    const { order } = venue.buy(trader, 'BTC', 1, 0, stop);
    expect(venue.buy(trader, 'BTC', 1, 0, stop).order).toBe(order);
    const others = [
      { ...stop, stopPrice: 66_000 },
      { ...stop, takeProfit: { triggerPrice: 70_000 } },
      { ...stop, timeInForce: 'GTD', expiresAt: (venue.now + 60_000) as Millis },
      { ...stop, type: 'TRAILING_STOP', stopPrice: undefined, trailAmount: 500 },
    ] as const;
    for (const { stopPrice, ...other } of others) {
      const price = stopPrice === undefined ? {} : { stopPrice };
      expect(result(venue.buy(trader, 'BTC', 1, 0, { ...other, ...price }))).toBe(
        'DUPLICATE_CLIENT_ORDER_ID',
      );
    }
  });
});

describe('a trailing stop', () => {
  test('follows the best price, never back, without an event', () => {
    const { order } = venue.sell(trader, 'BTC', 1, 0, { type: 'TRAILING_STOP', trailAmount: 500 });
    venue.recorder.take();
    const stands = [64_000, 64_300, 64_100, 64_800, 64_400].map((price) => {
      quoteAround(price);
      return order!.trigger!.ticks / 10;
    });
    expect(stands).toEqual([63_500, 63_800, 63_800, 64_300, 64_300]);
    expect(ordersTold()).toEqual([]);
    quoteAround(64_300);
    expect(order!.status).toBe('FILLED');
  });

  test('above the price of a buy', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 0, { type: 'TRAILING_STOP', trailAmount: 500 });
    for (const price of [63_000, 63_400]) quoteAround(price);
    expect([order!.status, order!.trigger!.ticks]).toEqual(['PENDING', 635_000]);
    quoteAround(63_500);
    expect(order!.status).toBe('FILLED');
  });

  test('may trail by a percentage, rounded to the tick that is farther from firing', () => {
    const percent = { type: 'TRAILING_STOP', trailPercent: 1.2345 } as const;
    const sold = venue.sell(trader, 'BTC', 1, 0, percent).order!;
    const bought = venue.buy(trader, 'BTC', 1, 0, percent).order!;
    // 64,000 × 1.2345 % is 790.08.
    expect([sold.trigger!.ticks, bought.trigger!.ticks]).toEqual([632_099, 647_901]);
  });

  test('with a limit becomes a limit order', () => {
    const trailing = { type: 'TRAILING_STOP_LIMIT', trailAmount: 500 } as const;
    const { order } = venue.sell(trader, 'BTC', 1, 63_600, trailing);
    quoteAround(63_500);
    expect([order!.status, order!.ticks]).toEqual(['ACTIVE', 636_000]);
  });

  test('begins with the first price there is', () => {
    const { order } = venue.sell(trader, 'AAPL', 1, 0, { type: 'TRAILING_STOP', trailAmount: 2 });
    expect([order!.status, order!.trigger!.ticks]).toEqual(['PENDING', 0]);
    venue.marketBuy(trader, 'AAPL', 3);
    expect(order!.trigger!.ticks).toBe(22_700);
    venue.flow('AAPL', SELL, 1);
    expect(order!.status).toBe('FILLED');
  });

  test.each([{ trailAmount: 52_000 }, { trailPercent: 81 }, { trailAmount: 600_000 }])(
    'by %o is rejected as too far',
    (trail) => {
      expect(result(venue.sell(trader, 'BTC', 1, 0, { type: 'TRAILING_STOP', ...trail }))).toBe(
        'PRICE_TOO_FAR',
      );
    },
  );

  test('is one of 50 in an instrument at most', () => {
    const trailing = { type: 'TRAILING_STOP', trailAmount: 500 } as const;
    for (let count = 0; count < 50; count++) venue.sell(trader, 'BTC', 0.01, 0, trailing);
    expect(result(venue.sell(trader, 'BTC', 0.01, 0, trailing))).toBe('TOO_MANY_OPEN_ORDERS');
    expect(result(venue.sell(trader, 'BTC', 0.01, 0, { type: 'STOP', stopPrice: 63_000 }))).toBe('PENDING');
    venue.cancel(trader, venue.openOrders(trader)[0]!.id);
    expect(result(venue.sell(trader, 'BTC', 0.01, 0, trailing))).toBe('PENDING');
  });
});

describe('a GTD order', () => {
  const gtd = (lastsMs: number) =>
    ({ timeInForce: 'GTD', expiresAt: (venue.now + lastsMs) as Millis }) as const;

  test('ends at its time, not a millisecond before', () => {
    const { order } = venue.buy(trader, 'BTC', 1, 60_000, gtd(5_000));
    venue.wait(4_999);
    expect(order!.status).toBe('ACTIVE');
    venue.wait(1);
    expect([order!.status, order!.reason]).toEqual(['EXPIRED', 'TIME_ENDED']);
  });

  test('ends in the future, and within 366 days', () => {
    expect(result(venue.buy(trader, 'BTC', 1, 60_000, gtd(0)))).toBe('INVALID_REQUEST');
    expect(result(venue.buy(trader, 'BTC', 1, 60_000, gtd(366 * 86_400_000)))).toBe('ACTIVE');
    expect(result(venue.buy(trader, 'BTC', 1, 60_000, gtd(366 * 86_400_000 + 1)))).toBe('INVALID_REQUEST');
  });
});

test('an amendment that only takes quantity off is refused for neither price nor margin', () => {
  const { order } = venue.buy(trader, 'BTC', 10, 60_000);
  venue.marketBuy(trader, 'BTC', 9);
  venue.quote('BTC', { oracle: 400_000, bids: [[399_990, 9]], asks: [[400_010, 9]] });
  expect(result(venue.amend(trader, order!.id, { price: 60_010 }))).toBe('PRICE_TOO_FAR');
  venue.send({ kind: 'DEPOSIT', account: trader, amount: -3_900_000_000_000 as never });
  expect(result(venue.amend(trader, order!.id, { quantity: 9 }))).toBe('ACTIVE');
  expect(result(venue.amend(trader, order!.id, { quantity: 10 }))).toBe('PRICE_TOO_FAR');
});
