import { beforeEach, describe, expect, test } from 'vitest';
import { unending } from '../../../src/exchange/accounts/membership.js';
import { encodeSnapshot, restoreSnapshot } from '../../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import type { Charge, Command } from '../../../src/exchange/command.js';
import { DEAF_LISTENER } from '../../../src/exchange/event.js';
import type { AccountId, InstrumentId } from '../../../src/exchange/units.js';
import { BITCOIN, TestVenue } from '../../support/exchange-fixture.js';

const NOBODY = 77 as AccountId;

let venue: TestVenue;
let trader: AccountId;

beforeEach(() => {
  venue = new TestVenue([BITCOIN]);
  venue.quote('BTC', { oracle: 50_000, bids: [[49_999, 100]], asks: [[50_001, 100]] });
  trader = venue.open(1_000_000, unending('BASIC'));
  // So that waiting less than a second stays within one.
  venue.wait(1_000 - (venue.now % 1_000));
});

function charging(requests: number, rest: Partial<Charge> = {}): Charge {
  return {
    kind: 'CHARGE',
    account: trader,
    meterId: 'key',
    requests,
    cost: 1,
    isCancel: false,
    guards: 0,
    ...rest,
  };
}

const admitted = (requests: number, rest: Partial<Charge> = {}) => venue.send(charging(requests, rest)).count;
const leverage = (value: number): Command => ({
  kind: 'SET_LEVERAGE',
  account: trader,
  instrument: 0 as InstrumentId,
  leverage: value,
  marginMode: 'CROSS',
});

describe('requests are admitted', () => {
  test('as many as fit, and the outcome tells how many', () => {
    expect(venue.send(charging(150))).toMatchObject({ error: null, count: 150 });
    expect(venue.send(charging(80))).toMatchObject({ error: 'RATE_LIMITED', count: 50 });
    expect(venue.send(charging(1))).toMatchObject({ error: 'RATE_LIMITED', count: 0 });
  });

  test('each whole or not at all', () => {
    expect(admitted(1, { cost: 180 })).toBe(1);
    expect(admitted(3, { cost: 9 })).toBe(2);
    expect(admitted(1, { cost: 3 })).toBe(0);
    expect(admitted(9)).toBe(2);
  });

  test('again when their second has left, and not a moment before', () => {
    admitted(50);
    venue.wait(10_000);
    expect(admitted(200)).toBe(150);
    venue.wait(49_999);
    expect(admitted(1)).toBe(0);
    venue.wait(1);
    expect(admitted(200)).toBe(50);
    venue.wait(60_000);
    expect(admitted(300)).toBe(200);
  });

  test('by the meter and the plan, of which the unlimited one counts nothing', () => {
    expect(admitted(300)).toBe(200);
    expect(admitted(300, { meterId: 'other' })).toBe(200);
    venue.setMembership(trader, unending('PRO'));
    expect(admitted(600)).toBe(300);
    venue.setMembership(trader, unending('UNLIMITED'));
    expect(venue.send(charging(5_000))).toMatchObject({ error: null, count: 5_000 });
    venue.setMembership(trader, unending('BASIC'));
    expect(admitted(1)).toBe(0);
  });

  test('where they cancel something, with half the limit on top', () => {
    admitted(200);
    expect(admitted(1)).toBe(0);
    expect(admitted(150, { isCancel: true })).toBe(100);
    expect(admitted(1, { isCancel: true })).toBe(0);
  });

  test('to nobody, and not for nothing', () => {
    expect(venue.send(charging(1, { account: NOBODY })).error).toBe('FORBIDDEN');
    expect(venue.send(charging(0)).error).toBe('INVALID_REQUEST');
    expect(venue.send(charging(1, { cost: 0 })).error).toBe('INVALID_REQUEST');
  });
});

describe('what a charge guards', () => {
  const errorsOf = (commands: readonly Command[]) =>
    venue.sendBatch({ incarnation: 'g', number: ++number, commands }).map(({ error }) => error);
  let number = 0;

  test('is carried out when it is admitted', () => {
    expect(errorsOf([charging(1, { guards: 1 }), leverage(5)])).toEqual([null, null]);
    expect(venue.holding(trader, 'BTC').leverage).toBe(5);
  });

  test('is refused with it and not carried out, while the rest of the batch is', () => {
    admitted(200);
    const other = charging(1, { meterId: 'other', guards: 1 });
    const commands = [charging(1, { guards: 2 }), leverage(5), leverage(6), leverage(7), other, leverage(8)];
    const limited = 'RATE_LIMITED';
    expect(errorsOf(commands)).toEqual([limited, limited, limited, null, null, null]);
    expect(venue.holding(trader, 'BTC').leverage).toBe(8);
    expect(errorsOf([charging(1, { guards: 9 }), leverage(5)])).toEqual([limited, limited]);
    expect(errorsOf([charging(1, { account: NOBODY, guards: 1 }), leverage(5)])).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
    ]);
    expect(venue.holding(trader, 'BTC').leverage).toBe(8);
  });

  test('is not charged for by a charge that is refused itself', () => {
    admitted(200);
    errorsOf([charging(1, { guards: 1 }), charging(7, { meterId: 'other' })]);
    expect(admitted(200, { meterId: 'other' })).toBe(200);
  });
});

test('a restored snapshot goes on counting, and every charge changes the hash', () => {
  const before = stateHash(venue.exchange);
  for (const meterId of ['a', 'b', 'c']) {
    admitted(70, { meterId });
    venue.wait(3_000);
  }
  admitted(20, { meterId: 'a' });
  expect(stateHash(venue.exchange)).not.toBe(before);
  const bytes = encodeSnapshot(venue.exchange);
  const restored = restoreSnapshot(bytes, DEAF_LISTENER);
  expect(Buffer.compare(encodeSnapshot(restored), bytes)).toBe(0);
  expect([...restored.state.meters].map(([name]) => name)).toEqual(['b', 'c', 'a']);
  const nowS = Math.floor(venue.now / 1_000);
  for (const [name, window] of restored.state.meters) {
    expect(window.totalAt(nowS + 54)).toBe(venue.exchange.state.meters.find(name)!.totalAt(nowS + 54));
  }
  expect(restored.state.meters.find('a')!.totalAt(nowS + 54)).toBe(20);
});

test('looking at a window changes nothing', () => {
  admitted(70);
  const before = stateHash(venue.exchange);
  venue.exchange.state.meters.find('key')!.totalAt(Math.floor(venue.now / 1_000) + 100);
  expect(stateHash(venue.exchange)).toBe(before);
});
