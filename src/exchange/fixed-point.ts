/**
 * Decimals at the edges, integers inside. Amounts are rounded to the nearest unit, halves away from zero, so
 * that the two sides of a payment are exact opposites.
 */
const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/** 10^exponent, for exponents 0 to 12. */
export function powerOfTen(exponent: number): number {
  return POWERS_OF_TEN[exponent]!;
}

/** dividend / divisor, rounded to the nearest integer, halves away from zero. The divisor is positive. */
export function divideRounded(dividend: number, divisor: number): number {
  const magnitude = Math.abs(dividend);
  // Exact below 2^53, and several times faster than the remainder of doubles.
  const quotient = Math.floor(magnitude / divisor);
  const remainder = magnitude - quotient * divisor;
  const rounded = remainder * 2 >= divisor ? quotient + 1 : quotient;
  return dividend < 0 ? -rounded : rounded;
}

/** value × numerator / denominator, rounded as above; exact also where the product passes 2^53. */
export function multiplyDivide(value: number, numerator: number, denominator: number): number {
  const product = value * numerator;
  if (Number.isSafeInteger(product)) return divideRounded(product, denominator);
  return divideWideRounded(BigInt(value) * BigInt(numerator), BigInt(denominator));
}

/** dividend / divisor as `divideRounded` does it, for a dividend of any size. The divisor is positive. */
export function divideWideRounded(dividend: bigint, divisor: bigint): number {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = Number((magnitude * 2n + divisor) / (divisor * 2n));
  return dividend < 0n ? 0 - rounded : rounded;
}

/**
 * A decimal from outside as an integer of `10^-decimals`. Null when it is not a finite decimal number, has
 * more decimals than that, or passes 2^53. Numbers are taken as the shortest decimal that they print as.
 */
export function parseDecimal(value: number | string, decimals: number): number | null {
  return typeof value === 'number' ? numberToInteger(value, decimals) : textToInteger(value, decimals);
}

function numberToInteger(value: number, decimals: number): number | null {
  const scale = powerOfTen(decimals);
  const integer = Math.round(value * scale);
  // Division is correctly rounded, so this holds exactly when `value` is the double nearest to the decimal.
  return Number.isSafeInteger(integer) && integer / scale === value ? integer + 0 : null;
}

const DECIMAL_TEXT = /^-?\d{1,16}(\.\d{1,18})?$/;

function textToInteger(text: string, decimals: number): number | null {
  if (!DECIMAL_TEXT.test(text)) return null;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const magnitude = Number(whole + kept);
  if (!Number.isSafeInteger(magnitude)) return null;
  return text.startsWith('-') ? 0 - magnitude : magnitude;
}

/** An integer of `10^-decimals` as the shortest decimal text: 642505, 1 → `64250.5`. */
export function formatDecimal(integer: number, decimals: number): string {
  if (decimals === 0) return `${integer}`;
  const scale = powerOfTen(decimals);
  const magnitude = integer < 0 ? -integer : integer;
  const whole = Math.floor(magnitude / scale);
  let fraction = magnitude - whole * scale;
  const sign = integer < 0 ? '-' : '';
  if (fraction === 0) return `${sign}${whole}`;
  let digits = decimals;
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits -= 1;
  }
  const text = `${fraction}`;
  return `${sign}${whole}.${text.length < digits ? text.padStart(digits, '0') : text}`;
}
