import type { OrderLimit, PortfolioType } from '../../src/exchange/account.js';
import type { BrokerId } from '../../src/exchange/brokers.js';

/**
 * Money as the rules put it, in BigInt and without a thought for speed. Part of the twin that the exchange is
 * compared with.
 */
export interface NaivePosition {
  lots: bigint;
  /** What the open position was entered for, signed. */
  cost: bigint;
  realized: bigint;
  fundingPaid: bigint;
  leverage: number;
}

export interface NaiveAccount {
  readonly id: number;
  balance: bigint;
  deposits: bigint;
  feesPaid: bigint;
  fundingPaid: bigint;
  seq: number;
  portfolioType: PortfolioType;
  broker: BrokerId;
  orderLimit: OrderLimit;
  /** Every fill in a perpetual, with the day of UTC that it fell on. */
  readonly perpetualFills: { readonly day: number; readonly notional: bigint }[];
  /** When all its orders are cancelled unless it says otherwise; 0: never. */
  deadmanAt: number;
  /** When that happened. */
  deadmanFirings: number[];
  readonly positions: Map<number, NaivePosition>;
}

export const HOUSE_ID = 1;

export function newAccount(id: number): NaiveAccount {
  return {
    id,
    balance: 0n,
    deposits: 0n,
    feesPaid: 0n,
    fundingPaid: 0n,
    seq: 0,
    portfolioType: 'CASH',
    broker: 'default',
    orderLimit: 'VENUE',
    perpetualFills: [],
    deadmanAt: 0,
    deadmanFirings: [],
    positions: new Map(),
  };
}

export function newPosition(leverage: number): NaivePosition {
  return { lots: 0n, cost: 0n, realized: 0n, fundingPaid: 0n, leverage };
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** From the smallest to the largest. */
export function ascending(...values: bigint[]): bigint[] {
  return values.sort((one, other) => Number(one - other));
}

/** To the nearest whole number, halves away from zero. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const magnitude = (2n * absolute(dividend) + divisor) / (2n * divisor);
  return dividend < 0n ? -magnitude : magnitude;
}

/**
 * A trade is first the closing of what it takes off an opposite position, then the opening of the rest. The
 * closed part takes its share of the entry cost with it. Returns the realised profit.
 */
export function bookTrade(
  account: NaiveAccount,
  position: NaivePosition,
  signedLots: bigint,
  price: bigint,
): bigint {
  const isOpposite = position.lots * signedLots < 0n;
  const size = absolute(position.lots);
  const closed = isOpposite ? ascending(size, absolute(signedLots))[0]! : 0n;
  const signedClosed = signedLots < 0n ? -closed : closed;
  const entryShare = isOpposite ? roundedQuotient(position.cost * closed, size) : 0n;
  const exitValue = -signedClosed * price;
  const realized = isOpposite ? exitValue - entryShare : 0n;
  position.cost += (signedLots - signedClosed) * price - entryShare;
  position.lots += signedLots;
  position.realized += realized;
  account.balance += realized;
  return realized;
}
