import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountId, Millis } from '../../../src/exchange/units.js';
import type { OrderEvent } from '../../support/event-recorder.js';
import { MONDAY_MORNING, TestVenue } from '../../support/exchange-fixture.js';

const FOUR_PM = Date.UTC(2026, 0, 5, 21);
const day = { timeInForce: 'DAY' } as const;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue();
  trader = venue.open(1_000_000);
  venue.quote('AAPL', { oracle: 228 });
});

function passTimeTo(moment: number): void {
  venue.now = moment as Millis;
  venue.send({ kind: 'TICK' });
}

describe('a DAY order', () => {
  test('ends at 16:00 in New York, not a millisecond before', () => {
    const { order } = venue.buy(trader, 'AAPL', 1, 228, day);
    expect(venue.exchange.nextDueAt).toBe(FOUR_PM);
    passTimeTo(FOUR_PM - 1);
    expect(order!.status).toBe('ACTIVE');
    passTimeTo(FOUR_PM);
    expect([order!.status, order!.reason, order!.updatedAt]).toEqual(['EXPIRED', 'DAY_ENDED', FOUR_PM]);
    expect(venue.exchange.nextDueAt).toBeNull();
  });

  test('placed at 16:00 lasts until the next day', () => {
    venue.now = FOUR_PM as Millis;
    const { order } = venue.buy(trader, 'AAPL', 1, 228, day);
    expect(order!.expiresAt).toBe(FOUR_PM + 24 * 3_600_000);
  });

  test('ends at its own time however far the clock jumps', () => {
    const first = venue.buy(trader, 'AAPL', 1, 228, day).order!;
    venue.now = FOUR_PM as Millis;
    const second = venue.buy(trader, 'AAPL', 1, 228, day).order!;
    venue.recorder.take();
    passTimeTo(FOUR_PM + 7 * 24 * 3_600_000);
    const ended = venue.recorder.take().filter((event): event is OrderEvent => event.kind === 'order');
    expect(ended.map(({ orderId, updatedAt }) => [orderId, updatedAt])).toEqual([
      [second.id, FOUR_PM + 24 * 3_600_000],
    ]);
    expect(first.updatedAt).toBe(FOUR_PM);
  });

  test('ends when the sandbox moves the clock on', () => {
    const { order } = venue.buy(trader, 'AAPL', 1, 228, day);
    venue.send({ kind: 'ADVANCE_CLOCK', advanceMs: FOUR_PM - MONDAY_MORNING });
    expect(order!.status).toBe('EXPIRED');
    expect(venue.exchange.clockOffsetMs).toBe(FOUR_PM - MONDAY_MORNING);
  });

  test('keeps its end when it is amended, and is kept once however often that happens', () => {
    const { order } = venue.buy(trader, 'AAPL', 1, 228, day);
    for (let price = 100; price < 200; price++) venue.amend(trader, order!.id, { price });
    const { expiries } = venue.exchange.state;
    expect([expiries.first, expiries.first!.expiresAt]).toEqual([order, FOUR_PM]);
    expiries.remove(order!);
    expect(expiries.first).toBeUndefined();
  });
});

test('the clock never runs back', () => {
  passTimeTo(FOUR_PM);
  passTimeTo(FOUR_PM - 1_000);
  expect(venue.exchange.time).toBe(FOUR_PM);
});
