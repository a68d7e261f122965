import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { Millis } from '../../src/exchange/units.js';
import { standingHeaders } from '../../src/gateway/rate-limit-text.js';
import { RequestLimits } from '../../src/gateway/request-limits.js';
import { RequestWindow, WINDOW_S } from '../../src/gateway/request-window.js';
import { RequestWindows } from '../../src/gateway/request-windows.js';

const LIMIT = 200;
const KEY = { meterId: 'key', portfolioId: 'limited' };

let nowMs: number;
let limits: RequestLimits;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  limits = new RequestLimits({
    limitOf: (portfolioId) => (portfolioId === 'unlimited' ? null : LIMIT),
    now: () => nowMs as Millis,
    publicRequestsMax: 100,
    unauthenticatedRequestsMax: 50,
  });
});

function exhaust(): void {
  for (let count = 0; count < LIMIT; count++) expect(limits.charge(KEY, 1).isRefused).toBe(false);
}

test('the first request beyond the limit is refused as the seed shows it', () => {
  exhaust();
  expect(limits.charge(KEY, 1)).toEqual({ limit: 200, remaining: 0, resetTime: 60, isRefused: true });
});

test('each second leaves after 60, and what is refused does not count', () => {
  limits.charge(KEY, 150);
  nowMs += 10_000;
  expect(limits.charge(KEY, 50)).toEqual({ limit: 200, remaining: 0, resetTime: 50, isRefused: false });
  for (let count = 0; count < 1_000; count++) limits.charge(KEY, 1);
  expect(limits.charge(KEY, 151)).toMatchObject({ isRefused: true, resetTime: 60 });
  nowMs += 49_999;
  expect(limits.charge(KEY, 1)).toMatchObject({ isRefused: true, resetTime: 1 });
  nowMs += 1;
  expect(limits.charge(KEY, 150)).toMatchObject({ isRefused: false, remaining: 0, resetTime: 10 });
});

test('a refused request passes when its time has come, and not a second before', () => {
  const steps = fc.array(fc.record({ waitS: fc.nat(20), cost: fc.integer({ min: 1, max: 80 }) }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const window = new RequestWindow(1_000);
      const charged: { at: number; cost: number }[] = [];
      let nowS = 1_000;
      for (const { waitS, cost } of all) {
        nowS += waitS;
        const counted = (at: number) =>
          charged.filter((past) => past.at > at - WINDOW_S).reduce((sum, past) => sum + past.cost, 0);
        const fits = counted(nowS) + cost <= LIMIT;
        expect(window.charge(nowS, cost, LIMIT)).toBe(fits);
        if (fits) charged.push({ at: nowS, cost });
        else {
          const passesAt = nowS + window.secondsUntilFit(cost, LIMIT);
          expect(counted(passesAt) + cost).toBeLessThanOrEqual(LIMIT);
          expect(counted(passesAt - 1) + cost).toBeGreaterThan(LIMIT);
        }
      }
    }),
  );
});

test('cancels have half the limit on top, and what they take the others lack', () => {
  exhaust();
  for (let count = 0; count < LIMIT / 2; count++) expect(limits.chargeCancel(KEY).isRefused).toBe(false);
  expect(limits.chargeCancel(KEY)).toMatchObject({ isRefused: true, limit: 200, remaining: 0 });
  nowMs += 60_000;
  for (let count = 0; count < LIMIT; count++) limits.chargeCancel(KEY);
  expect(limits.charge(KEY, 1).isRefused).toBe(true);
});

test('keys and addresses are counted each for itself, and the unlimited not at all', () => {
  exhaust();
  expect(limits.charge({ ...KEY, meterId: 'other' }, 1)).toMatchObject({ isRefused: false, remaining: 199 });
  const unlimited = { meterId: 'key', portfolioId: 'unlimited' };
  expect(limits.charge(unlimited, 1_000)).toEqual({
    limit: null,
    remaining: null,
    resetTime: null,
    isRefused: false,
  });
  for (let count = 0; count < 100; count++) expect(limits.chargePublic('1.2.3.4').isRefused).toBe(false);
  expect(limits.chargePublic('1.2.3.4').isRefused).toBe(true);
  expect(limits.chargePublic('1.2.3.5').isRefused).toBe(false);
  expect(limits.chargeUnauthenticated('1.2.3.4')).toMatchObject({
    isRefused: false,
    limit: 50,
    remaining: 49,
  });
});

test('to look at a standing costs nothing', () => {
  expect(limits.standingOf(KEY)).toMatchObject({ remaining: 200, resetTime: 0 });
  limits.charge(KEY, 3);
  nowMs += 7_000;
  for (let count = 0; count < 2; count++) {
    expect(limits.standingOf(KEY)).toMatchObject({ remaining: 197, resetTime: 53 });
  }
});

test('the sandbox may move the clock far on, and a rebuilt exchange may set it back', () => {
  exhaust();
  nowMs += 10 * 365 * 24 * 60 * 60 * 1_000;
  exhaust();
  nowMs -= 1_000;
  expect(limits.charge(KEY, 1).isRefused).toBe(true);
  nowMs -= 3_600_000;
  exhaust();
});

test('who is silent is forgotten, and a crowd does not fill the memory', () => {
  const windows = new RequestWindows();
  for (let caller = 0; caller < 60_000; caller++) windows.of(`10.0.0.${caller}`, 1_000).charge(1_000, 1, 100);
  expect(windows.size).toBe(50_000);
  expect(windows.find('10.0.0.0')).toBeUndefined();
  windows.of('10.1.1.1', 1_060);
  expect(windows.size).toBe(1);
});

test('the headers tell seconds from now, or of the epoch', () => {
  exhaust();
  const refused = limits.charge(KEY, 1);
  expect(standingHeaders(refused)).toEqual({
    'x-ratelimit-limit': '200',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '60',
    'retry-after': '60',
  });
  expect(standingHeaders(refused, limits.nowS)['x-ratelimit-reset']).toBe('1700000060');
});
