import type { ErrorCode } from '../../exchange/error-code.js';
import type { Exchange } from '../../exchange/exchange.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/market.js';
import { ORDER_TYPES } from '../../exchange/order.js';
import type { OrderRequest } from './order-schema.js';
import type { FieldErrors } from './validator.js';

/** What is wrong with one field of a request, and the code to refuse it with if that is all. */
export interface Fault {
  readonly field: string;
  readonly message: string;
  readonly error: ErrorCode;
}

/** Why a request never becomes a command. `errors` names the fields where they are to blame. */
export interface Refusal {
  readonly error: ErrorCode;
  readonly errors?: FieldErrors;
}

/** Refuses a request for all of its faults, of which there is at least one. */
export function refusalFor(faults: readonly Fault[]): Refusal {
  const isInvalid = faults.some(({ error }) => error === 'INVALID_REQUEST');
  return { error: isInvalid ? 'INVALID_REQUEST' : faults[0]!.error, errors: byField(faults) };
}

function byField(faults: readonly Fault[]): FieldErrors {
  const errors: Record<string, string[]> = {};
  for (const { field, message } of faults) {
    errors[field] ??= [];
    errors[field].push(message);
  }
  return errors;
}

/**
 * Everything that is wrong with an order whose schema refuses the fields `invalid`: those, and how the others
 * fit together. That an intent is missing is only said when nothing is wrong with what was given.
 */
export function orderErrors(exchange: Exchange, request: unknown, invalid: FieldErrors): FieldErrors {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return invalid;
  const isValid = (field: string) => !Object.hasOwn(invalid, field);
  const valid = Object.fromEntries(Object.entries(request).filter(([field]) => isValid(field)));
  const isAllGivenValid = Object.keys(request).every(isValid);
  const faults = orderFaults(exchange, valid).filter(
    ({ field }) => isValid(field) && (field !== 'positionIntent' || isAllGivenValid),
  );
  return Object.assign(Object.create(null), invalid, byField(faults));
}

/** How the fields of an order, each of which is valid, do not fit together, the venue or its instrument. */
export function orderFaults(exchange: Exchange, request: Partial<OrderRequest>): readonly Fault[] {
  const { symbol } = request;
  const contradictory = contradictions(request);
  if (symbol === undefined) return contradictory;
  const market = exchange.findMarket(symbol);
  if (market === undefined) {
    const message = `symbol ${symbol} is not an instrument of this venue`;
    return [...contradictory, { field: 'symbol', message, error: 'UNKNOWN_SYMBOL' }];
  }
  const faults = [...contradictory, ...amountFaults(market, request)];
  if (isOfAnotherClass(request, market)) {
    const message = `assetClass of ${symbol} is ${market.instrument.assetClass}`;
    faults.push({ field: 'assetClass', message, error: 'INVALID_REQUEST' });
  }
  return faults;
}

/** True when the order names a class that its instrument is not of. */
export function isOfAnotherClass({ assetClass }: Partial<OrderRequest>, { instrument }: Market): boolean {
  return assetClass !== undefined && assetClass !== instrument.assetClass;
}

/** A quantity or a price that the instrument has no unit for. */
export function amountFaults(
  { instrument }: Market,
  { quantity, limitPrice }: Partial<Pick<OrderRequest, 'quantity' | 'limitPrice'>>,
): readonly Fault[] {
  const { symbol, quantityDecimals, priceDecimals } = instrument;
  const faults: Fault[] = [];
  const rule = (field: string, decimals: number) =>
    `${field} of ${symbol} must have at most ${decimals} decimals and 15 digits`;
  if (quantity !== undefined && parseDecimal(quantity, quantityDecimals) === null) {
    const message = rule('quantity', quantityDecimals);
    faults.push({ field: 'quantity', message, error: 'QUANTITY_NOT_ON_LOT' });
  }
  if (limitPrice !== undefined && parseDecimal(limitPrice, priceDecimals) === null) {
    const message = rule('limitPrice', priceDecimals);
    faults.push({ field: 'limitPrice', message, error: 'PRICE_NOT_ON_TICK' });
  }
  return faults;
}

/** The fields that contradict one another, whatever the instrument. */
export function contradictions(request: Partial<OrderRequest>): readonly Fault[] {
  const { orderType, positionIntent, side, limitPrice, timeInForce } = request;
  const faults: Fault[] = [];
  const blame = (field: string, message: string) => faults.push({ field, message, error: 'INVALID_REQUEST' });
  if (positionIntent === undefined && side === undefined) {
    blame('positionIntent', 'positionIntent or side is required');
  }
  if (positionIntent !== undefined && side !== undefined && !positionIntent.startsWith(side)) {
    blame('side', 'side must agree with positionIntent');
  }
  if (positionIntent?.endsWith('OPEN') && request.reduceOnly === true) {
    blame('reduceOnly', 'reduceOnly must agree with positionIntent');
  }
  if (!(ORDER_TYPES as readonly unknown[]).includes(orderType)) {
    blame('orderType', `orderType ${orderType} is not offered by this venue`);
  }
  if (orderType === 'LIMIT' && limitPrice === undefined) {
    blame('limitPrice', 'limitPrice is required for LIMIT orders');
  }
  if (orderType === 'MARKET' && limitPrice !== undefined) {
    blame('limitPrice', 'limitPrice is not allowed for MARKET orders');
  }
  const mayRest = orderType !== 'MARKET' && timeInForce !== 'IOC' && timeInForce !== 'FOK';
  if (request.postOnly === true && !mayRest) blame('postOnly', 'postOnly needs an order that can rest');
  return faults;
}
