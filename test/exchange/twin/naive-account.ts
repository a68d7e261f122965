import type { PortfolioType } from '../../../src/exchange/accounts/account.js';
import type { BrokerId } from '../../../src/exchange/accounts/brokers.js';
import { type Membership, unending } from '../../../src/exchange/accounts/membership.js';
import type { Faults } from '../../../src/exchange/clients/faults.js';

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
  isolated: boolean;
  /** The own margin of an isolated position. */
  margin: bigint;
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
  membership: Membership;
  /** Every fill in a perpetual, with the day of UTC that it fell on. */
  readonly perpetualFills: { readonly day: number; readonly notional: bigint }[];
  partlyLiquidatedAt: number;
  /** When all its orders are cancelled unless it says otherwise; 0: never. */
  deadmanAt: number;
  /** When all its orders are cancelled unless it is back; 0: never. */
  disconnectAt: number;
  /** When the deadman's switch was released. */
  deadmanFirings: number[];
  faults: Faults | null;
  /** How many orders it has placed since these were set. */
  orderCount: number;
  readonly positions: Map<number, NaivePosition>;
  /** The profit of each trade: of what one command closed of one position. */
  readonly trades: bigint[];
  /** The notional of all fills but those in which the market had no part. */
  traded: bigint;
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
    membership: unending('BASIC'),
    perpetualFills: [],
    partlyLiquidatedAt: 0,
    deadmanAt: 0,
    disconnectAt: 0,
    deadmanFirings: [],
    faults: null,
    orderCount: 0,
    positions: new Map(),
    trades: [],
    traded: 0n,
  };
}

export function newPosition(leverage: number): NaivePosition {
  return { lots: 0n, cost: 0n, realized: 0n, fundingPaid: 0n, leverage, isolated: false, margin: 0n };
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
  house: NaiveAccount,
  account: NaiveAccount,
  position: NaivePosition,
  signedLots: bigint,
  notional: bigint,
): bigint {
  const isOpposite = position.lots * signedLots < 0n;
  const before = absolute(position.lots);
  const traded = absolute(signedLots);
  const closed = isOpposite ? ascending(before, traded)[0]! : 0n;
  const closedNotional = roundedQuotient(notional * closed, traded);
  const entryShare = closed > 0n ? roundedQuotient(position.cost * closed, before) : 0n;
  const realized = closed === 0n ? 0n : (position.lots > 0n ? closedNotional : -closedNotional) - entryShare;
  const openedNotional = notional - closedNotional;
  position.cost += (signedLots > 0n ? openedNotional : -openedNotional) - entryShare;
  position.lots += signedLots;
  position.realized += realized;
  if (!position.isolated) account.balance += realized;
  else moveMargin(house, account, position, { before, closed, realized, openedNotional });
  return realized;
}

/** Closing sets margin free in proportion, with its profit or loss; opening takes notional / leverage. */
function moveMargin(
  house: NaiveAccount,
  account: NaiveAccount,
  position: NaivePosition,
  trade: { before: bigint; closed: bigint; realized: bigint; openedNotional: bigint },
): void {
  const { before, closed, realized, openedNotional } = trade;
  position.margin += realized;
  if (closed > 0n && closed < before) {
    const share = roundedQuotient((position.margin - realized) * closed, before);
    const freed = share + realized > 0n ? share + realized : 0n;
    position.margin -= freed;
    account.balance += freed;
  }
  if (openedNotional === 0n) return;
  if (closed > 0n) endMargin(house, account, position);
  const needed = roundedQuotient(openedNotional, BigInt(position.leverage));
  account.balance -= needed;
  position.margin += needed;
}

/** What is left of an isolated margin is the user's; what is missing, the house's. Returns what the house paid. */
export function endMargin(house: NaiveAccount, account: NaiveAccount, position: NaivePosition): bigint {
  const missing = position.margin < 0n ? -position.margin : 0n;
  if (missing === 0n) account.balance += position.margin;
  else house.balance -= missing;
  position.margin = 0n;
  return missing;
}
