import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestWindow, WINDOW_S } from '../../../src/exchange/requests/request-window.js';
import { RequestWindows } from '../../../src/exchange/requests/request-windows.js';

const LIMIT = 200;

test('a window counts exactly what was admitted in this second and the 59 before it', () => {
  const steps = fc.array(
    fc.record({
      waitS: fc.oneof(fc.nat(20), fc.nat(200)),
      requests: fc.integer({ min: 1, max: 9 }),
      cost: fc.integer({ min: 1, max: 80 }),
      aheadS: fc.nat(70),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const window = new RequestWindow(1_000);
      const charged: { at: number; cost: number }[] = [];
      const counted = (at: number) =>
        charged.filter((past) => past.at > at - WINDOW_S).reduce((sum, past) => sum + past.cost, 0);
      let nowS = 1_000;
      for (const { waitS, requests, cost, aheadS } of all) {
        nowS += waitS;
        const fits = Math.min(requests, Math.floor((LIMIT - counted(nowS)) / cost));
        expect(window.charge(nowS, requests, cost, LIMIT)).toBe(fits);
        for (let count = 0; count < fits; count++) charged.push({ at: nowS, cost });
        expect(window.totalAt(nowS + aheadS)).toBe(counted(nowS + aheadS));
      }
    }),
  );
});

test('who is silent is forgotten, and a crowd does not fill the memory', () => {
  const windows = new RequestWindows(50_000);
  for (let caller = 0; caller < 60_000; caller++) {
    windows.of(`10.0.0.${caller}`, 1_000).charge(1_000, 1, 1, 100);
  }
  expect(windows.size).toBe(50_000);
  expect(windows.find('10.0.0.0')).toBeUndefined();
  windows.of('10.1.1.1', 1_060);
  expect(windows.size).toBe(1);
});
