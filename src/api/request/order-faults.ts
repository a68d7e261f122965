import type { ErrorCode } from '../../exchange/error-code.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';
import { amountFaults } from './amount-faults.js';
import { contradictions } from './contradictions.js';
import type { Fault } from './fault.js';
import type { OrderRequest } from './order-schema.js';
import type { FieldErrors } from './validator.js';

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
  const bad = new Set(Object.keys(invalid).map((path) => path.split('.')[0]));
  const isValid = (field: string) => !bad.has(field.split('.')[0]);
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
