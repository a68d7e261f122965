import { Type } from 'typebox';

/** What is said of a body that has no fields at all. */
export const NO_OBJECT = { fault: 'the body must be an object' };

/** A positive decimal, as a JSON number or as text. */
const DECIMAL_PATTERN = '^(?=.*[1-9])\\d{1,16}(\\.\\d{1,18})?$';

export function positiveDecimal(field: string) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: DECIMAL_PATTERN,
    fault: `${field} must be a positive number`,
  });
}

/** A decimal of either sign, as a JSON number or as text. */
const SIGNED_DECIMAL_PATTERN = '^-?\\d{1,16}(\\.\\d{1,18})?$';

export function signedDecimal(field: string) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    pattern: SIGNED_DECIMAL_PATTERN,
    fault: `${field} must be a number`,
  });
}

/** One of some names. `told` are those that the fault names, where that is not all of them. */
export function oneOf<const Names extends readonly string[]>(
  field: string,
  names: Names,
  told: readonly Names[number][] = names,
) {
  return Type.Unsafe<Names[number]>({
    type: 'string',
    enum: [...names],
    fault: `${field} must be one of: ${told.join(', ')}`,
  });
}

export function flag(field: string) {
  return Type.Boolean({ fault: `${field} must be true or false` });
}

/** In a query, `default` is what it is when it was left out. */
export function wholeNumber(
  field: string,
  minimum: number,
  maximum: number,
  more: { readonly default?: number; readonly description?: string } = {},
) {
  return Type.Integer({
    minimum,
    maximum,
    ...more,
    fault: `${field} must be a whole number from ${minimum} to ${maximum}`,
  });
}

/** A UUID in either case; `fault` says what of. */
export function uuidField(fault: string) {
  return Type.String({ pattern: '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$', fault });
}
