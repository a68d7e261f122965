import { beforeEach, describe, expect, test } from 'vitest';
import { valueAccount } from '../../../src/exchange/accounts/account-value.js';
import { ledger } from '../../../src/exchange/accounts/ledger.js';
import { unending } from '../../../src/exchange/accounts/membership.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { DEAF_LISTENER } from '../../../src/exchange/event.js';
import type { AccountId, Millis } from '../../../src/exchange/units.js';
import { BITCOIN, dollars, MONDAY_MORNING, result, TestVenue } from '../../support/exchange-fixture.js';

const DAY_MS = 86_400_000;
const TRIAL_ENDS_AT = (MONDAY_MORNING + 3 * DAY_MS) as Millis;
const NOBODY = 77 as AccountId;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([BITCOIN]);
  venue.quote('BTC', { oracle: 50_000, bids: [[49_999, 100]], asks: [[50_001, 100]] });
  trader = venue.open(10_000, { plan: 'BASIC', endsAt: TRIAL_ENDS_AT, isTrial: true });
});

describe('from the end of a trial on', () => {
  beforeEach(() => {
    venue.buy(trader, 'BTC', 0.01, 50_001, { clientOrderId: 'position' });
    venue.buy(trader, 'BTC', 0.01, 40_000, { clientOrderId: 'bid' });
    venue.passTimeTo(TRIAL_ENDS_AT - 1);
  });

  test('and not a millisecond earlier, an order is rejected', () => {
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000))).toBe('ACTIVE');
    venue.wait(1);
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000))).toBe('TRIAL_EXPIRED');
  });

  test('a rejected order is kept and told of like any other', () => {
    venue.wait(1);
    venue.recorder.take();
    venue.marketSell(trader, 'BTC', 0.01, { reduceOnly: true, clientOrderId: 'late' });
    expect(venue.order(trader, 'late')).toMatchObject({ status: 'REJECTED', reason: 'TRIAL_EXPIRED' });
    expect(venue.recorder.take()).toMatchObject([{ kind: 'order', reason: 'TRIAL_EXPIRED' }]);
  });

  test('nothing is changed any more', () => {
    venue.wait(1);
    expect(venue.amend(trader, 'bid', { price: 39_000 }).error).toBe('TRIAL_EXPIRED');
    expect(venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 45_000 } }).error).toBe('TRIAL_EXPIRED');
    expect(venue.setLeverage(trader, 'BTC', 5).error).toBe('TRIAL_EXPIRED');
    expect(venue.adjustMargin(trader, 'BTC', 1).error).toBe('TRIAL_EXPIRED');
    expect(venue.topUp(trader, 10_000, 1_000_000).error).toBe('TRIAL_EXPIRED');
    expect(venue.order(trader, 'bid').ticks).toBe(400_000);
    expect(venue.holding(trader, 'BTC').leverage).toBe(10);
  });

  test('orders are cancelled, what was accepted goes on, and a repeated order is answered as before', () => {
    venue.protect(trader, 'BTC', { stopLoss: { triggerPrice: 45_000 } });
    venue.wait(1);
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000, { clientOrderId: 'bid' }))).toBe('ACTIVE');
    expect(venue.setDeadman(trader, 60_000).error).toBeNull();
    expect(venue.cancel(trader, 'bid').error).toBeNull();
    venue.quote('BTC', { oracle: 44_000, bids: [[43_999, 100]], asks: [[44_001, 100]] });
    expect(venue.positionOf(trader, 'BTC')).toBe(0);
  });

  test('a subscription lets it trade again, until that ends', () => {
    venue.wait(1);
    const endsAt = (venue.now + 30 * DAY_MS) as Millis;
    expect(venue.setMembership(trader, { plan: 'PRO', endsAt, isTrial: false }).error).toBeNull();
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000))).toBe('ACTIVE');
    venue.passTimeTo(endsAt);
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000))).toBe('SUBSCRIPTION_EXPIRED');
    venue.setMembership(trader, unending('BASIC'));
    expect(result(venue.buy(trader, 'BTC', 0.01, 40_000))).toBe('ACTIVE');
  });

  test('a restored snapshot knows of it', () => {
    const restored = restoreSnapshot(encodeSnapshot(venue.exchange), DEAF_LISTENER);
    const { membership } = restored.state.account(trader)!;
    expect(membership).toEqual({ plan: 'BASIC', endsAt: TRIAL_ENDS_AT, isTrial: true });
  });
});

