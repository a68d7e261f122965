import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInstrumentFile } from '../../src/market/instrument-file.js';
import { ceilToGrid, floorToGrid, gridStep } from '../../src/market/price-grid.js';

const file = await readInstrumentFile('config/instruments.json');
if (!file.valid) throw new Error(file.problems.join('\n'));
const instruments = file.listings.map(({ instrument }) => instrument);
const bitcoin = instruments[0]!;

test('the documented examples of the tick rule', () => {
  const oneDecimalLot = { ...bitcoin, priceDecimals: 5, quantityDecimals: 1 };
  const noLotDecimals = { ...bitcoin, priceDecimals: 6, quantityDecimals: 0 };
  expect(floorToGrid(noLotDecimals, 1234_500000)).toBe(1234_500000);
  expect(floorToGrid(noLotDecimals, 1234_560000)).toBe(1234_500000);
  expect(floorToGrid(noLotDecimals, 1234)).toBe(1234);
  expect(floorToGrid(bitcoin, 1234560)).toBe(1234560);
  expect(floorToGrid(bitcoin, 123456)).toBe(123450);
  expect(ceilToGrid(bitcoin, 123456)).toBe(123460);
  expect(floorToGrid(oneDecimalLot, 1234)).toBe(1234);
});

test('what is not on the grid goes to its neighbours, what is on it stays', () => {
  const anyTicks = fc.double({ min: 1, max: 9e9, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...instruments), anyTicks, (instrument, ticks) => {
      const below = floorToGrid(instrument, ticks);
      const above = ceilToGrid(instrument, ticks);
      expect(below).toBeLessThanOrEqual(ticks);
      expect(above).toBeGreaterThanOrEqual(ticks);
      expect(above - below).toBeLessThanOrEqual(gridStep(instrument, ticks));
      for (const price of [below, above]) {
        const figures = `${price}`.replace(/0+$/, '').length;
        const isWholeDollar = price % 10 ** instrument.priceDecimals === 0;
        const isAllowed = instrument.significantFigures === 0 || isWholeDollar || figures <= 5;
        expect(isAllowed, `${instrument.symbol} at ${price}`).toBe(true);
        expect(floorToGrid(instrument, price)).toBe(price);
        expect(ceilToGrid(instrument, price)).toBe(price);
      }
    }),
  );
});
