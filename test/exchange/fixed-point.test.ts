import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feeOf } from '../../src/exchange/accounts/settlement.js';
import { valueAt } from '../../src/exchange/accounts/valuation.js';
import {
  divideRounded,
  formatDecimal,
  multiplyDivide,
  parseDecimal,
} from '../../src/exchange/fixed-point.js';
import type { Lots, Micros, Ppm, PriceMicros } from '../../src/exchange/units.js';
import { roundedQuotient } from './twin/naive-account.js';

const MAX = Number.MAX_SAFE_INTEGER;
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(MAX, -MAX, 0),
);
const divisor = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: MAX }));
const decimals = fc.nat(9);

function exact(dividend: bigint, by: number): number {
  return Number(roundedQuotient(dividend, BigInt(by)));
}

describe('rounding to the nearest, halves away from zero', () => {
  test.each([
    [5, 2, 3],
    [-5, 2, -3],
    [4, 3, 1],
    [-4, 3, -1],
    [0, 7, 0],
  ])('%i / %i is %i', (dividend, by, quotient) => {
    expect(divideRounded(dividend, by)).toBe(quotient);
  });

  test('a quotient agrees with BigInt', () => {
    fc.assert(
      fc.property(integer, divisor, (dividend, by) => {
        expect(divideRounded(dividend, by) + 0).toBe(exact(BigInt(dividend), by));
      }),
    );
  });

  test('a product over a denominator agrees with BigInt, also where it passes 2^53', () => {
    fc.assert(
      fc.property(integer, integer, divisor, (value, numerator, denominator) => {
        const expected = exact(BigInt(value) * BigInt(numerator), denominator);
        fc.pre(Number.isSafeInteger(expected));
        expect(multiplyDivide(value, numerator, denominator) + 0).toBe(expected);
      }),
    );
  });
});

describe('decimals from outside', () => {
  test.each([
    ['64250.5', 1, 642505],
    [64250.5, 1, 642505],
    ['0.10', 1, 1],
    [0.1 + 0.2, 1, null],
    ['-0', 2, 0],
    [-0, 2, 0],
    ['1.25', 1, null],
    ['1e3', 2, null],
    ['', 2, null],
    ['.5', 2, null],
    [' 1', 2, null],
    ['9007199254740991', 0, MAX],
    ['9007199254740992', 0, null],
    ['9007199254740.991', 3, MAX],
    [Number.NaN, 2, null],
    [Number.POSITIVE_INFINITY, 2, null],
    [1e300, 2, null],
  ])('%s with %i decimals is %s', (value, places, expected) => {
    expect(parseDecimal(value, places)).toBe(expected);
  });

  test('what is formatted is parsed to the same integer, as text and as a number', () => {
    fc.assert(
      fc.property(integer, decimals, (value, places) => {
        const shown = formatDecimal(value, places);
        expect(parseDecimal(shown, places)).toBe(value + 0);
        expect(shown).not.toMatch(/\.\d*0$/);
        if (Math.abs(value) < 2 ** 50) expect(parseDecimal(Number(shown), places)).toBe(value + 0);
      }),
    );
  });

  test('a decimal with more places than allowed is refused, whatever it is written as', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(5), (value, places) => {
        fc.pre(value % 10 !== 0);
        const shown = formatDecimal(value, places + 1);
        expect(parseDecimal(shown, places)).toBeNull();
        expect(parseDecimal(Number(shown), places)).toBeNull();
      }),
    );
  });
});

describe('money', () => {
  test('the value of a position at a reference price agrees with BigInt', () => {
    const lots = fc.integer({ min: -1e9, max: 1e9 });
    const price = fc.integer({ min: 0, max: 5e11 });
    fc.assert(
      fc.property(lots, price, fc.nat(6), (quantity, priceMicros, quantityDecimals) => {
        const tickMicros = 10 ** quantityDecimals;
        const expected = exact(BigInt(quantity) * BigInt(priceMicros), tickMicros);
        fc.pre(Number.isSafeInteger(expected));
        expect(valueAt(quantity as Lots, priceMicros as PriceMicros, tickMicros) + 0).toBe(expected);
      }),
    );
  });

  test('a fee is its rate of the notional, rounded, also as a rebate', () => {
    const notional = fc.oneof(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: MAX }));
    fc.assert(
      fc.property(notional, fc.integer({ min: -1000, max: 10_000 }), (amount, rate) => {
        const expected = exact(BigInt(amount) * BigInt(rate), 1_000_000);
        expect(feeOf(amount as Micros, rate as Ppm) + 0).toBe(expected);
      }),
    );
  });
});