describe('a top-up', () => {
  test('is a deposit where there is less than the limit', () => {
    venue.deposit(trader, -9_954.5);
    expect(venue.topUp(trader, 10_000, 100).error).toBeNull();
    const { balance, deposits } = venue.account(trader);
    expect([balance, deposits]).toEqual([dollars(10_045.5), dollars(10_045.5)]);
    expect(ledger(venue.exchange.state)).toMatchObject({ total: dollars(10_045.5) });
  });

  test('is refused from the limit on, so that of two at once the second is', () => {
    venue.deposit(trader, -9_900);
    expect(venue.topUp(trader, 10_000, 100).error).toBe('BALANCE_TOO_HIGH');
    venue.deposit(trader, -0.000001);
    const command = {
      kind: 'TOP_UP',
      account: trader,
      amount: dollars(10_000),
      below: dollars(100),
    } as const;
    const batch = { incarnation: 'both', number: 1, commands: [command, command] };
    expect(venue.sendBatch(batch).map(({ error }) => error)).toEqual([null, 'BALANCE_TOO_HIGH']);
  });

  test('counts what was moved to the margin of an isolated position', () => {
    venue.setLeverage(trader, 'BTC', 1, 'ISOLATED');
    expect(result(venue.marketBuy(trader, 'BTC', 0.19))).toBe('FILLED');
    venue.adjustMargin(trader, 'BTC', 450);
    expect(venue.account(trader).balance).toBeLessThan(dollars(100));
    expect(venue.topUp(trader, 10_000, 100).error).toBe('BALANCE_TOO_HIGH');
  });

  test('is refused to who has gained on paper what is in no balance', () => {
    venue.deposit(trader, -9_000);
    venue.marketBuy(trader, 'BTC', 0.1);
    venue.deposit(trader, -920);
    venue.quote('BTC', { oracle: 50_300, bids: [[50_299, 100]], asks: [[50_301, 100]] });
    expect(venue.account(trader).balance).toBeLessThan(dollars(100));
    expect(venue.topUp(trader, 10_000, 100).error).toBe('BALANCE_TOO_HIGH');
    venue.quote('BTC', { oracle: 50_100, bids: [[50_099, 100]], asks: [[50_101, 100]] });
    expect(venue.topUp(trader, 10_000, 100).error).toBeNull();
  });

  test('is refused to who has lost on paper what is still in the balance', () => {
    venue.deposit(trader, -9_850);
    venue.setLeverage(trader, 'BTC', 40);
    venue.marketBuy(trader, 'BTC', 0.1);
    venue.quote('BTC', { oracle: 49_300, bids: [[49_299, 100]], asks: [[49_301, 100]] });
    const { equity } = valueAccount(venue.account(trader), venue.exchange.markets);
    expect(equity).toBeLessThan(dollars(100));
    expect(venue.positionOf(trader, 'BTC')).toBe(0.1);
    expect(venue.topUp(trader, 10_000, 100).error).toBe('BALANCE_TOO_HIGH');
  });

  test('of nobody, or beyond what can be counted, is refused', () => {
    expect(venue.topUp(NOBODY, 10_000, 100).error).toBe('FORBIDDEN');
    expect(venue.setMembership(NOBODY, unending('PRO')).error).toBe('FORBIDDEN');
    expect(venue.topUp(trader, Number.MAX_SAFE_INTEGER / 1e6, 1_000_000).error).toBe('INVALID_REQUEST');
  });
});
